/**
 * Convolutions as implicit matrix products, and recurrent layers as one product after another.
 *
 * Source: cuDNN developer guide, "Convolution" (implicit GEMM); assumption for depthwise layers
 */
import type { Convolution, Operator, Recurrence } from "../../operators/index.ts";
import { type Kernel, overlapped } from "./_kernel.ts";
import { productKernel } from "./_matmul.ts";
import type { Format } from "./format.ts";
import type { Target, Tuned } from "./target.ts";

/** Fewest channels a group that matrix units can still be fed with. */
const CHANNELS_MIN = 4;
/**
 * Matrix rate over vector rate where a device lists no vector rate.
 * Source: A100 datasheet, 312 over 19.5 TFLOPS; H100 datasheet, 989 over 67
 */
const MATRIX_OVER_VECTOR = 16;

export function convolutionKernel(
  operator: Operator,
  work: Convolution,
  law: Tuned,
  format: Format,
  target: Target,
): Kernel {
  const { m, n, k, groups } = work;
  if (groups === 1 || n >= CHANNELS_MIN) {
    return productKernel(operator, { m, n, k, batch: groups }, law, format, target);
  }
  const vector = target.device.vector ?? format.peak / MATRIX_OVER_VECTOR;
  const compute = operator.flops / (Math.min(vector, format.peak) * law.compute);
  const memory = (operator.read + operator.written) / (target.bandwidth * law.memory);
  return overlapped(compute, memory, law);
}

/** Each step waits for the one before it, so each pays the overhead of a kernel. */
export function recurrentKernel(
  operator: Operator,
  work: Recurrence,
  law: Tuned,
  format: Format,
  target: Target,
): Kernel {
  const { m, n, k, steps } = work;
  const kernel = productKernel(operator, { m, n, k, batch: steps }, law, format, target);
  const overhead = kernel.overhead * steps;
  return { ...kernel, time: kernel.time - kernel.overhead + overhead, overhead };
}
