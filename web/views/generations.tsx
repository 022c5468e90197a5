/** What each generation brought: one figure over the years, announced parts marked. */
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { quantityText, significant, type QuantityKind } from "../../core/index.ts";
import { choiceField, listField, readValues, writeValues, type ValuesOf } from "../address.ts";
import { Actions } from "../parts/actions.tsx";
import { Chart } from "../parts/chart.tsx";
import { useWords } from "../parts/context.ts";
import { Choice, Ticks } from "../parts/controls.tsx";
import { useAnswer } from "../parts/use-answer.ts";
import type { DeviceRow } from "../worker/devices-verb.ts";
import { Backtest } from "./generations-backtest.tsx";
import { apart } from "./labels-apart.ts";
import type { ViewProps } from "./view.ts";

/** Figures over time; those after a slash are per dollar of rent, or per watt. */
const FIGURES = {
  wide: { kind: "compute", of: (row) => row.wide },
  fastest: { kind: "compute", of: (row) => row.fastest },
  bandwidth: { kind: "bandwidth", of: (row) => row.bandwidth },
  capacity: { kind: "size", of: (row) => row.capacity },
  power: { kind: "power", of: (row) => row.power },
  price: { kind: "money", of: (row) => row.price },
  rent: { kind: "money", of: (row) => row.rent },
  perWatt: { kind: "compute", of: ({ wide, power }) => ratio(wide, power) },
  perRent: { kind: "work", of: ({ wide, rent }) => ratio(wide, rent, SECONDS_PER_HOUR) },
} as const satisfies Readonly<
  Record<string, { kind: QuantityKind; of: (row: DeviceRow) => number | null }>
>;

const SECONDS_PER_HOUR = 3600;

type FigureName = keyof typeof FIGURES;
const NAMES = Object.keys(FIGURES) as readonly FigureName[];

const fields = {
  figure: choiceField(NAMES, "wide"),
  vendors: listField(["NVIDIA", "Google", "AWS", "AMD"]),
};

const HEIGHT = 480;
const MARGIN_LEFT = 80;
const MARGIN_RIGHT = 110;
/** Of a letter of a label, and of a line, in pixels. */
const LETTER = 5.6;
const LINE = 11;

interface Point {
  readonly name: string;
  readonly vendor: string;
  readonly launched: Date;
  readonly value: number;
  readonly isAnnounced: boolean;
}

export function View({ query, show }: ViewProps): JSX.Element {
  const words = useWords().generations;
  const state = useMemo(() => readValues(fields, query), [query]);
  const { answer, isWorking } = useAnswer("devices", null);
  const rows = answer ?? [];
  const change = (changes: Partial<ValuesOf<typeof fields>>): void =>
    show(writeValues(fields, { ...state, ...changes }));
  const points = pointsOf(rows, state.figure, state.vendors);
  const title = words.figures[state.figure];
  return (
    <section aria-busy={isWorking} id="answer">
      <h1>{words.heading}</h1>
      <p class="hint">{words.about}</p>
      <Choice
        label={words.figure}
        value={state.figure}
        options={NAMES.map((name) => [name, words.figures[name]])}
        change={(figure) => change({ figure })}
      />
      <Ticks
        label={words.vendors}
        options={[...new Set(rows.map(({ vendor }) => vendor))].toSorted()}
        value={state.vendors}
        change={(vendors) => change({ vendors })}
      />
      <Generations title={title} points={points} figure={state.figure} />
      <Backtest />
      <Actions
        command="tenlane catalogue --list devices"
        sheet={{
          name: "generations",
          columns: ["device", "vendor", "launched", state.figure],
          rows: points.map(({ name, vendor, launched, value }) => [
            name,
            vendor,
            launched.toISOString().slice(0, 10),
            value,
          ]),
          json: { figure: state.figure, points },
        }}
      />
    </section>
  );
}

function Generations({
  title,
  points,
  figure,
}: {
  readonly title: string;
  readonly points: readonly Point[];
  readonly figure: FigureName;
}): JSX.Element {
  const words = useWords().generations;
  const { kind } = FIGURES[figure];
  return (
    <Chart
      name="generations"
      label={title}
      draw={(plot, width) => ({
        width,
        height: HEIGHT,
        marginLeft: MARGIN_LEFT,
        marginRight: MARGIN_RIGHT,
        grid: true,
        x: { label: words.year },
        y: { type: "log", label: title, tickFormat: (value: number) => quantityText(value, kind) },
        color: { legend: true },
        symbol: { domain: [false, true], range: ["circle", "square2"] },
        marks: [
          plot.dot(points, {
            x: "launched",
            y: "value",
            stroke: "vendor",
            fill: "vendor",
            fillOpacity: (point: Point) => (point.isAnnounced ? 0 : 0.8),
            symbol: "isAnnounced",
            r: 5,
            channels: { device: "name" },
            tip: true,
          }),
          plot.text(labelled(points, width), {
            x: "launched",
            y: "value",
            text: (point: Point) => shortName(point.name),
            dx: 8,
            textAnchor: "start",
            fontSize: 10,
            fill: "currentColor",
          }),
        ],
      })}
      table={{
        columns: [words.device, words.year, title, words.announced],
        rows: points.map(({ name, launched, value, isAnnounced }) => [
          name,
          launched.toISOString().slice(0, 10),
          kind === "money" ? `$${significant(value)}` : quantityText(value, kind),
          isAnnounced ? words.announced : "",
        ]),
      }}
    />
  );
}

function pointsOf(
  rows: readonly DeviceRow[],
  figure: FigureName,
  vendors: readonly string[],
): readonly Point[] {
  return rows
    .filter(({ vendor }) => vendors.length === 0 || vendors.includes(vendor))
    .flatMap((row) => {
      const value = FIGURES[figure].of(row);
      if (value === null || row.launched === null) return [];
      return {
        name: row.name,
        vendor: row.vendor,
        launched: new Date(row.launched),
        value,
        isAnnounced: row.status === "announced",
      };
    })
    .toSorted((a, b) => a.launched.getTime() - b.launched.getTime());
}

/** Points whose label covers no other, short ones first; the rest have theirs on hovering. */
function labelled(points: readonly Point[], width: number): readonly Point[] {
  const times = points.map(({ launched }) => launched.getTime());
  const values = points.map(({ value }) => Math.log(value));
  const [left, right] = [Math.min(...times), Math.max(...times)];
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const across = (width - MARGIN_LEFT - MARGIN_RIGHT) / Math.max(1, right - left);
  const up = (HEIGHT - 100) / Math.max(1e-9, high - low);
  const shortFirst = points.toSorted((a, b) => shortName(a.name).length - shortName(b.name).length);
  return apart(shortFirst, ({ name, launched, value }) => ({
    left: (launched.getTime() - left) * across,
    top: (high - Math.log(value)) * up,
    width: LETTER * (shortName(name).length + 2),
    height: LINE,
  }));
}

function ratio(above: number | null, below: number | null, scale = 1): number | null {
  return above === null || below === null || below === 0 ? null : (scale * above) / below;
}

/** The name without its vendor, which the colour says. */
function shortName(name: string): string {
  return name
    .replace(/^(?:NVIDIA|AMD Instinct|AMD|Google|AWS|Intel)\s+/u, "")
    .replace(/\s*[(].*$/u, "");
}
