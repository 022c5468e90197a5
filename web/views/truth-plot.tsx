/** Predicted over measured; every dot names its source. */
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { significant } from "../../core/index.ts";
import { compare } from "../../validation/compare.ts";
import { Chart } from "../parts/chart.tsx";
import { useWords } from "../parts/context.ts";
import type { TruthRow } from "../truth-file.ts";
import type { Words } from "../words/index.ts";

const HEIGHT = 560;
const ROWS_MAX = 100;

interface Dot {
  readonly row: TruthRow;
  readonly measured: number;
  readonly predicted: number;
  readonly family: string;
  readonly covered: boolean;
  /** Logarithm of predicted over measured. */
  readonly off: number;
}

export function TruthPlot({ rows }: { readonly rows: readonly TruthRow[] }): JSX.Element {
  const words = useWords().truth;
  const dots = useMemo(() => dotsOf(rows, words.families), [rows, words]);
  const ends = endsOf(dots);
  const line = (factor: number) => ends.map((at) => ({ x: at, y: at * factor }));
  const worst = dots.toSorted((a, b) => Math.abs(b.off) - Math.abs(a.off)).slice(0, ROWS_MAX);
  return (
    <Chart
      name="truth"
      label={words.chart}
      draw={(plot, width) => ({
        width,
        height: HEIGHT,
        marginLeft: 60,
        grid: true,
        x: {
          type: "log",
          label: words.measured,
          ticks: Math.min(8, Math.floor(width / 75)),
          tickFormat: powerText,
        },
        y: { type: "log", label: words.predicted, ticks: 8, tickFormat: powerText },
        color: { legend: true },
        symbol: { domain: [true, false], range: ["circle", "times"] },
        marks: [
          plot.line(line(1), { x: "x", y: "y", strokeDasharray: "6 4" }),
          plot.line(line(2), { x: "x", y: "y", strokeDasharray: "1 4", clip: true }),
          plot.line(line(0.5), { x: "x", y: "y", strokeDasharray: "1 4", clip: true }),
          plot.dot(dots, {
            x: "measured",
            y: "predicted",
            stroke: "family",
            symbol: "covered",
            r: 3.5,
            tip: { format: { symbol: false, x: significant, y: significant } },
            channels: {
              [words.row]: (dot: Dot) => `${dot.row.id} ${dot.row.metric}`,
              [words.model]: (dot: Dot) => dot.row.model,
              [words.device]: (dot: Dot) => dot.row.device,
              [words.engine]: (dot: Dot) => dot.row.engine,
              [words.source]: (dot: Dot) => dot.row.source,
            },
          }),
        ],
      })}
      table={{
        columns: [
          words.row,
          words.model,
          words.device,
          words.measured,
          words.predicted,
          words.ratio,
          words.source,
        ],
        caption: words.worst(worst.length),
        rows: worst.map(({ row, measured, predicted }) => [
          `${row.id} ${row.metric}`,
          row.model,
          row.device,
          significant(measured),
          significant(predicted),
          significant(predicted / measured),
          `${row.source}, ${row.place}`,
        ]),
      }}
    />
  );
}

function dotsOf(rows: readonly TruthRow[], families: Words["truth"]["families"]): readonly Dot[] {
  return rows.flatMap((row) => {
    const { predicted, measured, family } = row;
    if (predicted === null || !(measured > 0) || !(predicted.p50 > 0)) return [];
    const { covered, logarithm } = compare({ measured, predicted });
    return {
      row,
      measured,
      predicted: predicted.p50,
      family: families[family],
      covered,
      off: logarithm,
    };
  });
}

const DIGITS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/** "10⁻⁵": the axis holds seconds, watts and tokens a second. */
function powerText(value: number): string {
  const power = Math.round(Math.log10(value));
  const digits = String(Math.abs(power)).replaceAll(/\d/gu, (digit) => DIGITS[Number(digit)] ?? "");
  return `10${power < 0 ? "⁻" : ""}${digits}`;
}

function endsOf(dots: readonly Dot[]): readonly number[] {
  if (dots.length === 0) return [];
  const values = dots.flatMap(({ measured, predicted }) => [measured, predicted]);
  return [Math.min(...values), Math.max(...values)];
}
