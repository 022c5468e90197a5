/** What each generation brought: one figure over the years, announced parts marked. */
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import type { QuantityKind } from "../../core/index.ts";
import { choiceField, listField, readValues, writeValues, type ValuesOf } from "../address.ts";
import { Actions } from "../parts/actions.tsx";
import { Chart } from "../parts/chart.tsx";
import { useWords } from "../parts/context.ts";
import { Choice, Ticks } from "../parts/controls.tsx";
import { logAxisY } from "../parts/log-axis.ts";
import { quantityText } from "../parts/quantity.ts";
import { useAnswer } from "../parts/use-answer.ts";
import type { DeviceRow } from "../worker/devices-verb.ts";
import { Backtest } from "./generations-backtest.tsx";
import { logTicks } from "./log-ticks.ts";
import { labelMarks, placedLabels, type NamedDot, type PlacedLabel } from "./point-labels.ts";
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

/** Figures that rest on what is paid for an hour. */
const RENTED: ReadonlySet<FigureName> = new Set(["rent", "perRent"]);

const fields = {
  figure: choiceField(NAMES, "wide"),
  vendors: listField(["NVIDIA", "Google", "AWS", "AMD"]),
};

const HEIGHT = 520;
const MARGINS = { top: 30, right: 30, bottom: 48, left: 96 };

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
        command={`tenlane catalogue --list ${RENTED.has(state.figure) ? "prices" : "devices"}`}
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
  const text = (value: number): string => quantityText(value, kind);
  return (
    <Chart
      name="generations"
      label={title}
      draw={(plot, width) => {
        const { labels, x, y } = framed(points, width);
        const values = points.map(({ value }) => value);
        return {
          width,
          height: HEIGHT,
          marginTop: MARGINS.top,
          marginRight: MARGINS.right,
          marginBottom: MARGINS.bottom,
          marginLeft: MARGINS.left,
          grid: true,
          x: { domain: x, label: words.year, ticks: yearsIn(x, width), tickFormat: yearText },
          y: { type: "log", domain: y },
          color: { legend: true },
          marks: [
            logAxisY(plot, { ticks: logTicks(values, 14), text, label: title }),
            plot.dot(points, {
              x: "launched",
              y: "value",
              stroke: "vendor",
              fill: "vendor",
              fillOpacity: (point: Point) => (point.isAnnounced ? 0 : 0.8),
              strokeWidth: 2,
              symbol: (point: Point) => (point.isAnnounced ? "square" : "circle"),
              r: 5,
              channels: { [words.device]: "name" },
              tip: { format: { y: text, fillOpacity: false, symbol: false } },
            }),
            ...labelMarks(plot, labels, {
              x: "launched",
              y: "value",
              text: ({ name }: Point) => shortName(name),
              fill: "currentColor",
            }),
          ],
        };
      }}
      table={{
        columns: [words.device, words.year, title, words.announced],
        rows: points.map(({ name, launched, value, isAnnounced }) => [
          name,
          launched.toISOString().slice(0, 10),
          text(value),
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

interface Framed {
  readonly x: readonly [Date, Date];
  readonly y: readonly [number, number];
  readonly labels: readonly PlacedLabel<Point>[];
}

/** Share of the range that stays free at each end. */
const AIR = 0.04;

/** Where the axes end, and the names that find room: first of parts that were the best of their vendor when they came. */
function framed(points: readonly Point[], width: number): Framed {
  const [left, right] = endsOf(points.map(({ launched }) => launched.getTime()));
  const [low, high] = endsOf(points.map(({ value }) => Math.log(value)));
  const across = (width - MARGINS.left - MARGINS.right) / (right - left);
  const up = (HEIGHT - MARGINS.top - MARGINS.bottom) / (high - low);
  const dots = points.map((point) => ({
    datum: point,
    name: shortName(point.name),
    x: MARGINS.left + (point.launched.getTime() - left) * across,
    y: MARGINS.top + (high - Math.log(point.value)) * up,
  }));
  const isRecord = ({ datum }: NamedDot<Point>): boolean =>
    points.every(
      ({ vendor, launched, value }) =>
        vendor !== datum.vendor || launched >= datum.launched || value < datum.value,
    );
  const named = [...dots.filter(isRecord), ...dots.filter((dot) => !isRecord(dot))];
  return {
    labels: placedLabels(named, dots, { left: MARGINS.left, right: width }),
    x: [new Date(left), new Date(right)],
    y: [Math.exp(low), Math.exp(high)],
  };
}

function endsOf(values: readonly number[]): readonly [number, number] {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const air = Math.max(1e-3, AIR * (most - least));
  return [least - air, most + air];
}

/** First days of years, as many as have room. */
function yearsIn([first, last]: readonly [Date, Date], width: number): readonly Date[] {
  const from = first.getUTCFullYear() + 1;
  const count = last.getUTCFullYear() - from + 1;
  const step = Math.max(1, Math.ceil(count / Math.max(2, Math.floor(width / 70))));
  return Array.from(
    { length: Math.ceil(count / step) },
    (_, index) => new Date(Date.UTC(from + index * step, 0)),
  );
}

function yearText(date: Date): string {
  return String(date.getUTCFullYear());
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
