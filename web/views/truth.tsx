/** What was predicted for published figures, each with its source, and how far off it was. */
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { readValues, textField, writeValues, type ValuesOf } from "../address.ts";
import { Actions, type Sheet } from "../parts/actions.tsx";
import { useWords } from "../parts/context.ts";
import { Choice } from "../parts/controls.tsx";
import { useFile } from "../parts/use-file.ts";
import type { TruthFile, TruthRow } from "../truth-file.ts";
import type { Words } from "../words/index.ts";
import { commandText } from "./command-text.ts";
import { TruthErrors } from "./truth-errors.tsx";
import { TruthPlot } from "./truth-plot.tsx";
import type { ViewProps } from "./view.ts";

const FILTERS = ["family", "device", "model", "engine"] as const;

const fields = {
  family: textField(""),
  device: textField(""),
  model: textField(""),
  engine: textField(""),
};

type TruthState = ValuesOf<typeof fields>;

export function View({ query, show }: ViewProps): JSX.Element {
  const words = useWords().truth;
  const state = useMemo(() => readValues(fields, query), [query]);
  const { file, isFailed } = useFile<TruthFile>("truth.json");
  const rows = useMemo(() => shownRows(file?.rows ?? [], state), [file, state]);
  const change = (changes: Partial<TruthState>): void =>
    show(writeValues(fields, { ...state, ...changes }));
  return (
    <section aria-busy={file === null && !isFailed} id="answer">
      <h1>{words.heading}</h1>
      {file === null ? (
        <p role="status">{isFailed ? words.failed : words.loading}</p>
      ) : (
        <>
          <p class="hint" role="status">
            {words.about(
              file.rows.length,
              rows.filter(({ predicted }) => predicted !== null).length,
            )}{" "}
            {words.inSample}
          </p>
          <div class="row">
            {FILTERS.map((name) => (
              <Choice
                key={name}
                label={words[name]}
                value={state[name]}
                options={optionsOf(file.rows, state, name, words)}
                change={(to) => change({ [name]: to })}
              />
            ))}
          </div>
          <TruthPlot rows={rows} />
          <TruthErrors rows={rows} generalisation={file.generalisation} peers={file.peers} />
        </>
      )}
      <Actions command={commandOf(state)} sheet={sheetOf(rows)} />
    </section>
  );
}

function shownRows(rows: readonly TruthRow[], state: TruthState): readonly TruthRow[] {
  return rows.filter((row) => FILTERS.every((name) => isChosen(row, state, name)));
}

function isChosen(row: TruthRow, state: TruthState, name: (typeof FILTERS)[number]): boolean {
  return state[name] === "" || row[name] === state[name];
}

/** What the other filters leave, most figures first. */
function optionsOf(
  rows: readonly TruthRow[],
  state: TruthState,
  name: (typeof FILTERS)[number],
  words: Words["truth"],
): readonly (readonly [value: string, text: string])[] {
  const counts = new Map<string, number>();
  for (const row of shownRows(rows, { ...state, [name]: "" })) {
    if (row[name] !== "") counts.set(row[name], (counts.get(row[name]) ?? 0) + 1);
  }
  if (state[name] !== "" && !counts.has(state[name])) counts.set(state[name], 0);
  return [
    ["", words.all],
    ...[...counts]
      .toSorted(([, a], [, b]) => b - a)
      .map(([value, count]) => [value, `${nameOf(value, words)} (${count})`] as const),
  ];
}

function nameOf(value: string, { families }: Words["truth"]): string {
  return (families as Readonly<Record<string, string>>)[value] ?? value;
}

/** Prints the errors of the figures that are shown. */
function commandOf(state: TruthState): string {
  const asked = FILTERS.map((name) => [name, state[name] === "" ? null : state[name]] as const);
  return commandText("validate", [], Object.fromEntries(asked));
}

const COLUMNS = ["id", "family", "metric", "model", "device", "engine"] as const;
const SOURCES = ["unanswered", "source", "place", "date"] as const;

function sheetOf(rows: readonly TruthRow[]): Sheet {
  return {
    name: "truth",
    columns: [...COLUMNS, "measured", "p10", "p50", "p90", ...SOURCES],
    rows: rows.map((row) => [
      ...COLUMNS.map((name) => row[name]),
      row.measured,
      row.predicted?.p10 ?? null,
      row.predicted?.p50 ?? null,
      row.predicted?.p90 ?? null,
      ...SOURCES.map((name) => row[name]),
    ]),
    json: { rows },
  };
}
