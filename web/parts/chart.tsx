/** The one place that knows the chart library (Observable Plot), which is loaded when the first chart is shown. */
import type * as Plot from "@observablehq/plot";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { Picture, type PictureProps } from "./picture.tsx";

export type PlotLibrary = typeof Plot;

const SETTLED_AFTER = 120;
/** Ticks and, below them, what the axis is. */
const MARGIN_BOTTOM = 48;
const STYLE = { fontSize: "12px", overflow: "visible" };

/** A chart as {@link Picture}; `choose` hears of the datum that is clicked. */
export function Chart<T>({
  draw,
  choose,
  ...picture
}: PictureProps & {
  readonly draw: (plot: PlotLibrary, width: number) => Plot.PlotOptions;
  readonly choose?: (datum: T) => void;
}): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    let isStale = false;
    const drawn = async (): Promise<void> => {
      const plot = await import("./plot.ts");
      const place = box.current;
      if (isStale || place === null) return;
      const chart = plot.plot({
        style: STYLE,
        marginBottom: MARGIN_BOTTOM,
        ...draw(plot, place.clientWidth),
      });
      const pointed = (): T | null => (chart as { readonly value?: T | null }).value ?? null;
      chart.addEventListener("click", () => {
        const datum = pointed();
        if (datum !== null) choose?.(datum);
      });
      place.replaceChildren(chart);
    };
    // The first at once; later ones when a slider that is on its way has come to rest.
    const isFirst = box.current?.childElementCount === 0;
    const timer = setTimeout(() => void drawn(), isFirst ? 0 : SETTLED_AFTER);
    return () => {
      isStale = true;
      clearTimeout(timer);
    };
  });
  return <Picture place={box} {...picture} />;
}
