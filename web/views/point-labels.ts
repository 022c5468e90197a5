/** Names beside the dots of a chart: right, left, above or below, where nothing is in the way. */
import type { Markish, TextOptions } from "@observablehq/plot";
import type { PlotLibrary } from "../parts/chart.tsx";
import { textWidth } from "../parts/text-width.ts";
import { apart, type Box } from "./labels-apart.ts";

/** A named dot, in pixels from the corner of the chart. */
export interface NamedDot<T> {
  readonly datum: T;
  readonly name: string;
  readonly x: number;
  readonly y: number;
}

/** In pixels. */
interface Edges {
  readonly left: number;
  readonly right: number;
}

type Side = "right" | "left" | "above" | "below";

/** A dot whose name found room, and the side where it stands. */
export interface PlacedLabel<T> {
  readonly datum: T;
  readonly side: Side;
}

/** Of the chart's letters, in pixels, and their line. */
const LETTERS = 12;
const LINE = 14;
const DOT = 7;

const SIDES: readonly Side[] = ["right", "left", "above", "below"];
/** How a text stands at each side of its dot. */
const ANCHORS: Readonly<
  Record<Side, { dx: number; dy: number; textAnchor: "start" | "middle" | "end" }>
> = {
  right: { dx: 10, dy: 0, textAnchor: "start" },
  left: { dx: -10, dy: 0, textAnchor: "end" },
  above: { dx: 0, dy: -14, textAnchor: "middle" },
  below: { dx: 0, dy: 14, textAnchor: "middle" },
};

/** The dots of `named`, first come first served, that find room among all `dots` between two edges. */
export function placedLabels<T>(
  named: readonly NamedDot<T>[],
  dots: readonly NamedDot<T>[],
  within: Edges,
): readonly PlacedLabel<T>[] {
  const boxes = dots.map(({ x, y }): Box => ({
    left: x - DOT,
    top: y - DOT,
    width: 2 * DOT,
    height: 2 * DOT,
  }));
  return apart(named, (dot) => SIDES.map((side) => boxAt(dot, side, within)), boxes).flatMap(
    ({ of: { datum }, place }) => {
      const side = SIDES[place];
      return side === undefined ? [] : { datum, side };
    },
  );
}

/** The names, a mark for each side: a mark has one anchor for all of its texts. */
export function labelMarks<T>(
  plot: PlotLibrary,
  labels: readonly PlacedLabel<T>[],
  options: TextOptions,
): Markish[] {
  return SIDES.map((side) =>
    plot.text(
      labels.flatMap((label) => (label.side === side ? [label.datum] : [])),
      { ...options, ...ANCHORS[side] },
    ),
  );
}

const FAR = 1e6;
const EVERYWHERE: Box = { left: -FAR, top: -FAR, width: 2 * FAR, height: 2 * FAR };

/** Outside of the chart there is no room: such a box covers all of it. */
function boxAt({ name, x, y }: NamedDot<unknown>, side: Side, { left, right }: Edges): Box {
  const long = textWidth(name, LETTERS);
  const { dx, dy } = ANCHORS[side];
  const start = side === "right" ? dx : side === "left" ? dx - long : -long / 2;
  const box = { left: x + start, top: y + dy - LINE / 2, width: long, height: LINE };
  const isInside = box.left >= left && box.left + long <= right;
  return isInside ? box : EVERYWHERE;
}
