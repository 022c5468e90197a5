/**
 * Convolutions as implicit matrix products, and recurrent layers as one product after another.
 *
 * Source: cuDNN developer guide, "Convolution" (implicit GEMM); assumption for depthwise layers
 */
import type { Convolution, Operator, Recurrence } from "../../operators/index.ts";
import { type Kernel, kernel, overlapped } from "./_kernel.ts";
import { type Product, productKernel } from "./_matmul.ts";
import { fallen, spilled, streamTime } from "./_memory.ts";
import { vectorRate } from "./_vector.ts";
import type { ProductShape, Tuned } from "./coefficients.ts";
import type { Format } from "./format.ts";
import type { Target } from "./target.ts";

/** Fewest channels a group that matrix units can still be fed with. */
const CHANNELS_MIN = 4;

export function convolutionKernel(
  operator: Operator,
  work: Convolution,
  law: Tuned<ProductShape>,
  format: Format,
  target: Target,
): Kernel {
  const { m, n, k, groups } = work;
  if (groups === 1 || n >= CHANNELS_MIN) {
    const product = { m, n, k, batch: groups, ...sides(work) };
    return productKernel(operator, product, law, wide(work, format, target), target);
  }
  const compute = operator.flops / (vectorRate(format, target) * law.compute);
  const bytes = spilled(operator.read, target) + spilled(operator.written, target);
  const memory = streamTime(bytes, law.memory, target);
  const busy = overlapped(compute, memory, law.shape.ridge);
  return kernel(busy, compute, memory, law.overhead / target.clock);
}

/**
 * What convolutions in 32 bits of a GPU reach beside those in 16: TF32 moves operands twice as wide through the same
 * paths; vector units are fed with ease, and filters of 3 × 3 multiply less than is counted (Winograd).
 *
 * Source: Lavin and Gray 2015 (arXiv 1509.09308), table 4 (Winograd beside cuDNN's other kernels); shares chosen by
 * eye on networks of DeepLearningExamples, training and inference, in-sample there
 */
const WIDE_SHARES = { tf32: 0.62, fp32: 1.35 } as const;
const WINOGRAD = 1.25;
const WINOGRAD_SIDE = 3;

function wide({ kernel, groups }: Convolution, format: Format, { device }: Target): Format {
  const { precision, peak } = format;
  if (device.kind !== "gpu" || (precision !== "fp32" && precision !== "tf32")) return format;
  const isSmall = kernel.length > 1 && kernel.every((side) => side === WINOGRAD_SIDE);
  const saved = precision === "fp32" && groups === 1 && isSmall ? WINOGRAD : 1;
  return { precision, peak: peak * WIDE_SHARES[precision] * saved };
}

/** Share of the cache that weights of a recurrence may fill and stay. */
const KEPT = 0.5;

/** Each step waits for the one before it, pays the overhead of a kernel, and reads what weights the cache does not keep. */
export function recurrentKernel(
  operator: Operator,
  work: Recurrence,
  law: Tuned<ProductShape>,
  format: Format,
  target: Target,
): Kernel {
  const { m, n, k, steps, weights } = work;
  const again = fallen((n * k * weights.bits) / 8, KEPT * target.cache);
  const step = {
    ...operator,
    flops: operator.flops / steps,
    read: operator.read / steps + again,
    written: operator.written / steps,
  };
  const one = productKernel(step, { m, n, k, batch: 1, ...sides(work) }, law, format, target);
  return {
    time: one.time * steps,
    compute: one.compute * steps,
    memory: one.memory * steps,
    link: 0,
    overhead: one.overhead * steps,
  };
}

function sides(work: Convolution | Recurrence): Pick<Product, "left" | "right"> {
  return { left: work.activations.bits / 8, right: work.weights.bits / 8 };
}
