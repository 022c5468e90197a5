/** A placement under traffic: how long requests take, over the run and all together, and whether they keep their limits. */
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { significant } from "../../core/index.ts";
import { readValues, writeValues } from "../address.ts";
import { Actions } from "../parts/actions.tsx";
import { Assumptions } from "../parts/assumptions.tsx";
import { useWords } from "../parts/context.ts";
import { quantityText } from "../parts/quantity.ts";
import { RefusedNote } from "../parts/refused.tsx";
import { Said } from "../parts/said.tsx";
import { useAnswer } from "../parts/use-answer.ts";
import { useRun, type Run } from "../parts/use-run.ts";
import type { SimulateView as Simulated } from "../worker/simulate-verb.ts";
import { SimulateCourse } from "./simulate-course.tsx";
import { commandOf, questionOf, simulateFields, type SimulateState } from "./simulate-fields.ts";
import { SimulateForm } from "./simulate-form.tsx";
import { SimulateTimes } from "./simulate-times.tsx";
import { SimulateVerdict } from "./simulate-verdict.tsx";
import type { ViewProps } from "./view.ts";

export function View({ query, show }: ViewProps): JSX.Element {
  const words = useWords();
  const state = useMemo(() => readValues(simulateFields, query), [query]);
  const lists = useAnswer("lists", null).answer;
  const run = useRun("simulate", questionOf(state));
  const change = (changes: Partial<SimulateState>): void =>
    show(writeValues(simulateFields, { ...state, ...changes }));
  return (
    <div class="split">
      <SimulateForm state={state} lists={lists} change={change} />
      <section aria-busy={run.isWorking} id="answer">
        <h1>{words.simulate.heading}</h1>
        <RefusedNote refused={run.refused} />
        <Progress run={run} />
        {run.answer !== null && <Answer answer={run.answer} state={state} change={change} />}
        <Actions
          command={commandOf(state)}
          sheet={{
            name: "simulation",
            columns: ["share", "ttft", "tpot", "latency"],
            rows: (run.answer?.first?.curves.ttft ?? []).map(([share, ttft], index) => [
              share,
              ttft,
              run.answer?.first?.curves.tpot[index]?.[1] ?? null,
              run.answer?.first?.curves.latency[index]?.[1] ?? null,
            ]),
            json: run.answer,
          }}
        />
      </section>
    </div>
  );
}

function Progress({ run }: { readonly run: Run<"simulate"> }): JSX.Element {
  const words = useWords().simulate;
  const { answer, isWorking, isStopped, stop, again } = run;
  const done = answer?.done ?? 0;
  const runs = answer?.runs ?? 1;
  const text = isStopped ? words.stopped : words.progress(Math.floor(done), runs);
  return (
    <div class="progress">
      <progress max={runs} value={done} aria-label={words.running} />
      <span role="status">{text}</span>
      {isWorking ? (
        <button type="button" onClick={stop}>
          {words.stop}
        </button>
      ) : (
        <button type="button" onClick={again}>
          {words.again}
        </button>
      )}
    </div>
  );
}

function Answer({
  answer,
  state,
  change,
}: {
  readonly answer: Simulated;
  readonly state: SimulateState;
  readonly change: (changes: Partial<SimulateState>) => void;
}): JSX.Element {
  const words = useWords().simulate;
  const { title, infeasible, first, intervals, assumptions } = answer;
  if (infeasible !== null) {
    return (
      <p class="refused" role="alert">
        {words.infeasible} <Said text={infeasible.message} />
      </p>
    );
  }
  return (
    <>
      <p>
        <strong>{title}</strong>
      </p>
      {first !== null && (
        <>
          <SimulateVerdict run={first} state={state} />
          <SimulateTimes run={first} intervals={intervals} state={state} />
          <SimulateCourse run={first} state={state} change={change} />
          <dl class="facts">
            <Fact
              name={words.facts.output}
              value={quantityText(first.metrics.outputRate, "tokenRate")}
            />
            <Fact name={words.facts.running} value={significant(first.metrics.running)} />
            <Fact
              name={words.facts.busy}
              value={quantityText(first.metrics.utilisation, "fraction")}
            />
            <Fact
              name={words.facts.cache}
              value={quantityText(first.metrics.occupancy, "fraction")}
            />
            <Fact
              name={words.facts.preemptions}
              value={quantityText(first.metrics.preemptions, "count")}
            />
            <Fact name={words.facts.power} value={quantityText(first.power, "power")} />
          </dl>
        </>
      )}
      <Assumptions texts={assumptions} />
    </>
  );
}

function Fact({ name, value }: { readonly name: string; readonly value: string }): JSX.Element {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
