/** What decides between buying and renting: each term at its p10 and at its p90, all else in the middle. */
import type { JSX } from "preact";
import type { InvestTerm } from "../../core/worth/index.ts";
import { Chart } from "../parts/chart.tsx";
import { useWords } from "../parts/context.ts";
import { quantityText } from "../parts/quantity.ts";
import { textWidth } from "../parts/text-width.ts";
import type { WorthView } from "../worker/worth-verb.ts";

const SWINGS_MAX = 8;
const ROW_HEIGHT = 34;
const AXIS_HEIGHT = 70;
/** Of the chart's letters, in pixels. */
const LETTERS = 12;

export function WorthSwings({ answer }: { readonly answer: WorthView }): JSX.Element {
  const words = useWords().worth;
  const { middle } = answer;
  const swings = answer.swings.slice(0, SWINGS_MAX);
  const ends = swings.flatMap(({ key, atP10, atP90 }) => [
    { key, value: atP10, end: words.low },
    { key, value: atP90, end: words.high },
  ]);
  const dollars = (value: number): string => quantityText(value, "money");
  return (
    <Chart
      name="what-decides"
      label={words.swings}
      draw={(plot, width) => ({
        width,
        height: ROW_HEIGHT * swings.length + AXIS_HEIGHT,
        marginLeft: marginIn(width),
        marginRight: 40,
        grid: true,
        x: {
          label: words.buyLessRent,
          ticks: Math.max(2, Math.floor(width / 160)),
          tickFormat: dollars,
        },
        y: {
          label: null,
          domain: swings.map(({ key }) => key),
          tickFormat: (key: InvestTerm) => short(words.termNames[key], marginIn(width) - 12),
        },
        color: { legend: true, domain: [words.low, words.high] },
        marks: [
          plot.ruleX([0]),
          plot.ruleX([middle], { strokeDasharray: "4 4" }),
          plot.ruleY(ends, { x1: middle, x2: "value", y: "key", stroke: "end", strokeWidth: 12 }),
        ],
      })}
      table={{
        columns: [words.term, words.low, words.high],
        rows: swings.map(({ key, atP10, atP90 }) => [
          words.termNames[key],
          dollars(atP10),
          dollars(atP90),
        ]),
      }}
    />
  );
}

function marginIn(width: number): number {
  return Math.min(300, width * 0.5);
}

/** As much of the name as has room. */
function short(name: string, room: number): string {
  if (textWidth(name, LETTERS) <= room) return name;
  const kept = [...name].findIndex(
    (_, index) => textWidth(`${name.slice(0, index + 1)}…`, LETTERS) > room,
  );
  return `${name.slice(0, kept)}…`;
}
