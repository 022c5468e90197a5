/**
 * A device that runs a model compiled as one graph, beside one that serves layers with other work between.
 *
 * Source: NVIDIA TensorRT documentation, "Working with Quantized Types" (calibrated scales are constants);
 * Qualcomm Cloud AI SDK and AMD Vitis AI user guides (tensors between layers stay in on-chip memory)
 */
import type { Target } from "./target.ts";

/**
 * `target` with calibrated scales and with tensors handed on through the last-level cache.
 *
 * The 8-bit laws are of language models, whose kernels first measure the range of their activations;
 * calibrated scales are constants, so the product is the plain one at another rate. FP8, and integers on
 * arrays and CPUs, keep the ceiling of FP8 kernels (MLPerf ResNet-50 and BERT on Xeons and Cloud AI 100).
 * GPUs compute a layer for the whole batch before the next; compilers of other machines take samples one by one.
 */
export function compiled(target: Target, batch: number): Target {
  const { laws } = target;
  const plain = laws["matmul/bf16"];
  const isWhole = target.device.kind === "gpu";
  const narrow = { ...plain, compute: Math.min(plain.compute, laws["matmul/fp8"].compute) };
  return {
    ...target,
    laws: { ...laws, "matmul/int8": isWhole ? plain : narrow, "matmul/fp8": narrow },
    slices: isWhole ? 1 : Math.max(1, batch),
  };
}
