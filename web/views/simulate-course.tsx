/** One figure over the time of the run. */
import type { JSX } from "preact";
import { significant } from "../../core/index.ts";
import { Chart } from "../parts/chart.tsx";
import { useWords } from "../parts/context.ts";
import { Choice } from "../parts/controls.tsx";
import { quantityText } from "../parts/quantity.ts";
import type { FirstRun } from "../worker/simulate-verb.ts";
import { COURSE_NAMES, COURSES, type SimulateState } from "./simulate-fields.ts";

const HEIGHT = 280;
const ROWS_MAX = 32;

export function SimulateCourse({
  run,
  state,
  change,
}: {
  readonly run: FirstRun;
  readonly state: SimulateState;
  readonly change: (changes: Partial<SimulateState>) => void;
}): JSX.Element {
  const words = useWords().simulate;
  const { course } = state;
  const kind = COURSES[course];
  const text = (value: number): string =>
    kind === "count" ? significant(value) : quantityText(value, kind);
  const points = run.series.flatMap((row) => {
    const value = row[course];
    return value === null ? [] : [{ time: row.time, value }];
  });
  const step = Math.max(1, Math.ceil(points.length / ROWS_MAX));
  const label = words.courseAbout(words.courses[course]);
  return (
    <>
      <h2>{words.course}</h2>
      <Choice
        label={words.shown}
        value={course}
        options={COURSE_NAMES.map((name) => [name, words.courses[name]])}
        change={(to) => change({ course: to })}
      />
      <Chart
        name="over-time"
        label={label}
        draw={(plot, width) => ({
          width,
          height: HEIGHT,
          marginLeft: 110,
          grid: true,
          x: {
            label: words.time,
            ticks: timeTicks(points.at(-1)?.time ?? 0),
            tickFormat: (time: number) => quantityText(time, "time"),
          },
          y: { zero: true, label: words.courses[course], tickFormat: text },
          marks: [
            plot.areaY(points, { x: "time", y: "value", fill: "var(--range)", fillOpacity: 0.35 }),
            plot.lineY(points, {
              x: "time",
              y: "value",
              stroke: "var(--accent)",
              tip: { format: { x: (time: number) => quantityText(time, "time"), y: text } },
            }),
          ],
        })}
        table={{
          columns: [words.time, words.courses[course]],
          rows: points
            .filter((_, index) => index % step === 0)
            .map(({ time, value }) => [quantityText(time, "time"), text(value)]),
        }}
      />
    </>
  );
}

const TICKS_MAX = 8;
/** Seconds that people count in. */
const TICK_STEPS = [1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600, 7200, 21_600, 86_400];

function timeTicks(end: number): readonly number[] {
  const step = TICK_STEPS.find((each) => end / each <= TICKS_MAX) ?? end / TICKS_MAX;
  return Array.from({ length: Math.floor(end / step) + 1 }, (_, index) => index * step);
}
