/** Plans as dots of a trade-off: two figures with their intervals, and the front of those that no plan beats in both. */
import type { Interval } from "../../core/index.ts";
import { logTicks } from "./log-ticks.ts";
import type { Written } from "./plan-figures.ts";

/** An interval in the unit of its axis. */
type Spread = readonly [low: number, middle: number, high: number];

export interface Dot {
  readonly device: string;
  readonly label: string;
  readonly vendor: string;
  readonly isPicked: boolean;
  readonly isFront: boolean;
  readonly x: Spread;
  readonly y: Spread;
}

/** A plan with figures of the names `F`. */
export interface Plotted<F extends string> {
  readonly device: string;
  readonly devices: number;
  readonly name: string;
  readonly vendor: string;
  readonly figures: Readonly<Record<F, Interval | null>>;
}

export interface Pareto<F extends string> {
  readonly plans: readonly Plotted<F>[];
  readonly figures: Readonly<Record<F, Written>>;
  readonly x: F;
  readonly y: F;
  /** Devices that are compared. */
  readonly picked?: readonly string[];
}

export const low = (axis: "x" | "y") => (dot: Dot) => dot[axis][0];
export const middle = (axis: "x" | "y") => (dot: Dot) => dot[axis][1];
export const high = (axis: "x" | "y") => (dot: Dot) => dot[axis][2];

export function ticksOf(dots: readonly Dot[], axis: "x" | "y", most: number): readonly number[] {
  return logTicks(
    dots.flatMap((dot) => dot[axis]),
    most,
  );
}

/** Plans with both figures; those that no other beats in both are the front. */
export function dotsOf<F extends string>({
  plans,
  figures,
  x,
  y,
  picked = [],
}: Pareto<F>): readonly Dot[] {
  const dots = plans.flatMap((plan) => {
    const [across, up] = [plan.figures[x], plan.figures[y]];
    if (across === null || up === null) return [];
    return {
      device: plan.device,
      label: `${plan.devices} × ${plan.device}`,
      vendor: plan.vendor,
      isPicked: picked.includes(plan.device),
      isFront: false,
      x: spread(across, figures[x].scale),
      y: spread(up, figures[y].scale),
    };
  });
  const gain =
    (axis: "x" | "y", { more }: Written) =>
    (dot: Dot) =>
      more ? dot[axis][1] : -dot[axis][1];
  const [gainX, gainY] = [gain("x", figures[x]), gain("y", figures[y])];
  return dots.map((dot) => {
    const isBeaten = dots.some(
      (other) =>
        gainX(other) >= gainX(dot) &&
        gainY(other) >= gainY(dot) &&
        (gainX(other) > gainX(dot) || gainY(other) > gainY(dot)),
    );
    return { ...dot, isFront: !isBeaten };
  });
}

export function frontOf(dots: readonly Dot[]): readonly Dot[] {
  return dots.filter(({ isFront }) => isFront).toSorted((a, b) => a.x[1] - b.x[1]);
}

/** Pixels along an axis, which reaches from the least to the most of all intervals. */
export function scaleOf(
  dots: readonly Dot[],
  axis: "x" | "y",
  length: number,
): (dot: Dot) => number {
  const least = Math.min(...dots.map(low(axis)));
  const most = Math.max(...dots.map(high(axis)));
  const perUnit = length / Math.max(1e-9, Math.log(most / least));
  return (dot) => Math.log(dot[axis][1] / least) * perUnit;
}

function spread({ p10, p50, p90 }: Interval, scale: number): Spread {
  return [p10 * scale, p50 * scale, p90 * scale];
}
