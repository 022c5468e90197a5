/** How a step grows with batch and length. */
import type { PlotOptions } from "@observablehq/plot";
import type { JSX } from "preact";
import { significant, type Growth, type QuantityKind } from "../../core/index.ts";
import { Chart } from "../parts/chart.tsx";
import { useWords } from "../parts/context.ts";
import { Choice } from "../parts/controls.tsx";
import { quantityText } from "../parts/quantity.ts";
import { DataTable } from "../parts/table.tsx";
import type { Words } from "../words/index.ts";
import type { HeatCell } from "../worker/model-verb.ts";

export const HEAT_FIGURES = ["flops", "bytes", "intensity"] as const;
type HeatFigure = (typeof HEAT_FIGURES)[number];

const KINDS: Readonly<Record<HeatFigure, QuantityKind>> = {
  flops: "work",
  bytes: "size",
  intensity: "intensity",
};

const DIMENSIONS = ["depth", "width", "sequence", "batch"] as const;
const HEIGHT = 380;
/** Of one row, for a network. */
const STRIP_HEIGHT = 110;
/** Below this cells have no room for units. */
const NARROW = 700;
/** Cells whose share of the logarithmic range is above this are dark, and take light text. */
const DARK_FROM = 0.55;

export function ModelHeat({
  cells,
  figure,
  change,
  growth,
}: {
  readonly cells: readonly HeatCell[];
  readonly figure: HeatFigure;
  readonly change: (figure: HeatFigure) => void;
  readonly growth: Growth["doubled"] | null;
}): JSX.Element {
  const words = useWords().model;
  const hasTokens = cells.some(({ tokens }) => tokens !== null);
  const value = ({ flops, bytes }: HeatCell): number =>
    figure === "flops" ? flops : figure === "bytes" ? bytes : flops / bytes;
  const written = (each: number): string => quantityText(each, KINDS[figure]);
  const text = (cell: HeatCell): string => written(value(cell));
  // Without its unit, which the title and the tip have.
  const bare = (cell: HeatCell): string => text(cell).replace(/ FLOP\/B$|FLOP$|B$/u, "");
  const at = hasTokens ? { x: "tokens", y: "batch" } : { x: "batch", y: () => "" };
  const values = cells.map(value);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const depth = (cell: HeatCell): number =>
    Math.log(value(cell) / low) / Math.max(1e-9, Math.log(high / low));
  return (
    <section aria-label={words.growth}>
      <h2>{words.growth}</h2>
      <Choice
        label={words.heat}
        value={figure}
        options={HEAT_FIGURES.map((each) => [each, words[each]])}
        change={change}
      />
      <Chart
        name="growth"
        label={hasTokens ? words.heatAbout(words[figure]) : words.batchesAbout(words[figure])}
        draw={(plot, width) => ({
          width,
          height: hasTokens ? HEIGHT : STRIP_HEIGHT,
          marginLeft: 60,
          marginBottom: 64,
          ...axesOf(hasTokens, words, width),
          color: { type: "log", scheme: "blues" },
          marks: [
            plot.cell(cells, { ...at, fill: value, tip: { format: { fill: written } } }),
            plot.text(cells, {
              ...at,
              text: width < NARROW ? bare : text,
              fontSize: width < NARROW ? 8 : 11,
              fill: (cell: HeatCell) => (depth(cell) > DARK_FROM ? "white" : "black"),
            }),
          ],
        })}
        table={{
          columns: [words.batch, ...(hasTokens ? [words.tokens] : []), words[figure]],
          rows: cells.map((cell) => [
            String(cell.batch),
            ...(hasTokens ? [String(cell.tokens)] : []),
            text(cell),
          ]),
        }}
      />
      {growth !== null && <Doubled growth={growth} />}
    </section>
  );
}

/** Tokens across and sequences up; of a network, which has no tokens, sequences across. */
function axesOf(
  hasTokens: boolean,
  words: Words["model"],
  width: number,
): Pick<PlotOptions, "x" | "y"> {
  return {
    x: {
      type: "band",
      label: hasTokens ? words.tokens : words.batch,
      tickRotate: width < NARROW ? -60 : 0,
    },
    y: hasTokens
      ? { type: "band", label: words.batch, reverse: true }
      : { type: "band", axis: null },
  };
}

function Doubled({ growth }: { readonly growth: Growth["doubled"] }): JSX.Element {
  const words = useWords().model;
  return (
    <DataTable
      label={words.doubled}
      columns={[
        { title: words.doubled },
        { title: words.parameters, isNumber: true },
        { title: words.flops, isNumber: true },
        { title: words.bytes, isNumber: true },
      ]}
      rows={DIMENSIONS.map((dimension) => ({
        id: dimension,
        cells: [
          words.dimensions[dimension],
          ...(["parameters", "flops", "bytes"] as const).map(
            (each) => `× ${significant(growth[dimension][each])}`,
          ),
        ],
      }))}
    />
  );
}
