/** How busy the machine was while the page watched it: processors, memory, each GPU. */
import type { JSX } from "preact";
import { Chart } from "../parts/chart.tsx";
import { useWords } from "../parts/context.ts";
import { quantityText } from "../parts/quantity.ts";
import { pointsOf, type Sample } from "./watch-points.ts";

const HEIGHT = 260;
const ROWS_MAX = 32;

export function WatchCourse({ samples }: { readonly samples: readonly Sample[] }): JSX.Element {
  const { watch: words, lang } = useWords();
  const points = pointsOf(samples, words.courses);
  const time = (at: Date): string => at.toLocaleTimeString(lang);
  const share = (value: number): string => quantityText(value, "fraction");
  return (
    <Chart
      name="watch"
      label={words.course}
      draw={(plot, width) => ({
        width,
        height: HEIGHT,
        marginLeft: 60,
        grid: true,
        x: {
          type: "time",
          label: null,
          ticks: Math.max(2, Math.floor(width / 160)),
          tickFormat: time,
        },
        y: { domain: [0, 1], label: null, tickFormat: share },
        color: { legend: true, domain: [...new Set(points.map(({ of }) => of))] },
        marks: [
          plot.lineY(points, { x: "at", y: "share", stroke: "of" }),
          plot.dot(points, {
            x: "at",
            y: "share",
            fill: "of",
            r: 2.5,
            tip: { format: { x: time, y: share } },
          }),
        ],
      })}
      table={{
        columns: [words.time, words.subject, words.value],
        rows: points
          .slice(-ROWS_MAX)
          .map(({ at, of, share: value }) => [time(at), of, share(value)]),
      }}
    />
  );
}
