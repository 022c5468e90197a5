/** A chart of points over the years on a logarithmic scale, as an SVG picture. */
import { significant } from "./quantity.ts";

export interface ChartPoint {
  readonly label: string;
  readonly group: string;
  readonly x: number;
  readonly y: number;
}

export interface Chart {
  readonly title: string;
  readonly yLabel: string;
  readonly points: readonly ChartPoint[];
  /** Drawn from the first x to the last. */
  readonly line: (x: number) => number;
}

const WIDTH = 720;
const HEIGHT = 420;
const MARGIN = 56;
const COLOURS = ["#1b7f5c", "#c2452d", "#2f5fb3", "#8a5a00", "#6b3fa0"];

/** Errors: none; a chart of no points is its frame. */
export function chartSvg({ title, yLabel, points, line }: Chart): string {
  const xs = points.map(({ x }) => x);
  const first = Math.floor(Math.min(...xs, 2100));
  const last = Math.max(first + 1, Math.ceil(Math.max(...xs, 1900)));
  const ys = [...points.map(({ y }) => y), line(first), line(last)];
  const low = Math.floor(Math.log10(Math.min(...ys)));
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(...ys))));
  const px = (x: number) => MARGIN + ((x - first) / (last - first)) * (WIDTH - 2 * MARGIN);
  const py = (y: number) =>
    HEIGHT - MARGIN - ((Math.log10(y) - low) / (high - low)) * (HEIGHT - 2 * MARGIN);
  const groups = [...new Set(points.map(({ group }) => group))];
  const colour = (group: string) => COLOURS[groups.indexOf(group) % COLOURS.length] ?? "#000";
  const years = Array.from({ length: last - first + 1 }, (_, index) => first + index);
  const decades = Array.from({ length: high - low + 1 }, (_, index) => 10 ** (low + index));
  const body = [
    `<title>${escaped(title)}</title>`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>`,
    `<text x="${MARGIN}" y="24" font-size="14">${escaped(title)}</text>`,
    `<text x="${MARGIN}" y="42">${escaped(yLabel)}</text>`,
    ...years.map((year) => tick(px(year), HEIGHT - MARGIN + 16, "middle", String(year))),
    ...decades.map((value) => tick(MARGIN - 6, py(value) + 4, "end", significant(value))),
    ...decades.map(
      (value) => `<path d="M${MARGIN} ${py(value).toFixed(1)}H${WIDTH - MARGIN}" stroke="#ddd"/>`,
    ),
    `<path d="M${px(first).toFixed(1)} ${py(line(first)).toFixed(1)}L${px(last).toFixed(1)} ${py(line(last)).toFixed(1)}" stroke="#666" stroke-dasharray="5 3"/>`,
    ...points.map(
      ({ label, group, x, y }) =>
        `<circle cx="${px(x).toFixed(1)}" cy="${py(y).toFixed(1)}" r="4" fill="${colour(group)}"><title>${escaped(`${label}: ${significant(y)}`)}</title></circle>` +
        `<text x="${(px(x) + 6).toFixed(1)}" y="${(py(y) + 4).toFixed(1)}" font-size="9">${escaped(label)}</text>`,
    ),
    ...groups.map((group, index) => {
      const x = WIDTH - MARGIN - 90 * (groups.length - index);
      return `<circle cx="${x}" cy="20" r="4" fill="${colour(group)}"/><text x="${x + 8}" y="24">${escaped(group)}</text>`;
    }),
  ];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" font-family="sans-serif" font-size="11">\n${body.join("\n")}\n</svg>\n`;
}

function tick(x: number, y: number, anchor: string, text: string): string {
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}">${text}</text>`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
};

function escaped(text: string): string {
  return text.replaceAll(/[&<>"]/gu, (each) => ENTITIES[each] ?? "");
}
