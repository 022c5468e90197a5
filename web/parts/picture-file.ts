/** A drawing of the page as a file of its own: in the colours of the page, with its legend, as SVG or as PNG. */
import { save } from "./actions.tsx";
import { textWidth } from "./text-width.ts";

const PIXELS_PER_POINT = 2;
const LEGEND_HEIGHT = 26;
const LEGEND_TEXT = 13;
const SWATCH = 12;
/** Between a swatch and its name; between the name and the next swatch. */
const SWATCH_GAP = 6;
const NAME_GAP = 20;
const NAMESPACE = "http://www.w3.org/2000/svg";

export function saveSvg(name: string, place: HTMLElement | null): void {
  const drawing = drawingIn(place);
  if (drawing !== null) save(`${name}.svg`, "image/svg+xml", drawing.text);
}

export async function savePng(name: string, place: HTMLElement | null): Promise<void> {
  const drawing = drawingIn(place);
  if (drawing === null) return;
  const picture = new Image();
  picture.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(drawing.text)}`;
  await picture.decode();
  const canvas = document.createElement("canvas");
  canvas.width = PIXELS_PER_POINT * drawing.width;
  canvas.height = PIXELS_PER_POINT * drawing.height;
  canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height);
  canvas.toBlob((blob) => {
    if (blob !== null) save(`${name}.png`, "image/png", blob);
  });
}

interface Drawing {
  readonly text: string;
  readonly width: number;
  readonly height: number;
}

/** Swatches of a legend are pictures too: the chart is the last. */
function drawingIn(place: HTMLElement | null): Drawing | null {
  const chart = [...(place?.querySelectorAll("svg") ?? [])].at(-1);
  if (place === null || chart === undefined) return null;
  const { width, height } = chart.getBoundingClientRect();
  const legend = legendIn(place, width);
  const copy = chart.cloneNode(true) as SVGSVGElement;
  const whole = element("svg", { width, height: height + legend.height });
  setAttributes(copy, { y: legend.height, width, height });
  const { color, backgroundColor, fontFamily } = getComputedStyle(document.body);
  whole.style.color = color;
  whole.style.fontFamily = fontFamily;
  whole.append(
    element("rect", { width: "100%", height: "100%", fill: backgroundColor }),
    ...legend.parts,
    copy,
  );
  const text = inPlainColours(new XMLSerializer().serializeToString(whole));
  return { text, width, height: height + legend.height };
}

/** The swatches that stand above a chart as text of the page, in as many rows as they take. */
function legendIn(
  place: HTMLElement,
  width: number,
): { readonly parts: readonly SVGElement[]; readonly height: number } {
  let [left, top] = [0, 0];
  const parts = [...place.querySelectorAll<HTMLElement>("[class*=-swatch]:has(> svg)")].flatMap(
    (swatch) => {
      const name = swatch.textContent ?? "";
      const wide = SWATCH + SWATCH_GAP + textWidth(name, LEGEND_TEXT) + NAME_GAP;
      if (left > 0 && left + wide > width) [left, top] = [0, top + LEGEND_HEIGHT];
      const [x, y] = [left, top];
      left += wide;
      const label = element("text", {
        x: x + SWATCH + SWATCH_GAP,
        y: y + SWATCH,
        "font-size": LEGEND_TEXT,
        fill: "currentColor",
      });
      label.textContent = name;
      const fill = swatch.querySelector("svg")?.getAttribute("fill") ?? "currentColor";
      return [element("rect", { x, y: y + 1, width: SWATCH, height: SWATCH, fill }), label];
    },
  );
  return { parts, height: parts.length === 0 ? 0 : top + LEGEND_HEIGHT };
}

function element(name: "svg" | "rect" | "text", attributes: Attributes): SVGElement {
  const made = document.createElementNS(NAMESPACE, name);
  setAttributes(made, attributes);
  return made;
}

type Attributes = Readonly<Record<string, string | number>>;

function setAttributes(of: SVGElement, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) of.setAttribute(name, String(value));
}

/** Colours that the page names are what they look like now: a file knows no names. */
function inPlainColours(text: string): string {
  const probe = document.createElement("span");
  document.body.append(probe);
  const plain = text.replaceAll(/var\((--[\w-]+)\)/gu, (named) => {
    probe.style.color = "";
    probe.style.color = named;
    return getComputedStyle(probe).color;
  });
  probe.remove();
  return plain;
}
