/**
 * What a framework computes beside the operators of a fused engine: every intermediate goes to memory.
 *
 * A bias is a pass over the product it is added to. Attention writes its scores, scales, masks and
 * normalises them in passes of their own, and reads them back for the values.
 *
 * Source: Ivanov et al. 2021, "Data Movement Is All You Need" (MLSys), table 1 (operators of a BERT layer)
 */
import type { AttentionWork, Operator } from "../operators/index.ts";
import type { Bytes } from "../units.ts";

/** `operators` of a transformer, each followed by the passes that a fused engine saves. */
export function layerByLayer(
  operators: readonly Operator[],
  scorePasses: number,
): readonly Operator[] {
  return operators.flatMap((operator) => {
    switch (operator.work.kind) {
      case "matmul":
        return [operator, pass(operator, operator.written)];
      case "attention":
        return [operator, ...scores(operator, operator.work, scorePasses)];
      default:
        return [operator];
    }
  });
}

function pass(after: Operator, bytes: Bytes): Operator {
  return {
    name: `${after.name}, pass`,
    group: after.group,
    count: after.count,
    work: { kind: "elementwise", elements: bytes },
    flops: 0,
    read: bytes,
    written: bytes,
  };
}

function scores(operator: Operator, work: AttentionWork, passes: number): readonly Operator[] {
  const { sequences, heads, query, context, kv } = work;
  const bytes = (sequences * heads * query * context * kv.bits) / 8;
  return passes === 0 ? [] : [{ ...pass(operator, bytes), count: passes * operator.count }];
}
