/** Where the time of a profile goes, and how much of it the machine could not save. */
import type { Bytes, BytesPerSecond, Flops, FlopsPerSecond, Seconds } from "../units.ts";
import type { OperatorTime, Profile } from "./runner.ts";

/** What a machine reaches at best with the threads of a profile. */
export interface Ceilings {
  readonly fp32: FlopsPerSecond;
  /** Of 8-bit products; null where it was not measured. */
  readonly int8: FlopsPerSecond | null;
  /** Of bytes read and written together, by how many are worked on: caches are faster than memory. Ascending. */
  readonly bandwidths: readonly { readonly size: Bytes; readonly rate: BytesPerSecond }[];
}

export interface Headroom extends OperatorTime {
  readonly flops: Flops;
  readonly bytes: Bytes;
  /** What it takes at least on this machine: arithmetic or traffic, whichever is longer. */
  readonly roof: Seconds;
  readonly limit: "compute" | "memory";
}

/** Operators of a profile beside their roofs, slowest first. Source: Williams et al. 2009, "Roofline" */
export function headroom({ operators }: Profile, ceilings: Ceilings): readonly Headroom[] {
  return operators
    .map((each) => {
      const flops = operatorFlops(each);
      const bytes = operatorBytes(each);
      const rate = isWhole(each.operator) ? (ceilings.int8 ?? ceilings.fp32) : ceilings.fp32;
      const compute = flops / rate;
      const memory = bytes / bandwidthAt(ceilings, bytes);
      const limit = compute > memory ? ("compute" as const) : ("memory" as const);
      return { ...each, flops, bytes, roof: Math.max(compute, memory), limit };
    })
    .toSorted((a, b) => b.time - a.time);
}

function bandwidthAt({ bandwidths }: Ceilings, bytes: Bytes): BytesPerSecond {
  const found = bandwidths.find(({ size }) => size >= bytes) ?? bandwidths.at(-1);
  return found?.rate ?? Infinity;
}

/** Products of 8-bit whole numbers. Source: microsoft/onnxruntime, docs/ContribOperators.md */
function isWhole(operator: string): boolean {
  return /^(?:QLinear|QGemm|QAttention|ConvInteger|MatMulInteger|DynamicQuantizeMatMul)/u.test(
    operator,
  );
}

const PRODUCTS =
  /^(?:(?:Fused|QLinear|DynamicQuantize)?MatMul|MatMulInteger|MatMulNBits|(?:Fused|Q)?Gemm|GemmFastGelu)/u;
const CONVOLUTIONS = /^(?:Fused|QLinear|NhwcFused)?Conv(?:Integer)?$/u;

/**
 * Multiplications and additions, two a pair, from the shapes that ran; 0 of operators that only move or change values
 * one by one, whose arithmetic hides behind their traffic.
 *
 * Recurrent layers whose weights the engine does not list count as none.
 *
 * Shapes:  products [.., m, k] x [.., k, n], the first in either order; convolutions [b, c, ..] x [o, c/groups, ..]
 */
export function operatorFlops({ operator, inputs, outputs }: OperatorTime): Flops {
  const [first = [], second = [], third = []] = inputs;
  const [output = []] = outputs;
  if (PRODUCTS.test(operator)) return 2 * elements(output) * innerSize(first, output);
  if (CONVOLUTIONS.test(operator)) {
    const kernel = operator.startsWith("QLinear") ? (inputs[3] ?? []) : second;
    return 2 * elements(output) * elements(kernel.slice(1));
  }
  if (/^(?:Fused)?ConvTranspose$/u.test(operator)) {
    return 2 * elements(first) * elements(second.slice(1));
  }
  if (/^(?:LSTM|GRU|RNN)$/u.test(operator)) {
    const [steps = 0, batch = 0] = first;
    const isListed = third.length === 3 && second[1] === third[1];
    return isListed ? 2 * steps * batch * (elements(second) + elements(third)) : 0;
  }
  return attentionFlops(operator, first, second);
}

/** How many products a value of the output sums. */
function innerSize(first: readonly number[], output: readonly number[]): number {
  const rows = elements(output) / (output.at(-1) ?? 1);
  const inner = elements(first) / rows;
  return Number.isInteger(inner) ? inner : (first.at(-1) ?? 0);
}

/** Scores and sums of values; "Attention" projects its input first. */
function attentionFlops(
  operator: string,
  [batch = 0, queries = 0, width = 0]: readonly number[],
  second: readonly number[],
): Flops {
  const scores = (keys: number) => 4 * batch * queries * keys * width;
  if (/^(?:MultiHead|GroupQuery)Attention$/u.test(operator)) return scores(second[1] ?? queries);
  if (!/^Q?Attention$/u.test(operator)) return 0;
  return 2 * batch * queries * elements(second) + scores(queries);
}

/** Names and shapes of values change, bytes stay where they are. */
const ALIASES = /^(?:Reshape|Squeeze|Unsqueeze|Flatten|Identity|Shape|Size|Constant)$/u;
/** Of what they are given they read what they give. */
const PICKERS = /^(?:Gather\w*|Slice|Split)$/u;

/** Traffic; weights that an engine keeps in a form of its own are counted, though it does not list them. */
export function operatorBytes(each: OperatorTime): Bytes {
  const { operator, inputs, outputs, bytes = 0 } = each;
  const written = 4 * outputs.reduce((sum, dims) => sum + elements(dims), 0);
  if (ALIASES.test(operator)) return 0;
  if (PICKERS.test(operator)) return 2 * written;
  const [first = [], ...others] = inputs;
  const [output = []] = outputs;
  const weights = innerSize(first, output) * (output.at(-1) ?? 0);
  const isListed = others.some((dims) => elements(dims) === weights);
  return PRODUCTS.test(operator) && !isListed ? bytes + weightWidth(operator) * weights : bytes;
}

/** Bytes of one weight. */
function weightWidth(operator: string): number {
  if (operator === "MatMulNBits") return 0.5;
  return isWhole(operator) ? 1 : 4;
}

function elements(dims: readonly number[]): number {
  return dims.reduce((total, size) => total * size, 1);
}
