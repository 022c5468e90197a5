/** The size of image a row's model read, where its label or its notes print one. */
import type { Row } from "./row.ts";

/** Height and width. */
export type Image = readonly [number, number];

const LABELS: readonly RegExp[] = [
  /(\d+)px$/,
  /_(\d+)_(\d+)(?:_[\d.]+)?_[\d.]+[GM]$/,
  /(\d+)x(\d+)$/,
];
const NOTES: readonly RegExp[] = [
  /image (\d+)x(\d+)/,
  /input (\d+)x(\d+)x3/,
  /input \[1, 3, (\d+), (\d+)\]/,
];

export function imageOf(row: Row): Image | null {
  return sizeIn(row.model, LABELS) ?? sizeIn(row.notes, NOTES);
}

function sizeIn(text: string, patterns: readonly RegExp[]): Image | null {
  for (const pattern of patterns) {
    const found = pattern.exec(text);
    if (found !== null) return [Number(found[1]), Number(found[2] ?? found[1])];
  }
  return null;
}
