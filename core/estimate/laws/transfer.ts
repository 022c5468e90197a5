/** Coefficients of a fitted law carried to a device that was not fitted, by likeness of figures. */
import { assert } from "../../assert.ts";
import type { Device } from "../../catalogue/index.ts";
import type { Anchor, Law, Reach } from "./coefficients.ts";
import { computeFormat } from "./format.ts";
import type { Tuned } from "./target.ts";

/** Log-ratio of figures at which a fitted device's say falls to 1/√e of a twin's. */
const REACH = Math.log(1.6);
/** Say of a fitted device that is nothing like the target, so that the prior is their plain mean. */
const FLOOR = 0.02;

/**
 * How much a fitted device's coefficients say about another one, 1 for a twin.
 *
 * A device's reach follows from how its arithmetic, memory and number of units stand to each other,
 * so likeness is nearness of the logarithms of those three.
 *
 * Source: assumption, checked by leave-one-device-out (scripts/fit-kernels.ts)
 */
function likeness(a: Anchor, b: Anchor): number {
  const peak = Math.log(a.peak / b.peak);
  const bandwidth = Math.log(a.bandwidth / b.bandwidth);
  const units = a.units === undefined || b.units === undefined ? 0 : Math.log(a.units / b.units);
  const square = peak * peak + bandwidth * bandwidth + units * units;
  return FLOOR + Math.exp(-square / (2 * REACH * REACH));
}

/**
 * Figures a device is compared by. Its rate is that of the format most models are computed in, or the
 * nearest it has.
 *
 * Errors: asserts a bandwidth and a rate.
 */
export function anchorOf(device: Device): Anchor {
  const peak = (computeFormat(device, "bf16") ?? computeFormat(device, "int8"))?.peak;
  const bandwidth = device.memory?.bandwidth;
  assert(peak !== undefined, `"${device.name}" has no rate`);
  assert(bandwidth !== undefined, `"${device.name}" has no memory bandwidth`);
  const { kind, units } = device;
  return { kind, peak, bandwidth, ...(units === undefined ? {} : { units }) };
}

/** The reach of a device that was not fitted: the geometric mean of fitted ones, weighted by likeness. */
function transferredReach(law: Law, anchors: Readonly<Record<string, Anchor>>, to: Anchor): Reach {
  let total = 0;
  let overhead = 0;
  let compute = 0;
  let memory = 0;
  for (const [id, reach] of Object.entries(law.devices)) {
    const anchor = anchors[id];
    if (anchor === undefined) continue;
    const weight = likeness(anchor, to);
    total += weight;
    overhead += weight * Math.log(reach.overhead);
    compute += weight * Math.log(reach.compute);
    memory += weight * Math.log(reach.memory);
  }
  return {
    overhead: Math.exp(overhead / total),
    compute: Math.exp(compute / total),
    memory: Math.exp(memory / total),
  };
}

/** A law for `device`: its own fit, that of devices like it, or of unlike machines with a wider spread. */
export function tune(law: Law, anchors: Readonly<Record<string, Anchor>>, device: Device): Tuned {
  const own = law.devices[device.id];
  if (own !== undefined) {
    return { ...own, shape: law.shape, basis: "calibrated", spread: law.spread.calibrated };
  }
  const figures = anchorOf(device);
  const like = Object.values(anchors).some((anchor) => anchor.kind === device.kind);
  const basis = like ? "transferred" : "analytic";
  const reach = transferredReach(law, anchors, figures);
  return { ...reach, shape: law.shape, basis, spread: law.spread[basis] };
}
