/** Two figures of every plan against each other, both with their intervals. */
import type { JSX } from "preact";
import { quantityText } from "../../core/index.ts";
import { Chart } from "../parts/chart.tsx";
import { useWords } from "../parts/context.ts";
import { Choice } from "../parts/controls.tsx";
import type { PlanRow } from "../worker/plan-row.ts";
import { FIGURE_NAMES, FIGURES, type FigureName, type PlanState } from "./plan-fields.ts";
import { figureText } from "./plan-text.ts";

interface Dot {
  readonly label: string;
  readonly vendor: string;
  readonly isBest: boolean;
  readonly x: readonly [low: number, middle: number, high: number];
  readonly y: readonly [low: number, middle: number, high: number];
}

const HEIGHT = 420;

export function PlanPareto({
  plans,
  state,
  change,
}: {
  readonly plans: readonly PlanRow[];
  readonly state: PlanState;
  readonly change: (changes: Partial<PlanState>) => void;
}): JSX.Element {
  const words = useWords().plan;
  const { x, y } = state;
  const options = FIGURE_NAMES.map((each) => [each, words.figures[each]] as const);
  const dots = dotsOf(plans, x, y);
  const title = `${words.pareto.title}: ${words.figures[x]}, ${words.figures[y]}`;
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
      <Chart
        name="trade-off"
        label={title}
        draw={(plot, width) => ({
          width,
          height: HEIGHT,
          marginLeft: 70,
          grid: true,
          x: { type: "log", label: words.figures[x], tickFormat: tickText(x) },
          y: { type: "log", label: words.figures[y], tickFormat: tickText(y) },
          color: { legend: true },
          marks: [
            plot.ruleY(dots, { x1: low("x"), x2: high("x"), y: middle("y"), strokeOpacity: 0.25 }),
            plot.ruleX(dots, { y1: low("y"), y2: high("y"), x: middle("x"), strokeOpacity: 0.25 }),
            plot.dot(dots, {
              x: middle("x"),
              y: middle("y"),
              fill: "vendor",
              r: 5,
              stroke: "currentColor",
              strokeWidth: (dot: Dot) => (dot.isBest ? 2 : 0),
              channels: { plan: "label" },
              tip: true,
            }),
          ],
        })}
        table={{
          columns: [words.columns.devices, words.figures[x], words.figures[y]],
          rows: plans.map((plan) => [
            `${plan.devices} × ${plan.name}`,
            figureText(plan, x),
            figureText(plan, y),
          ]),
        }}
      />
    </section>
  );
}

const low = (axis: "x" | "y") => (dot: Dot) => dot[axis][0];
const middle = (axis: "x" | "y") => (dot: Dot) => dot[axis][1];
const high = (axis: "x" | "y") => (dot: Dot) => dot[axis][2];

function tickText(name: FigureName): (value: number) => string {
  return (value) => quantityText(value, FIGURES[name].kind);
}

function dotsOf(plans: readonly PlanRow[], x: FigureName, y: FigureName): readonly Dot[] {
  return plans.flatMap((plan, index) => {
    const [across, up] = [plan.figures[x], plan.figures[y]];
    if (across === null || up === null) return [];
    return {
      label: `${plan.devices} × ${plan.name}`,
      vendor: plan.vendor,
      isBest: index === 0,
      x: spread(across, FIGURES[x].scale),
      y: spread(up, FIGURES[y].scale),
    };
  });
}

function spread(
  { p10, p50, p90 }: { readonly p10: number; readonly p50: number; readonly p90: number },
  scale: number,
): readonly [number, number, number] {
  return [p10 * scale, p50 * scale, p90 * scale];
}
