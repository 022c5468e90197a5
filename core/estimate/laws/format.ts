/** Which number format a device really multiplies in when asked for one. */
import type { Device } from "../../catalogue/index.ts";
import type { Precision } from "../../precision.ts";
import type { FlopsPerSecond } from "../../units.ts";

/** A format a device has, and its rate. */
export interface Format {
  readonly precision: Precision;
  readonly peak: FlopsPerSecond;
}

/** The formats that stand in for each of all; null where none does. */
export type Formats = Readonly<Record<Precision, Format | null>>;

/** `formats` at other rates. */
export function withPeaks(formats: Formats, peakOf: (format: Format) => FlopsPerSecond): Formats {
  const changed = Object.entries(formats).map(([name, format]) => [
    name,
    format && { ...format, peak: peakOf(format) },
  ]);
  return Object.fromEntries(changed) as Formats;
}

/**
 * Formats an engine falls back on, nearest first. A narrower float is widened as it is loaded (Marlin kernels do so for FP8 and FP4
 * weights); an integer format is never put in for a float one, because that needs the model to be quantised again.
 */
const NEXT: Readonly<Record<Precision, readonly Precision[]>> = {
  fp64: [],
  fp32: ["tf32"],
  tf32: ["fp32"],
  bf16: ["fp16", "tf32", "fp32"],
  fp16: ["bf16", "tf32", "fp32"],
  fp8: ["bf16", "fp16", "tf32", "fp32"],
  fp6: ["fp8", "bf16", "fp16", "tf32", "fp32"],
  fp4: ["fp6", "fp8", "bf16", "fp16", "tf32", "fp32"],
  int8: ["bf16", "fp16", "tf32", "fp32"],
  int4: ["int8", "bf16", "fp16", "tf32", "fp32"],
};

/** The format by whose rate devices are set side by side: 16 bits; of a device without it INT8; of one without either FP8. Null where there is no rate. */
export function usualFormat(device: Device): Format | null {
  const formats = (["bf16", "int8", "fp8"] as const).map((each) => computeFormat(device, each));
  return formats.find((format) => format !== null) ?? null;
}

/**
 * The format `device` computes in when `wanted` is asked for; null when it has none that holds the values.
 *
 * Last comes the rate outside the matrix units, which every float format can be widened to.
 *
 * Source: vLLM documentation, Quantization > Supported Hardware (FP8 on Ampere is weight-only Marlin)
 */
export function computeFormat(device: Device, wanted: Precision): Format | null {
  for (const precision of [wanted, ...NEXT[wanted]]) {
    const peak = device.peak[precision];
    if (peak !== undefined) return { precision, peak };
  }
  if (device.vector === undefined || wanted === "fp64") return null;
  return { precision: "fp32", peak: device.vector };
}
