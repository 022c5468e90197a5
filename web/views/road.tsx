/** Lanes of this very machine, measured in the browser, beside devices of the catalogue. */
import type { JSX } from "preact";
import { useMemo, useRef, useState } from "preact/hooks";
import type { QuantityKind } from "../../core/index.ts";
import {
  choiceField,
  listField,
  numberField,
  readValues,
  writeValues,
  type ValuesOf,
} from "../address.ts";
import { keepMachine, OWN_MACHINE } from "../own-machine.ts";
import { Actions, save } from "../parts/actions.tsx";
import { useWords } from "../parts/context.ts";
import { Choice, LogSlider, Several } from "../parts/controls.tsx";
import { quantityText } from "../parts/quantity.ts";
import { useAnswer } from "../parts/use-answer.ts";
import { LANES, measureLanes, type Lanes } from "../road/measure.ts";
import { machineOf, ownDevice, type Machine } from "../road/own-device.ts";
import type { LaneRates } from "../road/rates.ts";
import type { DeviceRow } from "../worker/devices-verb.ts";
import { packed } from "../worker/link-text.ts";
import { OwnRuns } from "./own-runs.tsx";
import { RoadLanes, type Lane } from "./road-lanes.tsx";
import type { ViewProps } from "./view.ts";

const FIGURES = {
  compute: "compute",
  bandwidth: "bandwidth",
  attention: "compute",
} as const satisfies Readonly<Record<keyof LaneRates, QuantityKind>>;
type FigureName = keyof typeof FIGURES;
const NAMES = Object.keys(FIGURES) as readonly FigureName[];

const GIB = 2 ** 30;
const MEMORY_USUAL = 16 * GIB;
const MEMORY_MAX = 1024 * GIB;

const fields = {
  figure: choiceField(NAMES, "compute"),
  devices: listField(["apple-m2", "l4", "h100-sxm", "tpu-v7", "rubin"]),
  /** What was measured, so that a link shows it too. */
  lanes: listField(),
  memory: numberField(MEMORY_USUAL, { min: GIB, max: MEMORY_MAX }),
  /** Whose runs are shown: those of the machine in plans, once it is used there. */
  runs: choiceField(["none", OWN_MACHINE], "none"),
};

type State = ValuesOf<typeof fields>;

type Progress = "idle" | "working" | "done" | "failed";

export function View({ query, show }: ViewProps): JSX.Element {
  const words = useWords().road;
  const state = useMemo(() => readValues(fields, query), [query]);
  const { answer, isWorking } = useAnswer("devices", null);
  const lanes = useMemo(() => readLanes(state.lanes), [state.lanes]);
  const change = (changes: Partial<State>): void =>
    show(writeValues(fields, { ...state, ...changes }));
  const drawn = [
    ...ownLanes(lanes, state.figure, words.lanes),
    ...deviceLanes(answer ?? [], state.devices, state.figure),
  ];
  const unknown = (answer ?? [])
    .filter(({ id }) => state.devices.includes(id) && !drawn.some((lane) => lane.id === id))
    .map(({ name }) => name);
  const text = (value: number): string => quantityText(value, FIGURES[state.figure]);
  return (
    <section aria-busy={isWorking} id="answer">
      <h1>{words.heading}</h1>
      <p class="hint">{words.about}</p>
      <div class="row">
        <Measuring lanes={lanes} state={state} change={change} />
        {state.runs !== "none" && <OwnRuns />}
      </div>
      <div class="row">
        <Choice
          label={words.figure}
          value={state.figure}
          options={NAMES.map((name) => [name, words.figures[name]])}
          change={(figure) => change({ figure })}
        />
        <Several
          label={words.devices}
          value={state.devices}
          options={(answer ?? []).map(({ id, name }) => [id, name])}
          change={(devices) => change({ devices })}
        />
      </div>
      <RoadLanes lanes={drawn} title={words.figures[state.figure]} text={text} />
      {unknown.length > 0 && <p class="hint">{words.unknown(unknown.join(", "))}</p>}
      <p class="hint">
        {words.method} {state.figure === "attention" && words.attention}
      </p>
      <Actions
        command="tenlane measure lanes --parts wasm,webgpu"
        sheet={{
          name: "road",
          columns: ["lane", "kind", state.figure],
          rows: drawn.map(({ name, kind, rate }) => [name, kind, rate]),
          json: { figure: state.figure, lanes: drawn },
        }}
      />
    </section>
  );
}

interface MeasuredProps {
  readonly lanes: Lanes;
  readonly state: State;
  readonly change: (changes: Partial<State>) => void;
}

/** The button, what it is doing, and what can be done with what it found. */
function Measuring({ lanes, state, change }: MeasuredProps): JSX.Element {
  const words = useWords().road;
  const [progress, setProgress] = useState<Progress>("idle");
  // Figures may be chosen while it measures: the address of then is not that of the click.
  const newest = useRef(change);
  newest.current = change;
  const measure = async (): Promise<void> => {
    setProgress("working");
    await measureLanes((measured) => newest.current({ lanes: writtenLanes(measured) })).then(
      () => setProgress("done"),
      () => setProgress("failed"),
    );
  };
  return (
    <>
      <button
        type="button"
        class="main"
        disabled={progress === "working"}
        onClick={() => void measure()}
      >
        {words.measure}
      </button>
      <span role="status">
        {words.progress[progress]}
        {progress === "done" && lanes.gpu === undefined && ` ${words.noGpu}`}
      </span>
      {progress !== "working" && lanes.cores !== undefined && (
        <OwnMachine lanes={lanes} state={state} change={change} />
      )}
    </>
  );
}

/** "simd:1.2e10:8e9:5e9": a lane and its rates, in the order of the figures. */
function writtenLanes(lanes: Lanes): readonly string[] {
  return LANES.flatMap((name) => {
    const rates = lanes[name];
    if (rates === undefined) return [];
    return [name, ...NAMES.map((figure) => String(Number(rates[figure].toPrecision(4))))].join(":");
  });
}

/** What cannot be read is left out. */
function readLanes(written: readonly string[]): Lanes {
  const read = written.flatMap((text) => {
    const [name, ...rates] = text.split(":");
    const [compute = 0, bandwidth = 0, attention = 0] = rates.map(Number);
    const isRead = LANES.some((each) => each === name) && compute > 0 && bandwidth > 0;
    return isRead && attention > 0 ? [[name, { compute, bandwidth, attention }] as const] : [];
  });
  return Object.fromEntries(read) as Lanes;
}

/** What was measured, with the memory that the user says, as a file or in plans of this page. */
function OwnMachine({ lanes, state, change }: MeasuredProps): JSX.Element {
  const words = useWords().road;
  const memory = state.memory ?? MEMORY_USUAL;
  const machine = (): Machine | null =>
    machineOf(lanes, {
      date: new Date().toISOString().slice(0, 10),
      memory,
      cores: navigator.hardwareConcurrency,
    });
  const file = (): string => {
    const measured = machine();
    return JSON.stringify(measured && ownDevice(measured, "My machine"), null, 2);
  };
  const use = (): void =>
    void packed(machine()).then((text) => {
      keepMachine(text);
      change({ runs: OWN_MACHINE });
    });
  return (
    <>
      <LogSlider
        label={words.memory}
        value={memory}
        min={GIB}
        max={MEMORY_MAX}
        text={(value) => quantityText(value, "size")}
        change={(value) => change({ memory: value })}
      />
      <button type="button" onClick={() => save(`${OWN_MACHINE}.json`, "application/json", file())}>
        {words.save}
      </button>
      <button type="button" onClick={use}>
        {words.use}
      </button>
    </>
  );
}

function ownLanes(
  lanes: Lanes,
  figure: FigureName,
  names: Readonly<Record<(typeof LANES)[number], string>>,
): readonly Lane[] {
  return LANES.flatMap((name) => {
    const rates = lanes[name];
    if (rates === undefined) return [];
    return { id: name, name: names[name], rate: rates[figure], kind: "measured" };
  });
}

function deviceLanes(
  rows: readonly DeviceRow[],
  ids: readonly string[],
  figure: FigureName,
): readonly Lane[] {
  return ids.flatMap((id) => {
    const row = rows.find((each) => each.id === id);
    const rate = figure === "bandwidth" ? row?.bandwidth : row?.wide;
    if (row === undefined || rate === null || rate === undefined) return [];
    const kind = row.status === "announced" ? "announced" : "printed";
    return { id, name: row.name, rate, kind };
  });
}
