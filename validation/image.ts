/** The size of image a row's model read, where its label or its notes print one. */
import type { Row } from "./row.ts";

/** Height and width. */
export type Image = readonly [number, number];

/** Operations of one image that a row prints, as its source counts them: a multiply and an add are two. */
export function operationsOf(row: Row): number | null {
  const found =
    /_([\d.]+)([GM])(?:_\d\.\d)?$/.exec(row.model) ??
    /(?:OPS|workload) ([\d.]+) ([GM])/.exec(row.notes);
  if (found === null) return null;
  return Number(found[1]) * (found[2] === "G" ? 1e9 : 1e6);
}

const LABELS: readonly RegExp[] = [
  /(\d+)px$/,
  /_(\d+)_(\d+)(?:_[\d.]+)?_[\d.]+[GM](?:_\d\.\d)?$/,
  /(\d+)x(\d+)$/,
];
const NOTES: readonly RegExp[] = [
  /image (\d+)x(\d+)/,
  /input (\d+)[x*](\d+)[x*]3/,
  /input \[1, 3, (\d+), (\d+)\]/,
  /Resolution=(\d+)x(\d+)/,
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
