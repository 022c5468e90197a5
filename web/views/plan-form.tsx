/** What is asked of a plan. */
import type { JSX } from "preact";
import { OBJECTIVES, TENURES } from "../../core/index.ts";
import { isNetwork } from "../own-models.ts";
import { useWords } from "../parts/context.ts";
import { Choice, Group, LogSlider, Several, Tick, Ticks } from "../parts/controls.tsx";
import { ModelInput } from "../parts/model-input.tsx";
import { quantityText } from "../parts/quantity.ts";
import type { ListsAnswer } from "../worker/lists.ts";
import { DEMANDS, type PlanProps } from "./plan-fields.ts";

interface FormProps extends PlanProps {
  readonly lists: ListsAnswer | null;
}

export function PlanForm({ state, lists, change }: FormProps): JSX.Element {
  const words = useWords().plan;
  return (
    <form class="panel" onSubmit={(event) => event.preventDefault()}>
      <ModelInput
        takesNetworks
        value={state.model}
        lists={lists}
        change={(model) => change({ model })}
      />
      {!isNetwork(state.model) && (
        <Choice
          label={words.workload}
          value={state.workload}
          options={(lists?.workloads ?? [state.workload]).map((name) => [name, name])}
          change={(workload) => change({ workload })}
        />
      )}
      <DemandControls state={state} lists={lists} change={change} />
      <LimitControls state={state} lists={lists} change={change} />
      <Choice
        label={words.objective}
        value={state.objective}
        options={OBJECTIVES.map((each) => [each, words.objectives[each]])}
        change={(objective) => change({ objective })}
      />
      <More state={state} lists={lists} change={change} />
    </form>
  );
}

/** What few ask: how it is paid, and which devices, engines and places count. */
function More({ state, lists, change }: FormProps): JSX.Element {
  const words = useWords().plan;
  return (
    <details class="more">
      <summary>{words.more}</summary>
      <Choice
        label={words.tenure}
        value={state.tenure}
        options={TENURES.map((each) => [each, words.tenures[each]])}
        change={(tenure) => change({ tenure })}
      />
      <Ticks
        label={words.vendors}
        options={lists?.vendors ?? []}
        value={state.vendors}
        change={(vendors) => change({ vendors })}
      />
      {!isNetwork(state.model) && (
        <Ticks
          label={words.columns.engine}
          options={lists?.engines ?? []}
          value={state.engines}
          change={(engines) => change({ engines })}
        />
      )}
      <Several
        label={words.only}
        value={state.only}
        options={(lists?.devices ?? []).map(({ id, name }) => [id, name])}
        change={(only) => change({ only })}
      />
      <Several
        label={words.regions}
        value={state.regions}
        options={(lists?.regions ?? []).map((region) => [region, region])}
        change={(regions) => change({ regions })}
      />
      <Tick
        label={words.announced}
        value={state.announced}
        change={(announced) => change({ announced })}
      />
    </details>
  );
}

function DemandControls({ state, change }: FormProps): JSX.Element {
  const words = useWords().plan;
  return (
    <>
      <Choice
        label={words.demand}
        value={state.demand}
        options={DEMANDS.filter((each) => each !== "users" || !isNetwork(state.model)).map(
          (each) => [each, words.demands[each]],
        )}
        change={(demand) => change({ demand })}
      />
      {state.demand === "rate" && (
        <LogSlider
          label={words.rate}
          value={state.rate ?? 1}
          min={0.01}
          max={isNetwork(state.model) ? 1e6 : 1000}
          text={(value) => quantityText(value, "requestRate")}
          change={(rate) => change({ rate })}
        />
      )}
      {state.demand === "users" && (
        <LogSlider
          label={words.users}
          value={state.users ?? 1}
          min={1}
          max={100_000}
          text={(value) => quantityText(Math.round(value), "count")}
          change={(users) => change({ users })}
        />
      )}
    </>
  );
}

function LimitControls({ state, change }: FormProps): JSX.Element {
  const all = useWords();
  const words = all.plan;
  const none = all.none;
  return (
    <Group label={words.limits}>
      {!isNetwork(state.model) && <TokenLimits state={state} change={change} />}
      <LogSlider
        label={words.latency}
        value={state.latency}
        min={0.001}
        max={600}
        none={none}
        text={(value) => quantityText(value, "time")}
        change={(latency) => change({ latency })}
      />
      <LogSlider
        label={words.budget}
        value={state.budget}
        min={0.5}
        max={10_000}
        none={none}
        text={(value) => quantityText(value, "money")}
        change={(budget) => change({ budget })}
      />
      <LogSlider
        label={words.power}
        value={state.power}
        min={50}
        max={1e7}
        none={none}
        text={(value) => quantityText(value, "power")}
        change={(power) => change({ power })}
      />
      <LogSlider
        label={words.confidence}
        value={state.confidence ?? 0.5}
        min={0.05}
        max={0.99}
        text={(value) => quantityText(value, "fraction")}
        change={(confidence) => change({ confidence })}
      />
    </Group>
  );
}

function TokenLimits({ state, change }: PlanProps): JSX.Element {
  const all = useWords();
  const words = all.plan;
  const none = all.none;
  return (
    <>
      <LogSlider
        label={words.ttft}
        value={state.ttft}
        min={0.02}
        max={60}
        none={none}
        text={(value) => quantityText(value, "time")}
        change={(ttft) => change({ ttft })}
      />
      <LogSlider
        label={words.tpot}
        value={state.tpot}
        min={0.002}
        max={1}
        none={none}
        text={(value) => quantityText(value, "time")}
        change={(tpot) => change({ tpot })}
      />
    </>
  );
}
