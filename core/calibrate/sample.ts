/** A kernel that was timed: the operator it computed, where, and how long it took. */
import { assert } from "../assert.ts";
import type { Device } from "../catalogue/index.ts";
import {
  fittedFigures,
  lawName,
  machine,
  type Host,
  type LawName,
} from "../estimate/laws/index.ts";
import type { Operator } from "../operators/index.ts";
import type { Seconds } from "../units.ts";

export interface Timing {
  readonly device: Device;
  readonly operator: Operator;
  /** Replayed from a device graph, or launched by the host. */
  readonly graphs: boolean;
  readonly time: Seconds;
  /** The host it was timed in: an input, measured by other operators. */
  readonly host: Host;
  /** Timed through an engine of an older release. */
  readonly older: boolean;
}

/** A timing beside the law that has to explain it. */
export interface Sample extends Timing {
  readonly law: LawName;
}

/**
 * `timing` with its law: that of the format the device falls back on, where it lacks the one asked for.
 *
 * Errors: asserts that the device lists a rate, a bandwidth and a format for the operator.
 */
export function sampleOf(timing: Timing): Sample {
  const { device, operator } = timing;
  const figures = fittedFigures(device);
  assert(figures !== null, `"${device.name}" was measured but lacks a rate or a bandwidth`);
  return { ...timing, law: lawName(operator.work, { ...machine(device, figures), device }) };
}
