/** Lanes of this very machine, measured in the browser, beside devices of the catalogue. */
import type { JSX } from "preact";
import { useMemo, useState } from "preact/hooks";
import { quantityText, type QuantityKind } from "../../core/index.ts";
import { choiceField, listField, readValues, writeValues, type ValuesOf } from "../address.ts";
import { Actions, save } from "../parts/actions.tsx";
import { useWords } from "../parts/context.ts";
import { Choice, LogSlider, Suggested } from "../parts/controls.tsx";
import { useMachine } from "../ask.ts";
import { OWN_MACHINE } from "../own-machine.ts";
import { useAnswer } from "../parts/use-answer.ts";
import { LANES, measureLanes, type Lanes } from "../road/measure.ts";
import { ownDevice } from "../road/own-device.ts";
import type { DeviceRow } from "../worker/devices-verb.ts";
import { OwnRuns } from "./own-runs.tsx";
import { RoadLanes, type Lane } from "./road-lanes.tsx";
import type { ViewProps } from "./view.ts";

const FIGURES = { compute: "compute", bandwidth: "bandwidth" } as const satisfies Readonly<
  Record<string, QuantityKind>
>;
type FigureName = keyof typeof FIGURES;
const NAMES = Object.keys(FIGURES) as readonly FigureName[];

const fields = {
  figure: choiceField(NAMES, "compute"),
  devices: listField(["h100-sxm", "mi300x", "tpu-v6e", "trainium2"]),
};

type Progress = "idle" | "working" | "done" | "failed";

export function View({ query, show }: ViewProps): JSX.Element {
  const words = useWords().road;
  const state = useMemo(() => readValues(fields, query), [query]);
  const { answer, isWorking } = useAnswer("devices", null);
  const [lanes, setLanes] = useState<Lanes>({});
  const [progress, setProgress] = useState<Progress>("idle");
  const change = (changes: Partial<ValuesOf<typeof fields>>): void =>
    show(writeValues(fields, { ...state, ...changes }));
  const measure = async (): Promise<void> => {
    setProgress("working");
    await measureLanes(setLanes).then(
      () => setProgress("done"),
      () => setProgress("failed"),
    );
  };
  const drawn = [
    ...ownLanes(lanes, state.figure, words.lanes),
    ...deviceLanes(answer ?? [], state.devices, state.figure),
  ];
  return (
    <section aria-busy={isWorking || progress === "working"} id="answer">
      <h1>{words.heading}</h1>
      <p class="hint">{words.about}</p>
      <div class="row">
        <button type="button" disabled={progress === "working"} onClick={() => void measure()}>
          {words.measure}
        </button>
        <span role="status">
          {words.progress[progress]}
          {progress === "done" && lanes.gpu === undefined && ` ${words.noGpu}`}
        </span>
        {progress === "done" && <OwnMachine lanes={lanes} />}
      </div>
      <div class="row">
        <Choice
          label={words.figure}
          value={state.figure}
          options={NAMES.map((name) => [name, words.figures[name]])}
          change={(figure) => change({ figure })}
        />
        <Suggested
          label={words.devices}
          value={state.devices.join(", ")}
          suggestions={(answer ?? []).map(({ id, name }) => [id, name])}
          change={(text) => change({ devices: text.split(",").map((word) => word.trim()) })}
        />
      </div>
      <RoadLanes
        lanes={drawn}
        title={words.figures[state.figure]}
        text={(value) => quantityText(value, FIGURES[state.figure])}
      />
      <p class="hint">{words.method}</p>
      <Actions
        command="tenlane measure lanes"
        sheet={{
          name: "road",
          columns: ["lane", "measured", state.figure],
          rows: drawn.map(({ name, isMeasured, rate }) => [name, String(isMeasured), rate]),
          json: { figure: state.figure, lanes: drawn },
        }}
      />
    </section>
  );
}

const GIB = 2 ** 30;
const MEMORY_USUAL = 16 * GIB;

/** What was measured, with the memory that the user says, as a file or in plans of this page. */
function OwnMachine({ lanes }: { readonly lanes: Lanes }): JSX.Element {
  const words = useWords().road;
  const [memory, setMemory] = useState(MEMORY_USUAL);
  const [isUsed, setUsed] = useState(false);
  const entries = (): string =>
    JSON.stringify(
      ownDevice(lanes, {
        date: new Date().toISOString().slice(0, 10),
        memory,
        cores: navigator.hardwareConcurrency,
      }),
      null,
      2,
    );
  return (
    <>
      <LogSlider
        label={words.memory}
        value={memory}
        min={GIB}
        max={1024 * GIB}
        text={(value) => quantityText(value, "size")}
        change={(value) => setMemory(value ?? MEMORY_USUAL)}
      />
      <button
        type="button"
        onClick={() => save(`${OWN_MACHINE}.json`, "application/json", entries())}
      >
        {words.save}
      </button>
      <button
        type="button"
        onClick={() => {
          useMachine(entries());
          setUsed(true);
        }}
      >
        {words.use}
      </button>
      {isUsed && <OwnRuns />}
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
    return { id: name, name: names[name], rate: rates[figure], isMeasured: true };
  });
}

function deviceLanes(
  rows: readonly DeviceRow[],
  ids: readonly string[],
  figure: FigureName,
): readonly Lane[] {
  return ids.flatMap((id) => {
    const row = rows.find((each) => each.id === id);
    const rate = figure === "compute" ? row?.wide : row?.bandwidth;
    if (row === undefined || rate === null || rate === undefined) return [];
    return { id, name: row.name, rate, isMeasured: false };
  });
}
