/** The placement that is simulated, and the traffic on it. */
import type { JSX } from "preact";
import { useWords } from "../parts/context.ts";
import { Choice, Group, LogSlider, Suggested } from "../parts/controls.tsx";
import { ModelInput } from "../parts/model-input.tsx";
import { quantityText } from "../parts/quantity.ts";
import type { ListsAnswer } from "../worker/lists.ts";
import { ARRIVALS, REQUESTS_MAX, type SimulateState } from "./simulate-fields.ts";

interface FormProps {
  readonly state: SimulateState;
  readonly lists: ListsAnswer | null;
  readonly change: (changes: Partial<SimulateState>) => void;
}

export function SimulateForm({ state, lists, change }: FormProps): JSX.Element {
  const all = useWords();
  return (
    <form class="panel" onSubmit={(event) => event.preventDefault()}>
      <ModelInput value={state.model} lists={lists} change={(model) => change({ model })} />
      <Placement state={state} lists={lists} change={change} />
      <Choice
        label={all.plan.workload}
        value={state.workload}
        options={(lists?.workloads ?? [state.workload]).map((name) => [name, name])}
        change={(workload) => change({ workload })}
      />
      <Traffic state={state} lists={lists} change={change} />
      <Limits state={state} lists={lists} change={change} />
    </form>
  );
}

function Placement({ state, lists, change }: FormProps): JSX.Element {
  const all = useWords();
  const words = all.simulate;
  const count = (value: number): string => quantityText(Math.round(value), "count");
  return (
    <Group label={words.placement}>
      <Suggested
        label={words.device}
        value={state.device}
        suggestions={(lists?.devices ?? []).map(({ id, name }) => [id, name])}
        change={(device) => change({ device })}
      />
      <Choice
        label={all.plan.columns.engine}
        value={state.engine}
        options={(lists?.engines ?? [state.engine]).map((name) => [name, name])}
        change={(engine) => change({ engine })}
      />
      <Choice
        label={all.plan.columns.format}
        value={state.format}
        options={["", ...(lists?.formats ?? [])].map((name) => [
          name,
          name === "" ? words.ownFormat : name,
        ])}
        change={(format) => change({ format })}
      />
      <Choice
        label={words.tensor}
        value={String(state.tp ?? 1)}
        options={["1", "2", "4", "8", "16"].map((each) => [each, each])}
        change={(tp) => change({ tp: Number(tp) })}
      />
      <LogSlider
        label={words.replicas}
        value={state.replicas ?? 1}
        min={1}
        max={64}
        text={count}
        change={(replicas) => change({ replicas: Math.round(replicas ?? 1) })}
      />
    </Group>
  );
}

function Traffic({ state, change }: FormProps): JSX.Element {
  const all = useWords();
  const words = all.simulate;
  const count = (value: number): string => quantityText(Math.round(value), "count");
  return (
    <Group label={words.traffic}>
      <Choice
        label={words.arrivals}
        value={state.arrivals}
        options={ARRIVALS.map((each) => [each, words.laws[each]])}
        change={(arrivals) => change({ arrivals })}
      />
      {state.arrivals === "closed" ? (
        <LogSlider
          label={all.plan.users}
          value={state.users ?? 1}
          min={1}
          max={4096}
          text={count}
          change={(users) => change({ users: Math.round(users ?? 1) })}
        />
      ) : (
        <LogSlider
          label={all.plan.rate}
          value={state.rate ?? 1}
          min={0.05}
          max={200}
          text={(value) => quantityText(value, "requestRate")}
          change={(rate) => change({ rate })}
        />
      )}
      {state.arrivals === "gamma" && (
        <LogSlider
          label={words.burstiness}
          value={state.burstiness ?? 1}
          min={0.05}
          max={10}
          text={(value) => quantityText(value, "count")}
          change={(burstiness) => change({ burstiness })}
        />
      )}
      <LogSlider
        label={words.requests}
        value={state.requests ?? 1000}
        min={100}
        max={REQUESTS_MAX}
        text={count}
        change={(requests) => change({ requests: Math.round(requests ?? 1000) })}
      />
    </Group>
  );
}

function Limits({ state, change }: FormProps): JSX.Element {
  const all = useWords();
  const time = (value: number): string => quantityText(value, "time");
  return (
    <Group label={all.plan.limits}>
      <LogSlider
        label={all.plan.ttft}
        value={state.ttft}
        min={0.02}
        max={60}
        none={all.none}
        text={time}
        change={(ttft) => change({ ttft })}
      />
      <LogSlider
        label={all.plan.tpot}
        value={state.tpot}
        min={0.002}
        max={1}
        none={all.none}
        text={time}
        change={(tpot) => change({ tpot })}
      />
      <LogSlider
        label={all.simulate.goal}
        value={state.goal ?? 0.9}
        min={0.5}
        max={0.999}
        text={(value) => quantityText(value, "fraction")}
        change={(goal) => change({ goal })}
      />
    </Group>
  );
}
