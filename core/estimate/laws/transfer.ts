/**
 * Coefficients of a fitted law carried to a device that was not fitted, by likeness of figures.
 *
 * Source: assumption, checked by leave-one-device-out (scripts/fit-kernels.ts --leave-one-out)
 */
import { power } from "../../power.ts";
import type { Anchor, Law, Reach, Tuned } from "./coefficients.ts";

/** Figures two devices are compared by. */
export type Fitted = Anchor;

/** Log-ratio of figures at which a fitted device's say falls to 1/√e of a twin's. */
const WIDTH = 0.6;
/** Say of a fitted device that is nothing like the target, so that the prior is the middle of all. */
const FLOOR = 0.02;

/** How much a fitted device's coefficients say about another: 1 for a twin, by nearness of figures. */
function likeness(a: Fitted, b: Fitted): number {
  const peak = Math.log(a.peak / b.peak);
  const bandwidth = Math.log(a.bandwidth / b.bandwidth);
  const units = Math.log(a.units / b.units);
  const square = peak * peak + bandwidth * bandwidth + units * units;
  return FLOOR + Math.exp(-square / (2 * WIDTH * WIDTH));
}

/**
 * The reach of a device that was not fitted: of each number the median over fitted devices, weighted
 * by likeness. The median, because one device timed by another clock (a host-bound one) must not move it.
 */
export function transferredReach(
  reaches: Readonly<Record<string, Reach>>,
  anchors: Readonly<Record<string, Anchor>>,
  to: Fitted,
): Reach {
  const entries = Object.entries(reaches).flatMap(([id, reach]) => {
    const anchor = anchors[id];
    return anchor === undefined ? [] : [{ reach, weight: likeness(anchor, to) }];
  });
  const middle = (key: keyof Reach): number =>
    weightedMedian(entries.map(({ reach, weight }) => ({ value: reach[key], weight })));
  return { overhead: middle("overhead"), compute: middle("compute"), memory: middle("memory") };
}

interface Weighted {
  readonly value: number;
  readonly weight: number;
}

/** Median by weight, interpolated between neighbours on the logarithm. */
function weightedMedian(values: readonly Weighted[]): number {
  const sorted = values.toSorted((a, b) => a.value - b.value);
  const half = sorted.reduce((sum, { weight }) => sum + weight, 0) / 2;
  let seen = 0;
  let previous: { readonly value: number; readonly at: number } | null = null;
  for (const { value, weight } of sorted) {
    const at = seen + weight / 2;
    if (at >= half) {
      if (previous === null) return value;
      const share = (half - previous.at) / (at - previous.at);
      return previous.value * power(value / previous.value, share);
    }
    previous = { value, at };
    seen += weight;
  }
  return previous?.value ?? NaN;
}

/** A law for a device: its own fit, that of devices like it, or of unlike machines with a wider spread. */
export function tune<S>(
  law: Law<S>,
  anchors: Readonly<Record<string, Anchor>>,
  id: string,
  figures: Fitted,
): Tuned<S> {
  const own = law.devices[id];
  const { shape, spread } = law;
  if (own !== undefined) return { ...own, shape, basis: "calibrated", spread: spread.calibrated };
  const like = Object.values(anchors).some((anchor) => anchor.kind === figures.kind);
  const basis = like ? "transferred" : "analytic";
  return {
    ...transferredReach(law.devices, anchors, figures),
    shape,
    basis,
    spread: spread[basis],
  };
}
