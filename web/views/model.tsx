/** What a model is made of: cost by part, growth, and where its operators meet the rooflines of devices. */
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import {
  choiceField,
  listField,
  numberField,
  readValues,
  textField,
  writeValues,
  type ValuesOf,
} from "../address.ts";
import { isNetwork, modelArgument, modelChoice } from "../own-models.ts";
import { Actions } from "../parts/actions.tsx";
import { useWords } from "../parts/context.ts";
import { Choice, LogSlider, Several } from "../parts/controls.tsx";
import { ModelInput } from "../parts/model-input.tsx";
import { quantityText } from "../parts/quantity.ts";
import { RefusedNote } from "../parts/refused.tsx";
import { useAnswer } from "../parts/use-answer.ts";
import { answerTokens } from "../worker/answer-tokens.ts";
import type { ModelView, Roof } from "../worker/model-verb.ts";
import { commandText } from "./command-text.ts";
import { HEAT_FIGURES, ModelHeat } from "./model-heat.tsx";
import { ModelRoofs } from "./model-roofs.tsx";
import { ModelTree } from "./model-tree.tsx";
import type { ViewProps } from "./view.ts";

const PHASES = ["prefill", "decode"] as const;
const DEVICES_MAX = 4;

const fields = {
  model: textField("Qwen/Qwen3-32B"),
  phase: choiceField(PHASES, "decode"),
  batch: numberField(8, { min: 1, max: 4096 }),
  tokens: numberField(1024, { min: 1, max: 1_048_576 }),
  devices: listField(["h100-sxm", "mi300x"]),
  heat: choiceField(HEAT_FIGURES, "intensity"),
};

export type ModelState = ValuesOf<typeof fields>;

export function View({ query, show }: ViewProps): JSX.Element {
  const words = useWords().model;
  const state = useMemo(() => readValues(fields, query), [query]);
  const { answer, refused, isWorking } = useAnswer("model", {
    model: modelChoice(state.model),
    phase: state.phase,
    batch: Math.round(state.batch ?? 1),
    tokens: Math.round(state.tokens ?? 1),
    devices: state.devices.slice(0, DEVICES_MAX),
  });
  const change = (changes: Partial<ModelState>): void =>
    show(writeValues(fields, { ...state, ...changes }));
  return (
    <div class="split">
      <ModelForm state={state} change={change} />
      <section aria-busy={isWorking} id="answer">
        <h1>{words.heading}</h1>
        <RefusedNote refused={refused} />
        {answer !== null && <Answer answer={answer} state={state} change={change} />}
        <Actions
          command={commandText("expand", [modelArgument(state.model)], {
            phase: isNetwork(state.model) ? null : state.phase,
            batch: state.batch ?? 1,
            tokens: isNetwork(state.model) ? null : (state.tokens ?? 1),
            growth: true,
          })}
          sheet={{
            name: "operators",
            columns: ["group", "operator", "count", "flops", "bytes"],
            rows: (answer?.groups ?? []).flatMap(({ group, operators }) =>
              operators.map(({ name, count, flops, bytes }) => [group, name, count, flops, bytes]),
            ),
            json: answer,
          }}
        />
      </section>
    </div>
  );
}

function rooflineCommand({ model, batch, tokens }: ModelState, roof: Roof): string {
  const input = Math.round(tokens ?? 1);
  const lengths = isNetwork(model) ? {} : { input, output: answerTokens(input), cached: "0%" };
  return commandText("estimate", [modelArgument(model)], {
    device: roof.device,
    engine: isNetwork(model) ? null : roof.engine,
    tp: roof.split === 1 ? null : roof.split,
    concurrency: Math.round(batch ?? 1),
    ...lengths,
    operators: true,
  });
}

function ModelForm({
  state,
  change,
}: {
  readonly state: ModelState;
  readonly change: (changes: Partial<ModelState>) => void;
}): JSX.Element {
  const words = useWords().model;
  const lists = useAnswer("lists", null).answer;
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
          label={words.phase}
          value={state.phase}
          options={PHASES.map((phase) => [phase, words.phases[phase]])}
          change={(phase) => change({ phase })}
        />
      )}
      <LogSlider
        label={words.batch}
        value={state.batch ?? 1}
        min={1}
        max={1024}
        text={(value) => quantityText(Math.round(value), "count")}
        change={(batch) => change({ batch: Math.round(batch ?? 1) })}
      />
      {!isNetwork(state.model) && (
        <LogSlider
          label={words.tokens}
          value={state.tokens ?? 1}
          min={16}
          max={131_072}
          text={(value) => quantityText(Math.round(value), "tokens")}
          change={(tokens) => change({ tokens: Math.round(tokens ?? 1) })}
        />
      )}
      <Several
        label={words.devices}
        value={state.devices}
        options={(lists?.devices ?? []).map(({ id, name }) => [id, name])}
        most={DEVICES_MAX}
        change={(devices) => change({ devices })}
      />
    </form>
  );
}

function Answer({
  answer,
  state,
  change,
}: {
  readonly answer: ModelView;
  readonly state: ModelState;
  readonly change: (changes: Partial<ModelState>) => void;
}): JSX.Element {
  const words = useWords().model;
  const parameters = quantityText(answer.parameters, "count");
  return (
    <>
      <p>
        <strong>{answer.name}</strong>{" "}
        {answer.active === null
          ? words.size(parameters)
          : words.sizeActive(parameters, quantityText(answer.active, "count"))}
      </p>
      <ModelTree groups={answer.groups} />
      {answer.roofs.length > 0 && (
        <ModelRoofs roofs={answer.roofs} commandOf={(roof) => rooflineCommand(state, roof)} />
      )}
      {answer.heat.length > 0 && (
        <ModelHeat
          cells={answer.heat}
          figure={state.heat}
          change={(heat) => change({ heat })}
          growth={answer.growth}
        />
      )}
    </>
  );
}
