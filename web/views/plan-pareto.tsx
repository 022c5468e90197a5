/** Two figures of every plan against each other, both with their intervals, and the front of those that no plan beats in both. */
import type { Markish } from "@observablehq/plot";
import type { JSX } from "preact";
import { Chart, type PlotLibrary } from "../parts/chart.tsx";
import { useWords } from "../parts/context.ts";
import { Choice } from "../parts/controls.tsx";
import { logAxisX, logAxisY } from "../parts/log-axis.ts";
import { quantityText } from "../parts/quantity.ts";
import {
  dotsOf,
  frontOf,
  high,
  low,
  middle,
  scaleOf,
  ticksOf,
  type Dot,
  type Pareto,
} from "./pareto-dots.ts";
import type { Written } from "./plan-figures.ts";
import { intervalFigure } from "./plan-text.ts";
import { labelMarks, placedLabels, type PlacedLabel } from "./point-labels.ts";

const HEIGHT = 440;
const MARGINS = { top: 20, right: 40, bottom: 48, left: 84 };

interface ParetoProps<F extends string> extends Pareto<F> {
  readonly names: Readonly<Record<F, string>>;
  readonly change: (changes: { readonly x?: F; readonly y?: F }) => void;
  /** What a click on a dot does. */
  readonly pick?: (device: string, isOn: boolean) => void;
}

export function PlanPareto<F extends string>(props: ParetoProps<F>): JSX.Element {
  const { plans, figures, names, x, y, change, pick } = props;
  const words = useWords().plan;
  const options = (Object.keys(figures) as F[]).map((each) => [each, names[each]] as const);
  const dots = dotsOf(props);
  const title = `${words.pareto.title}: ${names[x]}, ${names[y]}`;
  return (
    <section aria-label={words.pareto.title}>
      <h2>{words.pareto.title}</h2>
      <div class="row">
        <Choice
          label={words.pareto.x}
          value={x}
          options={options}
          change={(to) => change({ x: to })}
        />
        <Choice
          label={words.pareto.y}
          value={y}
          options={options}
          change={(to) => change({ y: to })}
        />
      </div>
      <p class="hint">
        {words.pareto.about} {pick !== undefined && words.pareto.click}
      </p>
      <Chart
        name="trade-off"
        label={title}
        choose={({ device, isPicked }: Dot) => pick?.(device, !isPicked)}
        draw={(plot, width) => ({
          width,
          height: HEIGHT,
          marginTop: MARGINS.top,
          marginRight: MARGINS.right,
          marginBottom: MARGINS.bottom,
          marginLeft: MARGINS.left,
          grid: true,
          x: { type: "log" },
          y: { type: "log" },
          color: { legend: true },
          marks: [
            ...axisMarks(plot, dots, width, props),
            ...spreadMarks(plot, dots),
            ...dotMarks(plot, dots, { x: figures[x], y: figures[y] }),
            ...labelMarks(plot, labelled(dots, width), {
              x: middle("x"),
              y: middle("y"),
              text: "label",
              fill: "currentColor",
              stroke: "var(--paper)",
              strokeWidth: 4,
            }),
          ],
        })}
        table={{
          columns: [words.columns.devices, names[x], names[y]],
          rows: plans.map((plan) => [
            `${plan.devices} × ${plan.name}`,
            intervalFigure(plan.figures[x], figures[x]),
            intervalFigure(plan.figures[y], figures[y]),
          ]),
        }}
      />
    </section>
  );
}

function axisMarks<F extends string>(
  plot: PlotLibrary,
  dots: readonly Dot[],
  width: number,
  { figures, names, x, y }: ParetoProps<F>,
): Markish[] {
  return [
    logAxisX(plot, {
      ticks: ticksOf(dots, "x", Math.max(2, Math.floor(width / 100))),
      text: tickText(figures[x]),
      label: names[x],
    }),
    logAxisY(plot, {
      ticks: ticksOf(dots, "y", 10),
      text: tickText(figures[y]),
      label: names[y],
    }),
  ];
}

/** The intervals of each plan, both ways. */
function spreadMarks(plot: PlotLibrary, dots: readonly Dot[]): Markish[] {
  return [
    plot.ruleY(dots, { x1: low("x"), x2: high("x"), y: middle("y"), strokeOpacity: 0.2 }),
    plot.ruleX(dots, { y1: low("y"), y2: high("y"), x: middle("x"), strokeOpacity: 0.2 }),
  ];
}

function dotMarks(
  plot: PlotLibrary,
  dots: readonly Dot[],
  { x, y }: Readonly<Record<"x" | "y", Written>>,
): Markish[] {
  const at = { x: middle("x"), y: middle("y") };
  return [
    plot.line(frontOf(dots), {
      ...at,
      curve: x.more ? "step-before" : "step-after",
      stroke: "currentColor",
      strokeDasharray: "5 4",
      strokeOpacity: 0.7,
    }),
    plot.dot(dots, {
      ...at,
      fill: "vendor",
      r: 6,
      stroke: "currentColor",
      strokeWidth: (dot: Dot) => (dot.isFront ? 1.5 : 0),
      channels: { plan: "label" },
      tip: { format: { x: tickText(x), y: tickText(y), strokeWidth: false } },
    }),
    plot.dot(
      dots.filter(({ isPicked }) => isPicked),
      { ...at, r: 11, stroke: "currentColor", strokeWidth: 2.5 },
    ),
  ];
}

function tickText({ kind, after }: Written): (value: number) => string {
  return (value) => quantityText(value, kind) + after;
}

/** The front and what is picked have names, as far as there is room; the rest on hovering. */
function labelled(dots: readonly Dot[], width: number): readonly PlacedLabel<Dot>[] {
  const across = scaleOf(dots, "x", width - MARGINS.left - MARGINS.right);
  const up = scaleOf(dots, "y", HEIGHT - MARGINS.top - MARGINS.bottom);
  const placed = dots.map((dot) => ({
    datum: dot,
    name: dot.label,
    x: MARGINS.left + across(dot),
    y: HEIGHT - MARGINS.bottom - up(dot),
  }));
  const named = placed
    .filter(({ datum }) => datum.isFront || datum.isPicked)
    .toSorted((a, b) => Number(b.datum.isPicked) - Number(a.datum.isPicked));
  return placedLabels(named, placed, { left: MARGINS.left, right: width });
}
