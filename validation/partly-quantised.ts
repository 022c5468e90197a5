/**
 * Formats of a model in INT8 as a framework runs it on a CPU: what was not quantised stays in FP32, in memory too.
 *
 * MLPerf's submissions are code of their own, with attention in 16 bits.
 *
 * Source: Intel Neural Compressor documentation, "Quantization" (products and convolutions of an FP32 model are
 * quantised, each between a quantiser and a dequantiser)
 */
import type { Device, Numerics } from "../core/index.ts";
import { collection, type Row } from "./row.ts";

const FLOATS = { name: "fp32", bits: 32 };

export function partlyQuantised(
  chosen: Numerics | null,
  { kind }: Device,
  row: Row,
): Numerics | null {
  if (chosen?.compute.linear !== "int8" || kind !== "cpu") return chosen;
  if (collection(row).startsWith("ml")) return chosen;
  const compute = { ...chosen.compute, attention: "fp32", head: "fp32" } as const;
  return { ...chosen, compute, activations: FLOATS };
}
