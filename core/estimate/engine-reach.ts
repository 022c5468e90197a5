/**
 * A GPU as an engine with kernels of its own reaches it.
 *
 * Kernels written to one generation's instructions run on later ones at that rate a unit and cycle, whatever
 * the newer units could do with their own instructions. CPUs and arrays are left as they are.
 *
 * Source: ggml/src/ggml-cuda/mma.cuh of llama.cpp (mma.sync of Turing and Ampere only)
 */
import type { Device } from "../catalogue/index.ts";
import { PRECISIONS, type Precision } from "../precision.ts";
import type { FlopsPerSecond } from "../units.ts";
import type { Engine } from "./types.ts";

/** Units and clock of a GPU whose source gives none. */
const UNITS_TYPICAL = 128;
const CLOCK_TYPICAL = 1.7e9;

/** `device` with no rate above what the kernels of `engine` issue. */
export function engineReach(device: Device, { flopsPerCycle }: Engine): Device {
  const { kind, units = UNITS_TYPICAL, clock } = device;
  if (flopsPerCycle === undefined || kind !== "gpu") return device;
  const most = flopsPerCycle * units * (clock ?? CLOCK_TYPICAL);
  const peak: Partial<Record<Precision, FlopsPerSecond>> = {};
  for (const precision of PRECISIONS) {
    const rate = device.peak[precision];
    if (rate !== undefined) peak[precision] = Math.min(rate, most);
  }
  return { ...device, peak };
}
