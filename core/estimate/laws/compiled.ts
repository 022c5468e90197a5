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
 * calibrated scales are constants, so the product is the plain one at another rate. GPUs compute a layer
 * for the whole batch before the next; compilers of arrays with a scratchpad take samples one by one.
 */
export function compiled(target: Target, batch: number): Target {
  const { laws } = target;
  const plain = laws["matmul/bf16"];
  return {
    ...target,
    laws: { ...laws, "matmul/int8": plain, "matmul/fp8": plain },
    slices: target.device.kind === "gpu" ? 1 : Math.max(1, batch),
  };
}
