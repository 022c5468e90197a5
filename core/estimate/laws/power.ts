/**
 * Power of a device at work: what leaks and clocks draw, kernels that run at all, operations, and bytes.
 *
 * Joules an operation and a byte carry over between devices where shares of a rating do not: a watt of rating buys three
 * times the arithmetic on a B200 that it does on an A100, and a byte of HBM costs as much on both. Threads kept in flight
 * draw whether they compute or wait; arrays that wait for memory draw next to nothing.
 *
 * Source: notes/069-power.md, fitted on watts of A100, H100, B200 and Cloud AI 100, devices left out; ratings in
 * the catalogue, for each 16-bit operation a second: middle of accelerators 0.8 pJ (H100 0.7, A100 1.3), with units for
 * four bits 0.5 (B200 0.44), GPUs without matrix units 5 (4.2 to 6.3), the one FPGA 3.8; CPUs 45 for each operation of
 * FP32 (31 to 57 on 22), or 6 W a core (3.5 to 8.9)
 */
import type { Device } from "../../catalogue/index.ts";
import type { Fraction, Watts } from "../../units.ts";
import type { Laws } from "./coefficients.ts";
import { computeFormat, usualFormat } from "./format.ts";

/** Shares of the device's peaks in use, averaged over the time asked about. */
export interface Utilisation {
  readonly compute: Fraction;
  readonly memory: Fraction;
  /** Of the time, in which a kernel runs; the rest is launches and waiting for the host. */
  readonly busy: Fraction;
}

/** Watts of a device before any limit, by whether they change when the same work takes longer. */
export interface Draws {
  /** Of the time that passes, and of kernels that run. */
  readonly steady: Watts;
  /** Of operations and bytes. */
  readonly worked: Watts;
}

/** What `device`, rated `rated`, would draw without its limit. */
export function draws(used: Utilisation, device: Device, rated: Watts, { power }: Laws): Draws {
  const { kind, memory } = device;
  const idle = device.power?.idle ?? power.idle * rated;
  const isThreaded = kind === "gpu" || kind === "cpu";
  const arithmetic = likelyRating(device) ?? rated;
  const traffic = memory?.bandwidth === undefined ? 0 : used.memory * memory.bandwidth;
  return {
    steady: idle + (isThreaded ? power.busy * rated * used.busy : 0),
    worked: power.compute * arithmetic * used.compute + power.memory * traffic,
  };
}

const JOULES_PER_OPERATION = 0.8e-12;
const JOULES_NARROW = 0.5e-12;
const JOULES_VECTOR = 5e-12;
const JOULES_FPGA = 4e-12;
const JOULES_CPU = 45e-12;
const WATTS_PER_CORE = 6;

/** Rating of devices like this one, which is what their arithmetic draws at its peak; null without a rate. */
export function likelyRating(device: Device): Watts | null {
  const { kind, units, peak, vector } = device;
  if (kind === "cpu" && vector !== undefined) return JOULES_CPU * vector;
  if (kind === "cpu" && units !== undefined) return WATTS_PER_CORE * units;
  const narrow = computeFormat(device, "int8")?.peak;
  const rate = usualFormat(device)?.peak;
  if (rate === undefined) return null;
  if (kind === "fpga") return JOULES_FPGA * (narrow ?? rate);
  if (vector !== undefined && rate <= vector) return JOULES_VECTOR * rate;
  return (peak.fp4 === undefined ? JOULES_PER_OPERATION : JOULES_NARROW) * rate;
}
