/** How long requests took: the share of them served within a time, and the percentiles with their intervals. */
import type { JSX } from "preact";
import type { MetricIntervals } from "../../core/index.ts";
import { Chart } from "../parts/chart.tsx";
import { useWords } from "../parts/context.ts";
import { intervalText, quantityText } from "../parts/quantity.ts";
import { DataTable } from "../parts/table.tsx";
import type { FirstRun } from "../worker/simulate-verb.ts";
import { limitsOf, type SimulateState } from "./simulate-fields.ts";

const NAMES = ["ttft", "tpot", "latency"] as const;
const STATISTICS = ["mean", "p50", "p90", "p99", "p999"] as const;
const HEIGHT = 340;
const SHARES_SHOWN: ReadonlySet<number> = new Set([0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999]);

export function SimulateTimes({
  run,
  intervals,
  state,
}: {
  readonly run: FirstRun;
  readonly intervals: MetricIntervals | null;
  readonly state: SimulateState;
}): JSX.Element {
  const all = useWords();
  const words = all.simulate;
  const { figures } = all.plan;
  const points = NAMES.flatMap((name) =>
    run.curves[name].flatMap(([share, time]) =>
      time > 0 ? [{ name: figures[name], share, time }] : [],
    ),
  );
  const limits = Object.entries(limitsOf(state)).map(([name, time]) => ({
    name: figures[name as "ttft" | "tpot"],
    time: time ?? 0,
  }));
  return (
    <>
      <h2>{words.distribution}</h2>
      <Chart
        name="latency-distribution"
        label={words.distributionAbout}
        draw={(plot, width) => ({
          width,
          height: HEIGHT,
          marginLeft: 60,
          grid: true,
          x: {
            type: "log",
            label: words.time,
            ticks: Math.max(3, Math.floor(width / 110)),
            tickFormat: (time: number) => quantityText(time, "time"),
          },
          y: { label: words.share, tickFormat: (share: number) => quantityText(share, "fraction") },
          color: { legend: true, domain: NAMES.map((name) => figures[name]) },
          marks: [
            plot.ruleX(limits, { x: "time", stroke: "name", strokeDasharray: "5 4" }),
            plot.line(points, {
              x: "time",
              y: "share",
              stroke: "name",
              strokeWidth: 2,
              tip: { format: { x: (time: number) => quantityText(time, "time"), stroke: true } },
            }),
          ],
        })}
        table={{
          columns: [words.share, ...NAMES.map((name) => figures[name])],
          rows: run.curves.ttft
            .filter(([share]) => SHARES_SHOWN.has(share))
            .map(([share]) => [
              quantityText(share, "fraction"),
              ...NAMES.map((name) => {
                const time = run.curves[name].find(([each]) => each === share)?.[1];
                return time === undefined ? "" : quantityText(time, "time");
              }),
            ]),
        }}
      />
      <Percentiles run={run} intervals={intervals} />
      <p class="hint">{intervals === null ? words.oneRun : words.intervals}</p>
    </>
  );
}

/** The range below the middle, so that five of them fit beside each other. */
function spread(text: string): JSX.Element {
  const [middle = "", range = ""] = text.split(" [");
  return (
    <>
      {middle}
      {range !== "" && <small class="range">[{range}</small>}
    </>
  );
}

function Percentiles({
  run,
  intervals,
}: {
  readonly run: FirstRun;
  readonly intervals: MetricIntervals | null;
}): JSX.Element {
  const all = useWords();
  const words = all.simulate;
  const { figures } = all.plan;
  return (
    <DataTable
      label={words.distribution}
      columns={[
        { title: words.quantity },
        ...STATISTICS.map((name) => ({ title: words.statistics[name], isNumber: true })),
      ]}
      rows={NAMES.map((name) => ({
        id: name,
        cells: [
          figures[name],
          ...STATISTICS.map((statistic) =>
            intervals === null
              ? quantityText(run.metrics[name][statistic], "time")
              : spread(intervalText(intervals[name][statistic], "time")),
          ),
        ],
      }))}
    />
  );
}
