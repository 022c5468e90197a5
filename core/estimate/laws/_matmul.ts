/**
 * Matrix products as the device runs them: in tiles, dealt to its units in waves, the depth split
 * when there are too few tiles. The kernel library picks the best of several tilings, so does the law.
 *
 * Symbols: m n k sizes, tm tn sides of a tile, S units
 * Source: CUTLASS documentation, "Efficient GEMM in CUDA" (tiles, waves, split-K)
 */
import type { Operator } from "../../operators/index.ts";
import type { Bytes, Seconds } from "../../units.ts";
import { type Kernel, kernel, overlapped } from "./_kernel.ts";
import { coldShare, feedTime, spilledShare, streamTime } from "./_memory.ts";
import { passTime, vectorRate } from "./_vector.ts";
import type { ProductShape, Tuned } from "./coefficients.ts";
import type { Format } from "./format.ts";
import type { Target } from "./target.ts";

/** `batch` independent products [m, k] · [k, n]; bytes of one value on the left and on the right. */
export interface Product {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly batch: number;
  readonly left: Bytes;
  readonly right: Bytes;
  /** Values on the left that reach the kernel wider and are first rounded in a pass of their own. */
  readonly rounded?: number;
}

export type Tiles = readonly (readonly [number, number])[];

/** Sides of the tiles libraries are built with, as pairs. */
const TILES: Tiles = [
  [16, 64],
  [16, 128],
  [64, 64],
  [64, 128],
  [128, 64],
  [128, 128],
  [64, 256],
  [128, 256],
  [256, 128],
];
const SPLITS: readonly number[] = [1, 2, 4, 8];
/** The least depth a split still pays for. */
const DEPTH_MIN = 128;
/** The tile whose efficiency counts as 1. */
const BEST_SIDES = 1 / 128 + 1 / 256;
/** Bytes of a partial sum, written and read. */
const PARTIAL = 8;

/** One of the units that tiles are dealt to: FLOPs and bytes a second, and the depth that filling it costs. */
type Unit = Readonly<Record<"rate" | "feed" | "fill", number>>;

export function productKernel(
  operator: Operator,
  product: Product,
  law: Tuned<ProductShape>,
  format: Format,
  target: Target,
  tilings: Tiles = TILES,
): Kernel {
  const { shape } = law;
  const bytes = operator.read + operator.written;
  const cold =
    target.slices === 0
      ? coldShare(bytes, shape.resident, target)
      : spilledShare(operator, product.n * product.k * product.batch * product.right, target);
  const warm = Math.min(feedTime(bytes, shape.feed, target), streamTime(bytes, law.memory, target));
  const least = cold * streamTime(bytes, law.memory, target) + (1 - cold) * warm;
  const { left, right } = product;
  const unit = {
    rate: (format.peak / target.units) * law.compute,
    feed: target.clock * shape.feed,
    fill: shape.fill,
  };
  let time = Infinity;
  let compute = 0;
  let memory = 0;
  for (const [tm, tn] of tilings) {
    const whole = Math.ceil(product.m / tm) * Math.ceil(product.n / tn) * product.batch;
    const loads = (1 + shape.side * (1 / tm + 1 / tn)) / (1 + shape.side * BEST_SIDES);
    for (const split of SPLITS) {
      if (split > 1 && (product.k < split * DEPTH_MIN || whole > target.units)) break;
      const tiles = whole * split;
      const depth = Math.ceil(product.k / split);
      const join = split === 1 ? 0 : shape.join / target.clock;
      const tile = tileTime(2 * tm * tn * loads, tm * left + tn * right, depth, unit);
      const busy = waves(tiles / target.units, shape.tail) * tile + join;
      if (busy >= time) continue;
      const edges =
        (tiles / target.units) * Math.sqrt(target.units * tm * tn) * (left + right) * depth;
      const again = Math.max(0, edges - bytes) * shape.reread * cold;
      const sums =
        split === 1 ? 0 : split * product.m * product.n * product.batch * PARTIAL * shape.reduce;
      const traffic =
        least + streamTime(again, law.memory, target) + feedTime(sums, shape.feed, target);
      if (traffic >= time) continue;
      const candidate = overlapped(busy, traffic, shape.ridge);
      if (candidate >= time) continue;
      time = candidate;
      compute = busy;
      memory = traffic;
    }
  }
  const rows = vectorTime(operator, product, law, format, target);
  const alone = overlapped(rows, least, shape.ridge);
  const pass = roundingTime(product, law, target);
  return alone < time
    ? kernel(alone + pass, rows, least + pass, law.overhead / target.clock)
    : kernel(time + pass, compute, memory + pass, law.overhead / target.clock);
}

/**
 * Seconds of the pass before a product that rounds activations of two bytes; its launch is part of the overhead. On a
 * processor another pass widens what comes out.
 * Source: vllm-project/vllm, scaled_fp8_quant before each FP8 linear layer; the same in TensorRT-LLM
 */
function roundingTime(
  { rounded = 0, left, m, n, batch }: Product,
  { shape, memory }: Tuned<ProductShape>,
  target: Target,
): Seconds {
  if (target.device.kind === "cpu") return rounded && passTime(rounded + m * n * batch, target);
  if (rounded === 0 || shape.rounding === 0) return 0;
  const bytes = rounded * (2 + left);
  const traffic = coldShare(bytes, shape.resident, target) * streamTime(bytes, memory, target);
  return overlapped((rounded * shape.rounding) / (target.units * target.clock), traffic, 4);
}

/** Rows that libraries multiply one by one on vector units, where no tile of a matrix unit would be full. */
const ROWS_VECTOR = 8;

/**
 * Seconds of a product of few rows on vector units; endless of more.
 *
 * Source: ggml-org/llama.cpp ggml/src/ggml-cuda/mmvq.cuh (MMVQ_MAX_BATCH_SIZE 8)
 */
function vectorTime(
  { flops }: Operator,
  { m }: Product,
  { compute }: Tuned<ProductShape>,
  format: Format,
  target: Target,
): Seconds {
  return m > ROWS_VECTOR ? Infinity : flops / (vectorRate(format, target) * compute);
}

/** Waves of work: whole ones as far as `tail` says, never less than one. */
function waves(share: number, tail: number): number {
  return share < 1 ? 1 : share + tail * (Math.ceil(share) - share);
}

/** Seconds one unit takes for one tile of the product, of so many FLOPs and bytes a value of its depth. */
function tileTime(flops: number, bytes: Bytes, depth: number, unit: Unit): Seconds {
  const arithmetic = (flops * (depth + unit.fill)) / unit.rate;
  const feed = (bytes * depth) / unit.feed;
  const square = arithmetic * arithmetic;
  const other = feed * feed;
  return Math.sqrt(Math.sqrt(square * square + other * other));
}
