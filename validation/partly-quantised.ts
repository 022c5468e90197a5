/**
 * Formats of a model in INT8 as a framework runs it on a CPU: what was not quantised stays in FP32, in memory too.
 *
 * MLPerf's submissions are code of their own, with attention in 16 bits; graphs of OpenVINO are fused, with attention in
 * 16 bits where the cores multiply these.
 *
 * Source: Intel Neural Compressor documentation, "Quantization" (products and convolutions of an FP32 model are
 * quantised, each between a quantiser and a dequantiser); OpenVINO documentation, "CPU Device" (quantised graphs are
 * fused; inference precision BF16 where AMX or AVX512_BF16 is there)
 */
import type { Device, Numerics } from "../core/index.ts";
import { collection, type Row } from "./row.ts";

const FLOATS = { name: "fp32", bits: 32 };

export function partlyQuantised(
  chosen: Numerics | null,
  { kind, peak }: Device,
  row: Row,
): Numerics | null {
  if (chosen?.compute.linear !== "int8" || kind !== "cpu") return chosen;
  if (collection(row).startsWith("ml")) return chosen;
  const isGraph = /openvino/i.test(row.engine);
  const rest = isGraph && peak.bf16 !== undefined ? "bf16" : "fp32";
  const compute = { ...chosen.compute, attention: rest, head: rest } as const;
  return { ...chosen, compute, activations: isGraph ? chosen.activations : FLOATS };
}
