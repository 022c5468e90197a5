/** Plans for a network: batches on each device, their figures against each other, and the command that prints the same. */
import type { JSX } from "preact";
import { Actions, type Sheet } from "../parts/actions.tsx";
import { useWords } from "../parts/context.ts";
import { Choice } from "../parts/controls.tsx";
import { IntervalBars } from "../parts/interval-bars.tsx";
import { RefusedNote } from "../parts/refused.tsx";
import { DataTable } from "../parts/table.tsx";
import { useAnswer } from "../parts/use-answer.ts";
import type { BatchRow } from "../worker/batches-verb.ts";
import { commandOf, limitOn, networkQuestionOf, type PlanProps } from "./plan-fields.ts";
import { NETWORK_FIGURE_NAMES, NETWORK_FIGURES, type NetworkFigureName } from "./plan-figures.ts";
import { PlanNearest } from "./plan-nearest.tsx";
import { PlanPareto } from "./plan-pareto.tsx";
import { intervalFigure, nothingText } from "./plan-text.ts";
import { quantileCells, quantileColumns } from "./quantile-cells.ts";

const BARS_MAX = 12;
const COLUMNS = ["latency", "itemRate", "costPerHour", "costPerItem", "energyPerItem"] as const;

export function NetworkPlans({ state, change }: PlanProps): JSX.Element {
  const words = useWords();
  const { answer, refused, isWorking } = useAnswer("batches", networkQuestionOf(state));
  const plans = answer?.plans ?? [];
  return (
    <section aria-busy={isWorking} id="answer">
      <h1>{words.plan.heading}</h1>
      <p class="hint">{words.plan.about}</p>
      <RefusedNote refused={refused} />
      {answer !== null && (
        <p role="status" class="summary">
          {plans.length === 0
            ? nothingText(answer.tried, words)
            : words.plan.summary(
                plans.length,
                answer.tried,
                words.plan.objectives[state.objective],
              )}
        </p>
      )}
      {answer !== null && plans.length === 0 && answer.tried > 0 && (
        <PlanNearest nearest={answer.nearest} change={change} />
      )}
      {plans.length > 0 && <Plans plans={plans} state={state} change={change} />}
      <Actions command={commandOf(state)} sheet={sheetOf(plans)} />
    </section>
  );
}

function Plans({
  plans,
  state,
  change,
}: PlanProps & { readonly plans: readonly BatchRow[] }): JSX.Element {
  const words = useWords().plan;
  const { networkFigure: figure } = state;
  const { kind, scale, after } = NETWORK_FIGURES[figure];
  return (
    <>
      <Choice
        label={words.shown}
        value={figure}
        options={NETWORK_FIGURE_NAMES.map((each) => [each, words.networkFigures[each]])}
        change={(to) => change({ networkFigure: to })}
      />
      <IntervalBars
        title={words.bars(words.networkFigures[figure])}
        kind={kind}
        scale={scale}
        after={after}
        limit={limitOn(state, figure)}
        unknown={words.unpriced}
        bars={plans.slice(0, BARS_MAX).map((plan) => ({
          id: plan.device,
          label: `${plan.devices} × ${plan.device}`,
          interval: plan.figures[figure],
          isAnnounced: plan.status === "announced",
        }))}
      />
      <DataTable
        label={words.heading}
        first={BARS_MAX}
        columns={[
          { title: words.columns.devices },
          { title: words.columns.format },
          { title: words.batch, isNumber: true },
          ...COLUMNS.map((name) => ({ title: words.networkFigures[name], isNumber: true })),
          { title: words.columns.sure, isNumber: true },
        ]}
        rows={plans.map((plan) => ({
          id: plan.device,
          cells: [
            `${plan.devices} × ${plan.name}`,
            plan.format,
            plan.batch,
            ...COLUMNS.map((name) => middleText(plan, name)),
            plan.confidence.toFixed(2),
          ],
        }))}
      />
      <PlanPareto
        plans={plans}
        figures={NETWORK_FIGURES}
        names={words.networkFigures}
        x={state.networkX}
        y={state.networkY}
        change={({ x, y }) => change({ ...(x && { networkX: x }), ...(y && { networkY: y }) })}
      />
    </>
  );
}

function middleText(plan: BatchRow, name: NetworkFigureName): string {
  return intervalFigure(plan.figures[name], NETWORK_FIGURES[name]);
}

function sheetOf(plans: readonly BatchRow[]): Sheet {
  return {
    name: "plans",
    columns: [
      "device",
      "devices",
      "format",
      "batch",
      ...quantileColumns(NETWORK_FIGURE_NAMES),
      "confidence",
    ],
    rows: plans.map(({ device, devices, format, batch, figures, confidence }) => [
      device,
      devices,
      format,
      batch,
      ...quantileCells(NETWORK_FIGURE_NAMES, figures),
      confidence,
    ]),
    json: { plans },
  };
}
