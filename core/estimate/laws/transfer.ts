/**
 * Coefficients of a fitted law carried to a device that was not fitted, by likeness of figures.
 *
 * Source: assumption, checked by leave-one-device-out (scripts/fit-kernels.ts --leave-one-out)
 */
import { power } from "../../power.ts";
import type { Fraction } from "../../units.ts";
import type { Anchor, Law, Reach, Tuned } from "./coefficients.ts";

/** Figures two devices are compared by. */
export type Fitted = Anchor;

/** Log-ratio of figures at which a fitted device's say falls to 1/√e of a twin's. */
const WIDTH = 0.6;
/** Say of a fitted device that is nothing like the target, so that the prior is the middle of all. */
const FLOOR = 0.02;

/** Whether units are of one design, so that they differ in number, in memory and in what is held back of them. */
function isSameUnit(a: Fitted, b: Fitted): boolean {
  return a.architecture !== undefined && a.architecture === b.architecture;
}

/** How much a fitted device's coefficients say about another: 1 for a twin, by nearness of figures. */
function likeness(a: Fitted, b: Fitted): number {
  const peak = isSameUnit(a, b) ? 0 : Math.log(a.peak / b.peak);
  const bandwidth = Math.log(a.bandwidth / b.bandwidth);
  const units = Math.log(a.units / b.units);
  const square = peak * peak + bandwidth * bandwidth + units * units;
  return FLOOR + Math.exp(-square / (2 * WIDTH * WIDTH));
}

/**
 * Share of peak that products reach where the matrix units are the limit: the middle of what the fit of
 * plain BF16 products gives the GPUs of the tables.
 *
 * Source: coefficients/laws.json, matmul/bf16 (transfer.test.ts keeps them together)
 */
export const COMPUTE_CEILING = 0.86;

/**
 * Share of `to`'s peak at the rate that `anchor` reaches with `share` of its own.
 *
 * What keeps a kernel from the peak of its matrix units (issuing instructions, promoting sums, feeding
 * tiles) takes cycles of a unit. The same unit with its matrix units held back spends as many, and so gets
 * nearer to its peak, up to the ceiling. It counts as the same where its memory feeds no fewer bytes to a
 * FLOP: other units under one name (of data centres and of graphics cards) are smaller in all.
 */
function carried(share: Fraction, anchor: Anchor, to: Fitted): Fraction {
  return Math.max(share, Math.min(COMPUTE_CEILING, share * heldBack(anchor, to)));
}

/** How many times slower the matrix units of `to` are than those of the same unit in `anchor`, at least 1. */
function heldBack(anchor: Anchor, to: Fitted): number {
  if (!isSameUnit(anchor, to)) return 1;
  const slower = flopsPerCycle(anchor) / flopsPerCycle(to);
  const leaner = anchor.peak / anchor.bandwidth / (to.peak / to.bandwidth);
  return Math.max(1, Math.min(slower, leaner));
}

/** FLOPs of one unit in a cycle, at peak. */
function flopsPerCycle({ peak, units, clock }: Fitted): number {
  return peak / (units * clock);
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
  const middle = middleOf(Object.keys(reaches), anchors, to);
  return {
    overhead: middle((id) => (reaches[id] as Reach).overhead),
    compute: middle((id, anchor) => carried((reaches[id] as Reach).compute, anchor, to)),
    memory: middle((id) => (reaches[id] as Reach).memory),
  };
}

/** Medians over the fitted devices `ids`, weighted by their likeness to `to`. */
function middleOf(
  ids: readonly string[],
  anchors: Readonly<Record<string, Anchor>>,
  to: Fitted,
): (valueOf: (id: string, anchor: Anchor) => number) => number {
  const known = ids.flatMap((id) => {
    const anchor = anchors[id];
    return anchor === undefined ? [] : [{ id, anchor, weight: likeness(anchor, to) }];
  });
  return (valueOf) =>
    weightedMedian(
      known.map(({ id, anchor, weight }) => ({ value: valueOf(id, anchor), weight })),
    );
}

/** Numbers of a shape that are cycles counted in arithmetic: loads and filling of a tile. */
const COUNTED_IN_ARITHMETIC: ReadonlySet<string> = new Set(["side", "fill"]);

/** A shape for matrix units that are `slower` times slower, beside which the cycles of all else count for less. */
function heldShape<S>(shape: S, slower: number): S {
  if (slower === 1) return shape;
  const entries = Object.entries(shape as Record<string, number>).map(([key, value]) => [
    key,
    COUNTED_IN_ARITHMETIC.has(key) ? value / slower : value,
  ]);
  return Object.fromEntries(entries) as S;
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
  const slower = middleOf(Object.keys(law.devices), anchors, figures)((_, anchor) =>
    heldBack(anchor, figures),
  );
  return {
    ...transferredReach(law.devices, anchors, figures),
    shape: heldShape(shape, slower),
    basis,
    spread: spread[basis],
  };
}
