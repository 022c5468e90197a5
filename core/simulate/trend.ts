/**
 * The straight line through any number of points, in constant memory.
 *
 * Sums are taken of deviations from the running means (Welford), so that times late in a long run lose no digits.
 *
 * Source: Welford 1962, "Note on a method for calculating corrected sums of squares and products"
 */

/** Fewer points show no trend: their line is level. */
const POINTS_LEAST = 32;

export interface Trend {
  readonly add: (x: number, y: number) => void;
  /** Height of the least-squares line at the lowest and at the highest x. */
  readonly ends: () => { readonly start: number; readonly end: number };
}

export function trend(): Trend {
  let count = 0;
  let meanX = 0;
  let meanY = 0;
  let squares = 0;
  let products = 0;
  let low = Infinity;
  let high = -Infinity;
  return {
    add: (x, y) => {
      count += 1;
      const off = x - meanX;
      meanX += off / count;
      meanY += (y - meanY) / count;
      squares += off * (x - meanX);
      products += off * (y - meanY);
      low = Math.min(low, x);
      high = Math.max(high, x);
    },
    ends: () => {
      if (count === 0) return { start: 0, end: 0 };
      const slope = squares > 0 && count >= POINTS_LEAST ? products / squares : 0;
      return { start: meanY + slope * (low - meanX), end: meanY + slope * (high - meanX) };
    },
  };
}
