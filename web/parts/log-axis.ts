/** Axes whose every tick has its label: of a logarithmic scale the chart library would leave most of them out. */
import type { AxisXOptions, AxisYOptions, CompoundMark } from "@observablehq/plot";
import type { PlotLibrary } from "./chart.tsx";

interface Ticks {
  readonly ticks: readonly number[];
  readonly text: (value: number) => string;
  readonly label: string | null;
}

export function logAxisX(plot: PlotLibrary, { ticks, text, label }: Ticks): CompoundMark {
  const options: AxisXOptions & { text: (value: number) => string } = { text, label };
  return plot.axisX(ticks, options);
}

export function logAxisY(plot: PlotLibrary, { ticks, text, label }: Ticks): CompoundMark {
  const options: AxisYOptions & { text: (value: number) => string } = { text, label };
  return plot.axisY(ticks, options);
}
