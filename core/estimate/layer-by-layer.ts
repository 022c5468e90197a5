/**
 * What a framework computes beside the operators of a fused engine: every intermediate goes to memory.
 *
 * A bias is a pass over the product it is added to. Attention writes its scores, scales, masks and
 * normalises them in passes of their own, and reads them back for the values.
 *
 * Source: Ivanov et al. 2021, "Data Movement Is All You Need" (MLSys), table 1 (operators of a BERT layer);
 * {@link PASSES_BLOCK}: of 2, 3 and 4 on diffusion on A100 and H100, with vision transformers of timm on RTX 3090 and 4090 apart
 * (1.6 and 1.9 times too fast without, 1.1 and 1.0 with 3)
 */
import { type AttentionWork, type Operator, passBeside } from "../operators/index.ts";
import type { Bytes } from "../units.ts";

/** Passes over the output of each product in a network's blocks of attention: scales, shifts, gates, sums, changes of layout. */
const PASSES_BLOCK = 3;

/**
 * `operators` of a network, with the extra passes of its blocks of attention.
 *
 * The bytes of these passes are added to the elementwise operators that are there, in proportion: new operators would each
 * count as a launch, and those of the network are counted already. Networks without attention stay as they are.
 */
export function blockByBlock(operators: readonly Operator[]): readonly Operator[] {
  const bytes = (kind: Operator["work"]["kind"], of: (operator: Operator) => Bytes) =>
    operators.reduce((sum, each) => sum + (each.work.kind === kind ? each.count * of(each) : 0), 0);
  const own = bytes("elementwise", ({ read, written }) => read + written);
  if (own === 0 || bytes("attention", ({ written }) => written) === 0) return operators;
  const times = 1 + (2 * PASSES_BLOCK * bytes("matmul", ({ written }) => written)) / own;
  return operators.map((operator) => {
    const { work, read, written } = operator;
    if (work.kind !== "elementwise") return operator;
    const elements = times * work.elements;
    return {
      ...operator,
      work: { ...work, elements },
      read: times * read,
      written: times * written,
    };
  });
}

/** `operators` of a transformer, each followed by the passes over memory that a fused engine saves. */
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

function pass(operator: Operator, bytes: Bytes): Operator {
  return passBeside(operator, { name: `${operator.name}, pass`, elements: bytes, bytes });
}

function scores(operator: Operator, work: AttentionWork, passes: number): readonly Operator[] {
  const { sequences, heads, query, context, kv } = work;
  const bytes = (sequences * heads * query * context * kv.bits) / 8;
  return passes === 0 ? [] : [{ ...pass(operator, bytes), count: passes * operator.count }];
}
