/**
 * Coefficients of a fitted law carried to a device that was not fitted, by likeness of figures.
 *
 * Source: assumption, checked by leave-one-device-out (scripts/fit-kernels.ts --leave-one-out)
 */
import { power } from "../../power.ts";
import type { Fraction } from "../../units.ts";
import type { Anchor, Law, Reach, Tuned } from "./coefficients.ts";

/** Log-ratio of figures at which a fitted device's say falls to 1/√e of a twin's. */
const WIDTH = 0.6;
/** Say of a fitted device that is nothing like the target, so that the prior is the middle of all. */
const FLOOR = 0.02;

/** Whether units are of one design, whatever their number, their memory and what is held back of them. */
function isSameUnit(a: Anchor, b: Anchor): boolean {
  return a.architecture !== undefined && a.architecture === b.architecture;
}

/** How much a fitted device's coefficients say about another: 1 for a twin, by nearness of figures. */
function likeness(a: Anchor, b: Anchor): number {
  const peak = isSameUnit(a, b) ? 0 : Math.log(a.peak / b.peak);
  const bandwidth = Math.log(a.bandwidth / b.bandwidth);
  const units = Math.log(a.units / b.units);
  const square = peak * peak + bandwidth * bandwidth + units * units;
  return FLOOR + Math.exp(-square / (2 * WIDTH * WIDTH));
}

/** Share of peak that products reach where matrix units are the limit. Source: laws.json, the middle of matmul/bf16 */
export const COMPUTE_CEILING = 0.86;

/**
 * Share of its peak that `to` reaches, when the fitted device `anchor` reaches `share` of its own.
 *
 * What keeps a kernel from the peak (issuing instructions, adding sums up, feeding tiles) takes cycles of a unit. Where vendors
 * sell the same unit with its matrix rate held back, these cycles stay as they are, so a larger share of the lower peak is
 * reached. How far a unit is held back is told by {@link heldBack}.
 */
function carried(share: Fraction, anchor: Anchor, to: Anchor): Fraction {
  return Math.max(share, Math.min(COMPUTE_CEILING, share * heldBack(anchor, to)));
}

/**
 * How many times slower the matrix units of `to` are than those of the same unit in `anchor`, at least 1. Where memory does not
 * feed them as many more bytes a FLOP, the part is a smaller one in all, and counts as held back no further than that.
 */
function heldBack(anchor: Anchor, to: Anchor): number {
  if (!isSameUnit(anchor, to)) return 1;
  const peak = anchor.peak / to.peak;
  const slower = (peak * to.units * to.clock) / (anchor.units * anchor.clock);
  return Math.max(1, Math.min(slower, (peak * to.bandwidth) / anchor.bandwidth));
}

/**
 * The reach of a device that was not fitted: of each number the median over fitted devices, weighted by likeness. The median, because one
 * device timed by another clock (a host-bound one) must not move it. An overhead carries over in cycles, where `isTimed` in time.
 */
export function transferredReach(
  reaches: Readonly<Record<string, Reach>>,
  anchors: Readonly<Record<string, Anchor>>,
  to: Anchor,
  isTimed = false,
): Reach {
  const middle = middleOf(Object.keys(reaches), anchors, to);
  return {
    overhead: middle(
      (id, { clock }) => (reaches[id] as Reach).overhead * (isTimed ? to.clock / clock : 1),
    ),
    compute: middle((id, anchor) => carried((reaches[id] as Reach).compute, anchor, to)),
    memory: middle((id) => (reaches[id] as Reach).memory),
  };
}

/** Medians over the fitted devices `ids`, weighted by their likeness to `to`. */
function middleOf(
  ids: readonly string[],
  anchors: Readonly<Record<string, Anchor>>,
  to: Anchor,
): (valueOf: (id: string, anchor: Anchor) => number) => number {
  const known = ids.flatMap((id) => {
    const anchor = anchors[id];
    return anchor === undefined ? [] : [{ id, anchor, weight: likeness(anchor, to) }];
  });
  return (valueOf) =>
    weightedMedian(known.map(({ id, anchor, weight }) => ({ value: valueOf(id, anchor), weight })));
}

/** A shape for matrix units `slower` times slower, beside which cycles of loads and filling count for less. */
function heldShape<S>(shape: S, slower: number): S {
  const held = Object.entries(shape as Record<string, number>).filter(
    ([key]) => key === "side" || key === "fill",
  );
  return { ...shape, ...Object.fromEntries(held.map(([key, value]) => [key, value / slower])) };
}

/** Median by weight, interpolated between neighbours on the logarithm. */
function weightedMedian(
  values: readonly { readonly value: number; readonly weight: number }[],
): number {
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

/** Decodes of a cache are launched in pieces that are merged, and what is launched takes its time, whatever the clock. */
export function isTimed(shape: unknown): boolean {
  return "merge" in (shape as object);
}

/** A law for a device: its own fit, that of devices like it, or of unlike machines with a wider spread. */
export function tune<S>(
  law: Law<S>,
  anchors: Readonly<Record<string, Anchor>>,
  id: string,
  figures: Anchor,
): Tuned<S> {
  const own = law.devices[id];
  const { shape, spread } = law;
  if (own !== undefined) return { ...own, shape, basis: "calibrated", spread: spread.calibrated };
  const like = Object.values(anchors).some((anchor) => anchor.kind === figures.kind);
  const basis = like ? "transferred" : "analytic";
  const middle = middleOf(Object.keys(law.devices), anchors, figures);
  const slower = middle((_, anchor) => heldBack(anchor, figures));
  return {
    ...transferredReach(law.devices, anchors, figures, isTimed(shape)),
    shape: heldShape(shape, slower),
    basis,
    spread: spread[basis],
  };
}
