/** Predicted against measured, as an SVG picture: one dot a row, both axes logarithmic. */
import type { Checked } from "./validate.ts";

const SIZE = 420;
const MARGIN = 44;
/** Dots a picture shows at most, taken evenly, so that it stays small. */
const DOTS_MAX = 400;

interface Dot {
  readonly measured: number;
  readonly predicted: number;
  readonly covered: boolean;
}

/** The picture of one group; null where nothing was answered. */
export function scatterSvg(title: string, checked: readonly Checked[]): string | null {
  const dots = checked.flatMap(dotOf);
  if (dots.length === 0) return null;
  const values = dots.flatMap(({ measured, predicted }) => [measured, predicted]);
  const low = Math.floor(Math.log10(Math.min(...values)));
  const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(...values))));
  const place = (value: number): number =>
    MARGIN + ((Math.log10(value) - low) / (high - low)) * (SIZE - 2 * MARGIN);
  const step = Math.max(1, dots.length / DOTS_MAX);
  const shown = dots.filter(
    (_, index) => Math.floor(index / step) !== Math.floor((index - 1) / step),
  );
  const body = [
    frame(title, low, high),
    diagonal(),
    ...shown.map(({ measured, predicted, covered }) => {
      const [x, y] = [place(measured), SIZE - place(predicted)];
      const colour = covered ? "#1b7f5c" : "#c2452d";
      return `<circle cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="2" fill="${colour}" fill-opacity=".5"/>`;
    }),
  ];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${SIZE} ${SIZE}" font-family="sans-serif" font-size="11">\n${body.join("\n")}\n</svg>\n`;
}

function dotOf({ measured, interval }: Checked): readonly Dot[] {
  if (interval === null || !(interval.p50 > 0)) return [];
  const covered = interval.p10 <= measured && measured <= interval.p90;
  return [{ measured, predicted: interval.p50, covered }];
}

function frame(title: string, low: number, high: number): string {
  const inner = SIZE - 2 * MARGIN;
  const ends = [
    `<text x="${MARGIN}" y="${SIZE - MARGIN + 16}">1e${low}</text>`,
    `<text x="${SIZE - MARGIN}" y="${SIZE - MARGIN + 16}" text-anchor="end">1e${high}</text>`,
    `<text x="${MARGIN - 4}" y="${MARGIN + 8}" text-anchor="end">1e${high}</text>`,
    `<text x="${SIZE / 2}" y="${SIZE - 10}" text-anchor="middle">measured, SI units</text>`,
    `<text x="14" y="${SIZE / 2}" transform="rotate(-90 14 ${SIZE / 2})" text-anchor="middle">predicted</text>`,
  ];
  return [
    `<rect width="${SIZE}" height="${SIZE}" fill="#fff"/>`,
    `<text x="${MARGIN}" y="24" font-size="14">${title}</text>`,
    `<rect x="${MARGIN}" y="${MARGIN}" width="${inner}" height="${inner}" fill="none" stroke="#999"/>`,
    ...ends,
  ].join("\n");
}

function diagonal(): string {
  const end = SIZE - MARGIN;
  return `<line x1="${MARGIN}" y1="${end}" x2="${end}" y2="${MARGIN}" stroke="#999" stroke-dasharray="4 3"/>`;
}
