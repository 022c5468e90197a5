/**
 * One format for all of a network: what engines for convolutions run. Unlike serving engines for
 * language models they keep values between layers in the low format too, scales folded into layers.
 *
 * Source: NVIDIA TensorRT documentation, "Working with Quantized Types"; AMD Vitis AI user guide,
 * "Quantizing the Model" (weights and activations both INT8)
 */
import { PRECISION_BITS, type Numerics, type Precision, type Storage } from "../precision.ts";

/** Everything stored and multiplied in `precision`; TF32 is stored as FP32. */
export function uniformNumerics(precision: Precision): Numerics {
  const all: Storage = {
    name: precision === "tf32" ? "fp32" : precision,
    bits: PRECISION_BITS[precision],
  };
  return {
    name: precision,
    linear: all,
    experts: all,
    embedding: all,
    head: all,
    activations: all,
    kv: all,
    compute: { linear: precision, experts: precision, head: precision, attention: precision },
  };
}
