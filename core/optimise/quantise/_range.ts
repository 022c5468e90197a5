/** The range that 256 steps are spent on, from how the numbers of a value spread. */
import { BINS, type Spread } from "./_spread.ts";

/** Which part of the numbers a range keeps. */
export type RangeRule =
  /** All that was seen. */
  | { readonly kind: "all" }
  /** All but the outermost: `share` 0.9999 leaves out 1 in 20,000 on either side. */
  | { readonly kind: "share"; readonly share: number }
  /** The range of the least mean squared error of rounding and clipping together. */
  | { readonly kind: "least error" };

export interface Range {
  readonly lower: number;
  readonly upper: number;
}

export function chosenRange(spread: Spread, rule: RangeRule): Range {
  if (rule.kind === "all" || spread.count === 0) return spread;
  return rule.kind === "share" ? middle(spread, rule.share) : leastError(spread);
}

function middle(spread: Spread, share: number): Range {
  const tail = (spread.count * (1 - share)) / 2;
  const { counts, width } = spread;
  let [first, below] = [0, 0];
  while (first < counts.length && below + (counts[first] ?? 0) <= tail) {
    below += counts[first] ?? 0;
    first += 1;
  }
  let [last, above] = [counts.length - 1, 0];
  while (last > first && above + (counts[last] ?? 0) <= tail) {
    above += counts[last] ?? 0;
    last -= 1;
  }
  return {
    lower: Math.max(spread.lower, (first - BINS) * width),
    upper: Math.min(spread.upper, (last + 1 - BINS) * width),
  };
}

/** Steps in which an end moves towards zero. */
const STEP_COUNT = 64;

/** One end after the other is moved to where the error is least, twice. */
function leastError(spread: Spread): Range {
  let best: Range = { lower: Math.min(0, spread.lower), upper: Math.max(0, spread.upper) };
  const whole = best;
  let least = squaredError(spread, best);
  const offer = (range: Range) => {
    const error = squaredError(spread, range);
    if (error < least) [best, least] = [range, error];
  };
  for (let round = 0; round < 2; round += 1) {
    for (let step = 1; step < STEP_COUNT; step += 1) {
      offer({ ...best, upper: (whole.upper * step) / STEP_COUNT });
    }
    for (let step = 1; step < STEP_COUNT; step += 1) {
      offer({ ...best, lower: (whole.lower * step) / STEP_COUNT });
    }
  }
  return best;
}

/** Of 256 steps over `range`: a twelfth of a squared step inside, the squared distance to the end outside. */
function squaredError(spread: Spread, { lower, upper }: Range): number {
  const step = (upper - lower) / 255;
  let error = 0;
  for (const [bin, count] of spread.counts.entries()) {
    if (count === 0) continue;
    const centre = (bin + 0.5 - BINS) * spread.width;
    const over = centre > upper ? centre - upper : centre < lower ? lower - centre : 0;
    error += count * (over === 0 ? (step * step) / 12 : over * over);
  }
  return error;
}
