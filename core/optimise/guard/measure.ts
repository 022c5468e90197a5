/** One figure of a task, how sure it is, and what it must keep to. */
import { shareOf, type Share } from "./share.ts";

export interface Measure {
  readonly name: string;
  readonly value: Share;
  /** What a lossy candidate keeps to; absent of figures that are told and not judged. */
  readonly limit?: number;
  /** Whether more is better. */
  readonly isAtLeast: boolean;
  /** A share of equal answers, and not a mean. */
  readonly isShare: boolean;
}

export function agreement(name: string, hits: number, count: number, limit?: number): Measure {
  return { name, value: shareOf(hits, count), isAtLeast: true, isShare: true, ...limitOf(limit) };
}

/** The mean of `values` with the normal interval of 95 %. */
export function mean(
  name: string,
  values: readonly number[],
  { limit, isAtLeast }: { readonly limit?: number; readonly isAtLeast: boolean },
): Measure {
  const count = values.length;
  const middle = count === 0 ? 0 : values.reduce((sum, each) => sum + each, 0) / count;
  const variance =
    count < 2 ? 0 : values.reduce((sum, each) => sum + (each - middle) ** 2, 0) / (count - 1);
  const half = count < 2 ? 0 : 1.959964 * Math.sqrt(variance / count);
  const value = { middle, lower: middle - half, upper: middle + half, count };
  return { name, value, isAtLeast, isShare: false, ...limitOf(limit) };
}

function limitOf(limit: number | undefined): { readonly limit?: number } {
  return limit === undefined ? {} : { limit };
}

/** Whether the figure itself keeps to its limit; one that rests on nothing does. */
export function isKept({ value, limit, isAtLeast }: Measure): boolean {
  if (limit === undefined || value.count === 0) return true;
  return isAtLeast ? value.middle >= limit : value.middle <= limit;
}
