/** Scores of which the largest counts: does the answer stay, and how far do the probabilities move. */
import { agreement, mean, type Measure } from "./measure.ts";
import type { Limits } from "./limits.ts";
import { largest, rowsOf, type Sample } from "./_rows.ts";

/** A row is clear where the answer is at least so many times as likely as the next. */
const CLEAR = 2;
const FEW = 5;

/**
 * Agreement is judged on rows that the reference is clear about: where two answers are as likely as each other, a
 * change of the last digit changes the first, and says nothing.
 */
export function scoreMeasures(
  samples: readonly Sample[],
  axis: number,
  limits: Limits,
): readonly Measure[] {
  const count = { clear: 0, clearEqual: 0, all: 0, equal: 0, few: 0, fewEqual: 0 };
  const divergences: number[] = [];
  for (const sample of samples) {
    let sum = 0;
    let rows = 0;
    for (const { wanted, got } of rowsOf(sample, axis)) {
      const answer = largest(wanted);
      const isEqual = largest(got) === answer;
      const [p, q] = [probabilities(wanted), probabilities(got)];
      sum += divergence(p, q);
      rows += 1;
      const isClear = (p[answer] ?? 0) >= CLEAR * second(p, answer);
      count.all += 1;
      if (isEqual) count.equal += 1;
      if (isClear) count.clear += 1;
      if (isClear && isEqual) count.clearEqual += 1;
      if (wanted.length <= 2 * FEW) continue;
      count.few += FEW;
      count.fewEqual += shared(wanted, got);
    }
    if (rows > 0) divergences.push(sum / rows);
  }
  return [
    agreement("clear answers", count.clearEqual, count.clear, limits.agreement),
    agreement("top-1", count.equal, count.all),
    ...(count.few === 0 ? [] : [agreement("top-5", count.fewEqual, count.few)]),
    mean("divergence", divergences, { limit: limits.divergence, isAtLeast: false }),
  ];
}

/** Rows that are probabilities stay; of others, their softmax. */
export function probabilities(row: Float64Array): Float64Array {
  const total = row.reduce((sum, each) => sum + each, 0);
  if (Math.abs(total - 1) < 1e-3 && row.every((each) => each >= 0)) return row;
  const top = row.reduce((most, each) => Math.max(most, each), -Infinity);
  const powers = row.map((each) => Math.exp(each - top));
  const sum = powers.reduce((all, each) => all + each, 0);
  return powers.map((each) => each / sum);
}

const LEAST = 1e-12;

/** Of `q` from `p`, in nats. */
export function divergence(p: Float64Array, q: Float64Array): number {
  let sum = 0;
  for (let index = 0; index < p.length; index += 1) {
    const share = p[index] ?? 0;
    if (share > LEAST) sum += share * Math.log(share / Math.max(LEAST, q[index] ?? 0));
  }
  return Math.max(0, sum);
}

function second(row: Float64Array, first: number): number {
  let best = 0;
  for (let index = 0; index < row.length; index += 1) {
    if (index !== first) best = Math.max(best, row[index] ?? 0);
  }
  return best;
}

/** How many of the five largest of one are among those of the other. */
function shared(wanted: Float64Array, got: Float64Array): number {
  const names = topOf(got);
  return topOf(wanted).filter((index) => names.includes(index)).length;
}

function topOf(row: Float64Array): readonly number[] {
  const top: number[] = [];
  for (let index = 0; index < row.length; index += 1) {
    const value = row[index] ?? 0;
    if (top.length === FEW && value <= (row[top[FEW - 1] ?? 0] ?? 0)) continue;
    const place = top.findIndex((each) => (row[each] ?? 0) < value);
    top.splice(place === -1 ? top.length : place, 0, index);
    if (top.length > FEW) top.pop();
  }
  return top;
}
