/**
 * The one place that knows the chart library (Observable Plot), which is loaded when the first chart is shown.
 *
 * A chart is a picture with a name for who cannot see it, and the table behind it beside it.
 */
import type * as Plot from "@observablehq/plot";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { save } from "./actions.tsx";
import { useWords } from "./context.ts";

export type PlotLibrary = typeof Plot;

export interface ChartTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** What of the chart it holds, where not all. */
  readonly caption?: string;
}

const PIXELS_PER_POINT = 2;
const SETTLED_AFTER = 120;

export function Chart({
  name,
  label,
  draw,
  table,
}: {
  /** Of the files it is saved as. */
  readonly name: string;
  readonly label: string;
  readonly draw: (plot: PlotLibrary, width: number) => Plot.PlotOptions;
  readonly table: ChartTable;
}): JSX.Element {
  const words = useWords();
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    let isStale = false;
    const drawn = async (): Promise<void> => {
      const plot = await import("./plot.ts");
      const place = box.current;
      if (isStale || place === null) return;
      place.replaceChildren(plot.plot(draw(plot, place.clientWidth)));
    };
    // The first at once; later ones when a slider that is on its way has come to rest.
    const isFirst = box.current?.childElementCount === 0;
    const timer = setTimeout(() => void drawn(), isFirst ? 0 : SETTLED_AFTER);
    return () => {
      isStale = true;
      clearTimeout(timer);
    };
  });
  return (
    <figure class="chart">
      <figcaption>{label}</figcaption>
      <div role="img" aria-label={label}>
        <div ref={box} aria-hidden="true" class="plot" />
      </div>
      <div class="actions">
        <button type="button" onClick={() => saveSvg(name, box.current)}>
          SVG
        </button>
        <button type="button" onClick={() => void savePng(name, box.current)}>
          PNG
        </button>
      </div>
      <details>
        <summary>{words.table}</summary>
        <div class="scroll" tabIndex={0} role="region" aria-label={words.table}>
          <Rows {...table} />
        </div>
      </details>
    </figure>
  );
}

function Rows({ columns, rows, caption }: ChartTable): JSX.Element {
  return (
    <table>
      {caption !== undefined && <caption>{caption}</caption>}
      <thead>
        <tr>
          {columns.map((column) => (
            <th key={column} scope="col">
              {column}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.join("|")}>
            {row.map((cell, index) => (
              <td key={columns[index]}>{cell}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** The drawing as a document of its own, in the colours of the page. */
function svgText(place: HTMLDivElement | null): string | null {
  const svg = place?.querySelector("svg");
  if (svg === null || svg === undefined) return null;
  const copy = svg.cloneNode(true) as SVGSVGElement;
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  const { color, backgroundColor } = getComputedStyle(document.body);
  copy.style.color = color;
  copy.style.background = backgroundColor;
  return new XMLSerializer().serializeToString(copy);
}

function saveSvg(name: string, place: HTMLDivElement | null): void {
  const text = svgText(place);
  if (text !== null) save(`${name}.svg`, "image/svg+xml", text);
}

async function savePng(name: string, place: HTMLDivElement | null): Promise<void> {
  const text = svgText(place);
  const svg = place?.querySelector("svg");
  if (text === null || svg === null || svg === undefined) return;
  const picture = new Image();
  picture.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  await picture.decode();
  const canvas = document.createElement("canvas");
  canvas.width = PIXELS_PER_POINT * svg.clientWidth;
  canvas.height = PIXELS_PER_POINT * svg.clientHeight;
  canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height);
  canvas.toBlob((blob) => {
    if (blob !== null) save(`${name}.png`, "image/png", blob);
  });
}
