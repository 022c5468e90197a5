/** What decides between buying and renting: each term at its p10 and at its p90, all else in the middle. */
import type { JSX } from "preact";
import { Chart } from "../parts/chart.tsx";
import { useWords } from "../parts/context.ts";
import type { WorthView } from "../worker/worth-verb.ts";
import { quantityText } from "../parts/quantity.ts";

const SWINGS_MAX = 8;
const ROW_HEIGHT = 34;
const AXIS_HEIGHT = 70;
const NAME_LENGTH = 40;

export function WorthSwings({ answer }: { readonly answer: WorthView }): JSX.Element {
  const words = useWords().worth;
  const { middle } = answer;
  const swings = answer.swings.slice(0, SWINGS_MAX);
  const named = ({ key }: (typeof swings)[number]): string => short(words.termNames[key]);
  const ends = swings.flatMap((swing) => [
    { name: named(swing), value: swing.atP10, end: words.low },
    { name: named(swing), value: swing.atP90, end: words.high },
  ]);
  const dollars = (value: number): string => quantityText(value, "money");
  return (
    <Chart
      name="what-decides"
      label={words.swings}
      draw={(plot, width) => ({
        width,
        height: ROW_HEIGHT * swings.length + AXIS_HEIGHT,
        marginLeft: Math.min(280, width * 0.5),
        marginRight: 40,
        grid: true,
        x: {
          label: words.buyLessRent,
          ticks: Math.max(2, Math.floor(width / 160)),
          tickFormat: dollars,
        },
        y: { label: null, domain: swings.map(named) },
        color: { legend: true, domain: [words.low, words.high] },
        marks: [
          plot.ruleX([0]),
          plot.ruleX([middle], { strokeDasharray: "4 4" }),
          plot.ruleY(ends, { x1: middle, x2: "value", y: "name", stroke: "end", strokeWidth: 12 }),
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

function short(name: string): string {
  return name.length <= NAME_LENGTH ? name : `${name.slice(0, NAME_LENGTH - 1)}…`;
}
