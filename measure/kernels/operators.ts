/** Operators as kernel benchmarks run them, with the traffic that each must move at least. */
import type { Operator, Precision, Storage, Work } from "../../core/index.ts";

const STORAGES: Readonly<Record<string, Storage>> = {
  bf16: { name: "bf16", bits: 16 },
  fp8: { name: "fp8", bits: 8 },
  "fp8-block": { name: "fp8-block", bits: 8.25 },
  nvfp4: { name: "nvfp4", bits: 4.5 },
  int8: { name: "int8", bits: 8 },
  "weight-only-8": { name: "int8", bits: 8 },
  "weight-only-4": { name: "int4", bits: 4.25 },
};
const BF16 = { name: "bf16", bits: 16 };

/** How a table's number format is multiplied and kept. */
export interface Format {
  readonly family: "bf16" | "fp8" | "fp8-block" | "nvfp4" | "int8" | "weight-only";
  readonly compute: Precision;
  readonly weights: Storage;
  readonly activations: Storage;
}

function format(
  family: Format["family"],
  compute: Precision,
  weights: string,
  activations: string,
): Format {
  const storage = (name: string): Storage => STORAGES[name] ?? BF16;
  return { family, compute, weights: storage(weights), activations: storage(activations) };
}

/** Formats by the names tables use; others are left out. */
export const FORMATS: ReadonlyMap<string, Format> = new Map([
  ["bfloat16", format("bf16", "bf16", "bf16", "bf16")],
  ["fp8", format("fp8", "fp8", "fp8", "fp8")],
  ["fp8_block", format("fp8-block", "fp8", "fp8-block", "fp8")],
  ["nvfp4", format("nvfp4", "fp4", "nvfp4", "nvfp4")],
  ["sq", format("int8", "int8", "int8", "int8")],
  ["int8_wo", format("weight-only", "bf16", "weight-only-8", "bf16")],
  ["int4_wo", format("weight-only", "bf16", "weight-only-4", "bf16")],
  ["w4a16_mxfp4", format("weight-only", "bf16", "weight-only-4", "bf16")],
]);

function operator(work: Work, flops: number, read: number, written: number): Operator {
  return { name: work.kind, group: "mlp", count: 1, work, flops, read, written };
}

const OUTPUT = 2;

export function matmul(
  m: number,
  n: number,
  k: number,
  { compute, weights, activations }: Format,
): Operator {
  const work: Work = { kind: "matmul", m, n, k, batch: 1, compute, weights, activations };
  const read = (m * k * activations.bits + n * k * weights.bits) / 8;
  return operator(work, 2 * m * n * k, read, OUTPUT * m * n);
}

export interface ExpertsShape {
  readonly pairs: number;
  readonly experts: number;
  readonly hidden: number;
  readonly intermediate: number;
}

/** How a table dealt tokens to experts. */
export type Dealing = "balanced" | "power-law";

/** Gated experts; how many get work follows from how the table dealt the tokens. */
export function experts(
  { dealing, ...shape }: ExpertsShape & { readonly dealing: Dealing },
  { compute, weights, activations }: Format,
): Operator {
  const { pairs, hidden, intermediate } = shape;
  const touched = dealing === "balanced" ? Math.min(shape.experts, pairs) : zipfTouched(shape);
  const work: Work = {
    kind: "grouped-matmul",
    ...shape,
    touched,
    gated: true,
    compute,
    weights,
    activations,
  };
  const kept = touched * 3 * hidden * intermediate * (weights.bits / 8);
  const moved = pairs * (hidden + intermediate) * (activations.bits / 8);
  const written = pairs * (3 * intermediate + hidden) * OUTPUT;
  return operator(work, 6 * pairs * hidden * intermediate, kept + moved, written);
}

export interface AttentionShape {
  readonly sequences: number;
  readonly query: number;
  readonly context: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly headDim: number;
  readonly valueDim: number;
  readonly latent: boolean;
}

/** Causal attention with a BF16 cache; `cached` values a token are read from it. */
export function attention(shape: AttentionShape, cached: number): Operator {
  const work: Work = {
    kind: "attention",
    ...shape,
    causal: true,
    window: null,
    compute: "bf16",
    kv: BF16,
  };
  const { sequences, query, context, heads, headDim, valueDim } = shape;
  const scores = sequences * heads * query * (context - query / 2 + (query === 1 ? 0.5 : 0));
  const kept = sequences * context * cached * 2;
  const queries = sequences * query * heads * headDim * 2;
  const output = sequences * query * heads * valueDim * 2;
  return operator(work, 2 * scores * (headDim + valueDim), kept + queries, output);
}

export function allReduce(ranks: number, bytes: number): Operator {
  return operator({ kind: "collective", pattern: "all-reduce", ranks, bytes }, 0, 0, 0);
}

/** Expected experts with work when the e-th most popular draws a share in proportion to 1/e. */
function zipfTouched({ experts, pairs }: Pick<ExpertsShape, "experts" | "pairs">): number {
  const count = Math.round(experts);
  let whole = 0;
  for (let rank = 1; rank <= count; rank++) whole += 1 / rank;
  let touched = 0;
  for (let rank = 1; rank <= count; rank++) touched += 1 - Math.exp(-pairs / (rank * whole));
  return Math.max(1, touched);
}
