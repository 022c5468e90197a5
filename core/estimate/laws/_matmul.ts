/**
 * Matrix products as the device runs them: in tiles, dealt to its units in waves.
 *
 * Symbols: m n k sizes, S units
 * Source: design/modelling.md section 1, "Compact law when a table is missing"
 */
import type { Seconds } from "../../units.ts";
import type { Operator } from "../../operators/index.ts";
import { type Kernel, overlapped } from "./_kernel.ts";
import type { Format } from "./format.ts";
import type { Target, Tuned } from "./target.ts";

/** `batch` independent products [m, k] · [k, n]. */
export interface Product {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly batch: number;
}

/** Side of the output tile one unit works on. */
const TILE = 128;
/** A tail wave never costs more than this many times its work: kernels then split the depth. */
const WAVE_MAX = 64;

export function productKernel(
  operator: Operator,
  product: Product,
  law: Tuned,
  format: Format,
  target: Target,
): Kernel {
  const memory = (operator.read + operator.written) / (target.bandwidth * law.memory);
  return overlapped(productCompute(operator.flops, product, law, format, target), memory, law);
}

/** Arithmetic seconds, waste of partial tiles and waves included. */
function productCompute(
  flops: number,
  product: Product,
  law: Tuned,
  format: Format,
  target: Target,
): Seconds {
  const depth = 1 + law.shape.halfDepth / product.k;
  const waste = Math.min(quantisation(product, target.units), WAVE_MAX);
  const share = law.shape.waveShare;
  return (flops / (format.peak * law.compute)) * depth * (1 - share + share * waste);
}

/** Work of whole tiles in whole waves over the work asked for. */
function quantisation({ m, n, batch }: Product, units: number): number {
  const rows = Math.ceil(m / TILE);
  const waves = (rows * Math.ceil(n / TILE) * batch) / units;
  return (Math.ceil(waves) / waves) * ((rows * TILE) / m);
}
