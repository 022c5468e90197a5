/** Which hardware serves a model within limits: ranked plans, their trade-off, and why. */
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { readValues, writeValues } from "../address.ts";
import { isNetwork } from "../own-models.ts";
import { Actions, type Sheet } from "../parts/actions.tsx";
import { useWords } from "../parts/context.ts";
import { Choice } from "../parts/controls.tsx";
import { IntervalBars } from "../parts/interval-bars.tsx";
import { RefusedNote } from "../parts/refused.tsx";
import { useAnswer } from "../parts/use-answer.ts";
import type { PlanRow } from "../worker/plan-row.ts";
import type { PlanView as PlanAnswered } from "../worker/plan-verb.ts";
import { PlanCompare } from "./plan-compare.tsx";
import {
  commandOf,
  limitOn,
  pickedWith,
  planFields,
  questionOf,
  type PlanProps,
  type PlanState,
} from "./plan-fields.ts";
import { FIGURE_NAMES, FIGURES } from "./plan-figures.ts";
import { PlanForm } from "./plan-form.tsx";
import { PlanNearest } from "./plan-nearest.tsx";
import { NetworkPlans } from "./plan-network.tsx";
import { PlanPareto } from "./plan-pareto.tsx";
import { PlanReasons } from "./plan-reasons.tsx";
import { PlanTable } from "./plan-table.tsx";
import { figureText, nothingText, whyText } from "./plan-text.ts";
import { quantileCells, quantileColumns } from "./quantile-cells.ts";
import type { ViewProps } from "./view.ts";

export function View({ query, show }: ViewProps): JSX.Element {
  const state = useMemo(() => readValues(planFields, query), [query]);
  const lists = useAnswer("lists", null);
  const change = (changes: Partial<PlanState>): void =>
    show(writeValues(planFields, { ...state, ...changes }));
  return (
    <div class="split">
      <PlanForm state={state} lists={lists.answer} change={change} />
      {isNetwork(state.model) ? (
        <NetworkPlans state={state} change={change} />
      ) : (
        <ServingPlans state={state} change={change} />
      )}
    </div>
  );
}

function ServingPlans({ state, change }: PlanProps): JSX.Element {
  const words = useWords();
  const { answer, refused, isWorking } = useAnswer("plan", questionOf(state));
  return (
    <section aria-busy={isWorking} id="answer">
      <h1>{words.plan.heading}</h1>
      <p class="hint">{words.plan.about}</p>
      <RefusedNote refused={refused} />
      {answer !== null && <Answer answer={answer} state={state} change={change} />}
      {answer === null && isWorking && <p role="status">{words.working}</p>}
    </section>
  );
}

const BARS_MAX = 12;
/** What is read first of the best plan. */
const HEADLINE = ["costPerHour", "costPerToken", "ttft", "tpot", "energyPerToken"] as const;

function Answer({
  answer,
  state,
  change,
}: PlanProps & { readonly answer: PlanAnswered }): JSX.Element {
  const words = useWords();
  const { plans, tried } = answer;
  const [best] = plans;
  const { kind, scale, after } = FIGURES[state.figure];
  return (
    <>
      <p role="status" class="summary">
        {best === undefined
          ? nothingText(tried, words)
          : words.plan.summary(plans.length, tried, words.plan.objectives[state.objective])}
      </p>
      {best === undefined && tried > 0 && answer.searched === answer.sites && (
        <PlanNearest nearest={answer.nearest} change={change} />
      )}
      {best !== undefined && (
        <>
          <Best plan={best} />
          <Choice
            label={words.plan.shown}
            value={state.figure}
            options={FIGURE_NAMES.map((each) => [each, words.plan.figures[each]])}
            change={(figure) => change({ figure })}
          />
          <IntervalBars
            title={words.plan.bars(words.plan.figures[state.figure])}
            kind={kind}
            scale={scale}
            after={after}
            limit={limitOn(state, state.figure)}
            unknown={words.plan.unpriced}
            bars={plans.slice(0, BARS_MAX).map((plan) => ({
              id: plan.id,
              label: `${plan.devices} × ${plan.device}`,
              interval: plan.figures[state.figure],
              isAnnounced: plan.status === "announced",
            }))}
          />
          <PlanReasons reasons={answer.reasons} objective={state.objective} />
          <PlanTable plans={plans} state={state} change={change} />
          <PlanCompare plans={plans} picked={state.pick} />
          <PlanPareto
            plans={plans}
            figures={FIGURES}
            names={words.plan.figures}
            x={state.x}
            y={state.y}
            change={change}
            picked={state.pick}
            pick={(device, isOn) => change({ pick: pickedWith(state.pick, device, isOn) })}
          />
        </>
      )}
      <Actions command={commandOf(state)} sheet={sheetOf(plans)} />
    </>
  );
}

function Best({ plan }: { readonly plan: PlanRow }): JSX.Element {
  const words = useWords();
  return (
    <div class="best">
      <p>
        <strong>{words.plan.best(`${plan.devices} × ${plan.name}`)}</strong> {whyText(plan, words)}
      </p>
      <dl>
        {HEADLINE.map((name) => (
          <div key={name}>
            <dt>{words.plan.figures[name]}</dt>
            <dd>{figureText(plan, name) || words.plan.unpriced}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

function sheetOf(plans: readonly PlanRow[]): Sheet {
  return {
    name: "plans",
    columns: [
      "device",
      "devices",
      "split",
      "format",
      "engine",
      ...quantileColumns(FIGURE_NAMES),
      "confidence",
      "binding",
    ],
    rows: plans.map((plan) => [
      plan.device,
      plan.devices,
      plan.split,
      plan.format,
      plan.engine,
      ...quantileCells(FIGURE_NAMES, plan.figures),
      plan.confidence,
      plan.binding,
    ]),
    json: { plans },
  };
}
