/** A tensor as rows along one of its axes. */
import { elementCount } from "../tensor.ts";
import type { Numbers } from "./host-numbers.ts";

export interface Sample {
  readonly dims: readonly number[];
  readonly wanted: Numbers;
  readonly got: Numbers;
}

export interface Row {
  readonly wanted: Float64Array;
  readonly got: Float64Array;
}

/** Rows along `axis`, `countMax` of them evenly spread where there are more. The two arrays are written anew for each. */
export function* rowsOf(
  { dims, wanted, got }: Sample,
  axis: number,
  countMax = 2048,
): Iterable<Row> {
  const size = dims[axis] ?? 1;
  const inner = elementCount(dims.slice(axis + 1));
  const count = elementCount(dims.slice(0, axis)) * inner;
  const step = Math.max(1, Math.ceil(count / countMax));
  const row = { wanted: new Float64Array(size), got: new Float64Array(size) };
  for (let index = 0; index < count; index += step) {
    const start = Math.floor(index / inner) * size * inner + (index % inner);
    for (let place = 0; place < size; place += 1) {
      row.wanted[place] = wanted[start + place * inner] ?? 0;
      row.got[place] = got[start + place * inner] ?? 0;
    }
    yield row;
  }
}

/** Place of the largest number. */
export function largest(row: ArrayLike<number>): number {
  let best = 0;
  for (let index = 1; index < row.length; index += 1) {
    if ((row[index] ?? 0) > (row[best] ?? 0)) best = index;
  }
  return best;
}
