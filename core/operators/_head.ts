/**
 * From the last hidden states to what leaves a stack: logits, classes, a pooled vector.
 *
 * A decoder needs logits of one position a sequence; an encoder with a vocabulary head (masked language models) of every position; a
 * classifier or pooler of one position. The vocabulary is split over tensor ranks, which then gather the logits.
 *
 * Source: vllm-project/vllm vllm/model_executor/layers/logits_processor.py (one row a sequence, gather)
 */
import type { Head, Stack } from "../model/index.ts";
import { storedBytes } from "../precision.ts";
import { collective, elementwise, matmul, wideLinear, type Linear } from "./_emit.ts";
import type { Operator } from "./operator.ts";
import { repeated, type Scope, type Shard } from "./_scope.ts";

/** Dense layers of the head, the last one first. */
export function headLinears(head: Head, shard: Shard): readonly Linear[] {
  const { hidden, numerics } = shard;
  if (head.kind === "pooler") {
    return [
      wideLinear(shard, { name: "head/pooler", inputs: hidden, outputs: hidden, bias: hidden }),
    ];
  }
  if (head.kind === "linear") return projectorLinears(head, shard);
  const outputs = Math.ceil(head.vocab / shard.tensor);
  const logits: Linear = {
    ...wideLinear(shard, {
      name: "head/logits",
      inputs: hidden,
      outputs,
      bias: head.bias ? outputs : 0,
    }),
    weights: numerics.head,
    compute: numerics.compute.head,
  };
  if (!head.transform) return [logits];
  return [
    logits,
    wideLinear(shard, { name: "head/transform", inputs: hidden, outputs: hidden, bias: hidden }),
  ];
}

function projectorLinears(
  head: Extract<Head, { kind: "linear" }>,
  shard: Shard,
): readonly Linear[] {
  const { outputs, bias, merge = 1, inner } = head;
  const inputs = shard.hidden * merge;
  const last = { name: "head/out", outputs, bias: bias ? outputs : 0 } as const;
  if (inner === undefined) return [wideLinear(shard, { ...last, inputs })];
  return [
    wideLinear(shard, { ...last, inputs: inner }),
    wideLinear(shard, { name: "head/in", inputs, outputs: inner, bias: bias ? inner : 0 }),
  ];
}

export function headOperators(stack: Stack, scope: Scope): Operator[] {
  const { head } = stack;
  if (head === null) return [];
  const rows = headRows(stack, head, scope);
  const tapped = repeated(scope, scope.count * headTaps(head));
  const operators = headLinears(head, scope)
    .map((part) => matmul(tapped, part, rows))
    .reverse();
  return head.kind === "tokens"
    ? [...operators, ...logitOperators(head.vocab, rows, scope)]
    : operators;
}

/** Equal copies of a head, at several depths of its stack. */
export function headTaps(head: Head): number {
  return head.kind === "linear" ? (head.taps ?? 1) : 1;
}

/** Positions the head is computed for. */
function headRows(stack: Stack, head: Head, scope: Scope): number {
  if (head.kind === "tokens") return stack.role === "decoder" ? scope.asked : scope.tokens;
  if (head.kind === "linear" && (head.merge !== undefined || head.inner !== undefined)) {
    return scope.tokens / (head.merge ?? 1);
  }
  return scope.sequences;
}

function logitOperators(vocab: number, rows: number, scope: Scope): Operator[] {
  return [
    ...collective(scope, {
      name: "head/all-gather",
      pattern: "all-gather",
      ranks: scope.tensor,
      bytes: storedBytes(rows * vocab, scope.wide),
    }),
    elementwise(scope, { name: "head/sample", read: rows * vocab, written: rows }),
  ];
}
