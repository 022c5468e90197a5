/** Maps, marks, boxes and directions: what of them stays. */
import { agreement, mean, type Measure } from "./measure.ts";
import type { Limits } from "./limits.ts";
import { largest, rowsOf, type Sample } from "./_rows.ts";

/** Where a share of a map begins to count. */
const CUTS = [0.3, 0.5] as const;
/** A map this empty tells nothing of overlap. */
const AREA_LEAST = 1e-3;

/** Overlap of what lies above each cut: both over either, of each sample. */
export function maskMeasures(samples: readonly Sample[], limits: Limits): readonly Measure[] {
  return CUTS.map((cut) => {
    const overlaps = samples.flatMap(({ wanted, got }) => {
      let [both, either] = [0, 0];
      for (let index = 0; index < wanted.length; index += 1) {
        const [a, b] = [(wanted[index] ?? 0) > cut, (got[index] ?? 0) > cut];
        if (a && b) both += 1;
        if (a || b) either += 1;
      }
      return either < AREA_LEAST * wanted.length ? [] : [both / either];
    });
    return mean(`overlap at ${cut}`, overlaps, { limit: limits.overlap, isAtLeast: true });
  });
}

/** Shares this near to a half say neither yes nor no. */
const CLEAR_SHARE = 1 / 6;

export function markMeasures(samples: readonly Sample[], limits: Limits): readonly Measure[] {
  let [clear, equal] = [0, 0];
  for (const { wanted, got } of samples) {
    for (let index = 0; index < wanted.length; index += 1) {
      const [a, b] = [wanted[index] ?? 0, got[index] ?? 0];
      if (Math.abs(a - 0.5) < CLEAR_SHARE) continue;
      clear += 1;
      if (a > 0.5 === b > 0.5) equal += 1;
    }
  }
  return [agreement("clear marks", equal, clear, limits.agreement)];
}

/** Cosine of each vector with the reference's, and whether its nearest neighbour among the samples stays. */
export function embeddingMeasures(
  samples: readonly Sample[],
  axis: number,
  limits: Limits,
): readonly Measure[] {
  const copies = samples.flatMap((sample) => vectors(sample, axis));
  const cosines = copies.map(({ wanted, got }) => cosineOf(wanted, got));
  const equal = copies.filter(
    (each) => nearest(each, copies, "wanted") === nearest(each, copies, "got"),
  );
  const isAlone = copies.length < 3;
  return [
    mean("cosine", cosines, { limit: limits.cosine, isAtLeast: true }),
    ...(isAlone ? [] : [agreement("nearest neighbours", equal.length, copies.length)]),
  ];
}

interface Vectors {
  readonly wanted: Float64Array;
  readonly got: Float64Array;
}

function vectors(sample: Sample, axis: number): readonly Vectors[] {
  const found: Vectors[] = [];
  for (const { wanted, got } of rowsOf(sample, axis, 64)) {
    found.push({ wanted: wanted.slice(), got: got.slice() });
  }
  return found;
}

function nearest(of: Vectors, all: readonly Vectors[], side: keyof Vectors): number {
  const near = all.map((each) => (each === of ? -2 : cosineOf(of[side], each[side])));
  return largest(near);
}

export function cosineOf(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let [dot, left, right] = [0, 0, 0];
  for (let index = 0; index < a.length; index += 1) {
    const [x, y] = [a[index] ?? 0, b[index] ?? 0];
    dot += x * y;
    left += x * x;
    right += y * y;
  }
  if (left === 0 || right === 0) return left === right ? 1 : 0;
  return dot / Math.sqrt(left * right);
}

/** A row with a score below holds no box. */
const SCORE_LEAST = 0.25;

/** Rows are compared with the same row: what follows (suppression of overlaps) is not in the graph. */
export function boxMeasures(
  samples: readonly Sample[],
  axis: number,
  limits: Limits,
): readonly Measure[] {
  const overlaps: number[] = [];
  let [boxes, equal] = [0, 0];
  for (const sample of samples) {
    const hasCorners = areCorners(sample, axis);
    for (const { wanted, got } of rowsOf(sample, axis, Infinity)) {
      const [a, b] = [wanted.subarray(4), got.subarray(4)];
      const best = largest(a);
      if (a.length > 0 && (a[best] ?? 0) < SCORE_LEAST) continue;
      boxes += 1;
      const isSame = b.length === 0 || (largest(b) === best && (b[best] ?? 0) >= SCORE_LEAST / 2);
      if (isSame) equal += 1;
      overlaps.push(overlap(corners(wanted, hasCorners), corners(got, hasCorners)));
    }
  }
  return [
    mean("overlap of boxes", overlaps, { limit: limits.boxOverlap, isAtLeast: true }),
    agreement("boxes found", equal, boxes, limits.agreement),
  ];
}

/** Two corners, or else a middle with a width and a height. */
function areCorners(sample: Sample, axis: number): boolean {
  for (const { wanted } of rowsOf(sample, axis, Infinity)) {
    const [x = 0, y = 0, x2 = 0, y2 = 0] = wanted;
    if (x2 < x || y2 < y) return false;
  }
  return true;
}

type Corners = readonly [number, number, number, number];

function corners(row: Float64Array, hasCorners: boolean): Corners {
  const [x = 0, y = 0, width = 0, height = 0] = row;
  if (hasCorners) return [x, y, width, height];
  return [x - width / 2, y - height / 2, x + width / 2, y + height / 2];
}

export function overlap(a: Corners, b: Corners): number {
  const width = Math.min(a[2], b[2]) - Math.max(a[0], b[0]);
  const height = Math.min(a[3], b[3]) - Math.max(a[1], b[1]);
  const both = Math.max(0, width) * Math.max(0, height);
  const area = ([x, y, x2, y2]: Corners) => Math.max(0, x2 - x) * Math.max(0, y2 - y);
  const either = area(a) + area(b) - both;
  return either === 0 ? 1 : both / either;
}
