/** How forecasts of each generation would have done: from the committed report, loaded when it is shown. */
import type { JSX } from "preact";
import type { Table } from "../../core/index.ts";
import type { Family } from "../../validation/family.ts";
import { Chart } from "../parts/chart.tsx";
import { useWords } from "../parts/context.ts";
import { useFile } from "../parts/use-file.ts";

const ROW_HEIGHT = 34;
const AXIS_HEIGHT = 70;

export function Backtest(): JSX.Element | null {
  const all = useWords();
  const words = all.generations.backtest;
  const { file: table } = useFile<Table | null>("backtest.json");
  if (table === null) return null;
  const rows = table.rows.map(([forecast = "", family = "", ...cells]) => [
    words.forecastOf(forecast.split(" from ")[0] ?? forecast),
    all.truth.families[family as Family] ?? family,
    ...cells,
  ]);
  return (
    <>
      <h2>{words.heading}</h2>
      <p class="hint">{words.about}</p>
      <Forecasts rows={rows} />
    </>
  );
}

interface Forecast {
  readonly of: string;
  readonly family: string;
  /** Percent. */
  readonly median: number;
  readonly p90: number;
}

function Forecasts({ rows }: { readonly rows: readonly (readonly string[])[] }): JSX.Element {
  const all = useWords();
  const words = all.generations.backtest;
  const forecasts = rows.map(([of = "", family = "", , median = "", p90 = ""]): Forecast => ({
    of,
    family,
    median: Number.parseFloat(median),
    p90: Number.parseFloat(p90),
  }));
  const families = [...new Set(forecasts.map(({ family }) => family))];
  const most = Math.max(...forecasts.map(({ median }) => median));
  return (
    <Chart
      name="backtest"
      label={words.chart}
      draw={(plot, width) => ({
        width,
        height: ROW_HEIGHT * families.length + AXIS_HEIGHT,
        marginLeft: Math.min(190, width * 0.4),
        marginRight: 20,
        grid: true,
        x: {
          label: all.truth.median,
          domain: [0, 1.1 * most],
          ticks: Math.max(2, Math.floor(width / 110)),
          tickFormat: percent,
        },
        y: { label: null, domain: families },
        color: { legend: true },
        marks: [
          plot.dot(forecasts, {
            x: "median",
            y: "family",
            fill: "of",
            r: 6,
            channels: { [all.truth.p90]: ({ p90 }: Forecast) => percent(p90) },
            tip: { format: { x: percent } },
          }),
        ],
      })}
      table={{
        columns: [
          words.forecast,
          all.truth.family,
          all.truth.rows,
          all.truth.median,
          all.truth.p90,
          words.bias,
        ],
        rows,
      }}
    />
  );
}

function percent(value: number): string {
  return `${value} %`;
}
