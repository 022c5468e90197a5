/** Rates as lanes of a road: ten times as fast is one more car on it, and twice as quick a ride. */
import type { JSX } from "preact";
import { Chart } from "../parts/chart.tsx";
import { useWords } from "../parts/context.ts";

export interface Lane {
  readonly id: string;
  readonly name: string;
  /** In the base unit of what is shown. */
  readonly rate: number;
  /** Measured here, else printed by the vendor. */
  readonly isMeasured: boolean;
}

/** Cars on the slowest lane, and what a factor of ten adds. */
const CARS_LEAST = 2;
const CARS_PER_DECADE = 2;
const SECONDS_SLOWEST = 16;
const DECADE_FASTER = 1.7;
const ROW_HEIGHT = 34;
const AXIS_HEIGHT = 60;

/** As many as their labels leave room for, beside names and values. */
function ticksIn(width: number): number {
  return Math.max(1, Math.floor((width - 280) / 110));
}

export function RoadLanes({
  lanes,
  title,
  text,
}: {
  readonly lanes: readonly Lane[];
  readonly title: string;
  readonly text: (value: number) => string;
}): JSX.Element {
  const words = useWords().road;
  const least = Math.min(...lanes.map(({ rate }) => rate));
  return (
    <>
      <figure class="road" aria-label={title}>
        <figcaption>{title}</figcaption>
        <ul>
          {lanes.map(({ id, name, rate, isMeasured }) => (
            <li key={id}>
              <span class="lane-name">
                {name} <small>{isMeasured ? words.measured : words.printed}</small>
              </span>
              <Traffic decades={Math.log10(rate / least)} isMeasured={isMeasured} />
              <span class="bar-value">{text(rate)}</span>
            </li>
          ))}
        </ul>
      </figure>
      <Chart
        name="road"
        label={words.chart(title)}
        draw={(plot, width) => ({
          width,
          height: ROW_HEIGHT * Math.max(1, lanes.length) + AXIS_HEIGHT,
          marginLeft: Math.min(220, width * 0.45),
          marginRight: 90,
          grid: true,
          x: { type: "log", label: title, ticks: ticksIn(width), tickFormat: text },
          y: { label: null, domain: lanes.map(({ name }) => name) },
          marks: [
            plot.ruleY(lanes, {
              x1: least / 2,
              x2: "rate",
              y: "name",
              stroke: (lane: Lane) => (lane.isMeasured ? "var(--accent)" : "var(--range)"),
              strokeWidth: 14,
            }),
            plot.text(lanes, {
              x: "rate",
              y: "name",
              text: (lane: Lane) => text(lane.rate),
              dx: 8,
              textAnchor: "start",
              fill: "currentColor",
            }),
          ],
        })}
        table={{
          columns: [words.lane, words.kind, title],
          rows: lanes.map(({ name, isMeasured, rate }) => [
            name,
            isMeasured ? words.measured : words.printed,
            text(rate),
          ]),
        }}
      />
    </>
  );
}

function Traffic({
  decades,
  isMeasured,
}: {
  readonly decades: number;
  readonly isMeasured: boolean;
}): JSX.Element {
  const cars = Math.round(CARS_LEAST + CARS_PER_DECADE * decades);
  const seconds = SECONDS_SLOWEST / DECADE_FASTER ** decades;
  return (
    <span class={isMeasured ? "lane measured" : "lane"} aria-hidden="true">
      {Array.from({ length: cars }, (_, car) => (
        <span
          key={car}
          class="car"
          style={{
            left: `${(100 * (car + 0.5)) / cars}%`,
            animationDuration: `${seconds}s`,
            animationDelay: `${(-seconds * car) / cars}s`,
          }}
        />
      ))}
    </span>
  );
}
