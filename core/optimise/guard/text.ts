/** Steps of scores read as text: is it the same text, and how many edits apart. */
import { agreement, mean, type Measure } from "./measure.ts";
import type { Limits } from "./limits.ts";
import { largest, rowsOf, type Sample } from "./_rows.ts";
import { scoreMeasures } from "./scores.ts";

/** Lines are the first axis, steps the second. */
export function textMeasures(
  samples: readonly Sample[],
  axis: number,
  limits: Limits,
): readonly Measure[] {
  const read = samples.flatMap((sample) => lines(sample, axis));
  const blank = blankOf(read.map(({ wanted }) => wanted));
  const edits: number[] = [];
  let [equal, characters, letters] = [0, 0, 0];
  for (const line of read) {
    const [wanted, got] = [letterList(line.wanted, blank), letterList(line.got, blank)];
    const distance = editDistance(wanted, got);
    if (distance === 0) equal += 1;
    letters += distance;
    characters += wanted.length;
    if (wanted.length + got.length > 0) edits.push(distance / Math.max(1, wanted.length));
  }
  const rate = mean("edits a character", edits, { limit: limits.edits, isAtLeast: false });
  const share = characters === 0 ? rate.value.middle : letters / characters;
  return [
    { ...rate, value: { ...rate.value, middle: share, count: characters } },
    agreement("equal lines", equal, read.length),
    ...scoreMeasures(samples, axis, limits).filter(({ limit }) => limit !== undefined),
  ];
}

interface Line {
  readonly wanted: readonly number[];
  readonly got: readonly number[];
}

function lines(sample: Sample, axis: number): readonly Line[] {
  const steps = sample.dims[1] ?? 1;
  const found: { wanted: number[]; got: number[] }[] = [];
  let index = 0;
  for (const { wanted, got } of rowsOf(sample, axis, Infinity)) {
    if (index % steps === 0) found.push({ wanted: [], got: [] });
    found.at(-1)?.wanted.push(largest(wanted));
    found.at(-1)?.got.push(largest(got));
    index += 1;
  }
  return found;
}

/** The letter that stands for none is the first of most alphabets and the last of others: that which is seen more. */
function blankOf(all: readonly (readonly number[])[]): number {
  const seen = all.flat();
  const last = Math.max(0, ...seen);
  const count = (letter: number) => seen.filter((each) => each === letter).length;
  return count(last) > count(0) ? last : 0;
}

/**
 * Repeats of a letter are one, and blanks none.
 *
 * Source: Graves et al. 2006, "Connectionist temporal classification", section 3.1
 */
export function letterList(steps: readonly number[], blank: number): readonly number[] {
  return steps.filter((letter, index) => letter !== blank && letter !== steps[index - 1]);
}

/** Letters put in, taken out or changed, at the least. Source: Levenshtein 1966 */
export function editDistance(a: readonly number[], b: readonly number[]): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [index, letter] of a.entries()) {
    const next = [index + 1];
    for (const [place, other] of b.entries()) {
      const change = (row[place] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(change, (row[place + 1] ?? 0) + 1, (next[place] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
