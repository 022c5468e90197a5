/** Sums over the operators of a step. */
import type { Transformer } from "../model/index.ts";
import type { Bytes, Flops } from "../units.ts";
import { expand } from "./expand.ts";
import type { Operator, Step } from "./operator.ts";

/**
 * FLOPs the model itself asks for in a step: matrix products, attention and scans, on one device.
 *
 * Elementwise work is left out, as in every published utilisation figure.
 *
 * Source: Chowdhery et al., "PaLM" (arXiv 2204.02311), appendix B (model FLOPs utilisation)
 */
export function modelFlops(model: Transformer, step: Step): Flops {
  return expand({ model, step }).reduce(
    (total, { work, count, flops }) =>
      work.kind === "elementwise" ? total : total + count * flops,
    0,
  );
}

/** Bytes to and from device memory, collectives left out. */
export function trafficBytes(operators: readonly Operator[]): Bytes {
  return operators.reduce(
    (total, { work, count, read, written }) =>
      work.kind === "collective" ? total : total + count * (read + written),
    0,
  );
}
