/** Where a device stands among all: arithmetic against memory bandwidth, which together bound what a model reaches on it. */
import type { Markish } from "@observablehq/plot";
import type { JSX } from "preact";
import { Chart, type PlotLibrary } from "../parts/chart.tsx";
import { useWords } from "../parts/context.ts";
import { logAxisX, logAxisY } from "../parts/log-axis.ts";
import { quantityText } from "../parts/quantity.ts";
import type { DeviceRow } from "../worker/devices-verb.ts";
import { logTicks } from "./log-ticks.ts";

const HEIGHT = 420;

interface Dot {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  readonly wide: number;
  readonly bandwidth: number;
}

export function CatalogueMap({
  rows,
  device,
  choose,
}: {
  readonly rows: readonly DeviceRow[];
  readonly device: string;
  readonly choose: (device: string) => void;
}): JSX.Element {
  const words = useWords().catalogue;
  const dots = rows.flatMap(({ id, name, kind, wide, bandwidth }): readonly Dot[] =>
    wide === null || bandwidth === null
      ? []
      : [{ id, name, kind: words.kinds[kind], wide, bandwidth }],
  );
  const chosen = dots.filter(({ id }) => id === device);
  const compute = (value: number): string => quantityText(value, "compute");
  const bandwidth = (value: number): string => quantityText(value, "bandwidth");
  const ticksOf = (of: "wide" | "bandwidth", most: number): readonly number[] =>
    logTicks(
      dots.map((dot) => dot[of]),
      most,
    );
  return (
    <Chart
      name="catalogue"
      label={words.map}
      choose={({ id }: Dot) => choose(id)}
      draw={(plot, width) => ({
        width,
        height: HEIGHT,
        marginLeft: 96,
        marginRight: 40,
        grid: true,
        x: { type: "log" },
        y: { type: "log" },
        color: { legend: true },
        marks: [
          logAxisX(plot, {
            ticks: ticksOf("bandwidth", Math.max(2, Math.floor(width / 110))),
            text: bandwidth,
            label: words.bandwidth,
          }),
          logAxisY(plot, { ticks: ticksOf("wide", 8), text: compute, label: words.wide }),
          plot.dot(dots, {
            x: "bandwidth",
            y: "wide",
            fill: "kind",
            fillOpacity: 0.7,
            r: 5,
            channels: { [words.device]: "name" },
            tip: { format: { x: bandwidth, y: compute } },
          }),
          ...chosenMarks(plot, chosen),
        ],
      })}
      table={{
        columns: [words.device, words.kind, words.bandwidth, words.wide],
        rows: dots.map((dot) => [dot.name, dot.kind, bandwidth(dot.bandwidth), compute(dot.wide)]),
      }}
    />
  );
}

/** A ring and the name. */
function chosenMarks(plot: PlotLibrary, chosen: readonly Dot[]): Markish[] {
  const at = { x: "bandwidth", y: "wide" };
  return [
    plot.dot(chosen, { ...at, r: 10, stroke: "currentColor", strokeWidth: 2.5 }),
    plot.text(chosen, {
      ...at,
      text: "name",
      dy: -20,
      fontWeight: "bold",
      fill: "currentColor",
      stroke: "var(--paper)",
      strokeWidth: 5,
    }),
  ];
}
