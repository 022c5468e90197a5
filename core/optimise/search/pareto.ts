/** Candidates that no other beats in everything. */
import { DECIBELS_EQUAL, decibelsWorst } from "../guard/index.ts";
import type { Candidate } from "./candidate.ts";

export interface Point {
  readonly name: string;
  /** Time of a run over that of the file as shipped. */
  readonly time: number;
  readonly bytes: number;
  /** Of the worst output; 200 is equal. */
  readonly decibels: number;
}

/** Sound candidates that were timed and the file itself, the fastest first. */
export function pareto(candidates: readonly Candidate[]): readonly Point[] {
  const points = candidates.flatMap((each) => pointOf(each) ?? []);
  return points
    .filter((point) => !points.some((other) => dominates(other, point)))
    .toSorted((a, b) => a.time - b.time);
}

function pointOf({ name, end, bytes, verdict, comparison }: Candidate): Point | null {
  if (bytes === undefined) return null;
  if (end === "baseline") return { name, time: 1, bytes, decibels: DECIBELS_EQUAL };
  if (verdict?.isSound !== true || comparison === undefined) return null;
  const decibels = decibelsWorst(verdict.errors);
  return { name, time: 1 / comparison.ratio.middle, bytes, decibels };
}

/** Times within 1 % are the same. */
const SAME_TIME = 1.01;

function dominates(a: Point, b: Point): boolean {
  const isNoWorse = a.time <= b.time * SAME_TIME && a.bytes <= b.bytes && a.decibels >= b.decibels;
  const isBetter = a.time * SAME_TIME < b.time || a.bytes < b.bytes || a.decibels > b.decibels;
  return isNoWorse && isBetter;
}
