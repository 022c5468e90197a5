/** One way to have a model, and how trying it ended. */
import { isFaster } from "../comparison.ts";
import type { Edit } from "../draft.ts";
import type { Verdict } from "../guard/index.ts";
import type { Comparison } from "../runner.ts";

/**
 * - `baseline`: the file as shipped.
 * - `gain`: sound, and faster beyond doubt. `same`: sound, and not. `slower`: sound, and slower.
 * - `refused` by the guard; `failed` to be made or to run; `skipped` because it cannot pay or the time is over.
 * - `unchanged`: the same bytes as an earlier one.
 */
export type End =
  | "baseline"
  | "gain"
  | "same"
  | "slower"
  | "refused"
  | "failed"
  | "skipped"
  | "unchanged";

export interface Candidate {
  /** "rewritten, dynamic". */
  readonly name: string;
  readonly level: "lossless" | "lossy";
  /** Rewrites left out of the form. */
  readonly skip: readonly string[];
  /** How its numbers are kept, as plain data; null is as shipped. */
  readonly recipe: unknown;
  readonly end: End;
  /** Why it ended so, in words. */
  readonly reason: string;
  readonly edits: readonly EditCount[];
  readonly hash?: string;
  readonly bytes?: number;
  /** Most times as fast that it could be, were all it touches free. */
  readonly bound?: number;
  /** Times as fast that it was foreseen to be, by the prices of its kernels. */
  readonly predicted?: number;
  readonly verdict?: Verdict;
  readonly comparison?: Comparison;
}

/** The name of the file as it came. */
export const SHIPPED = "as shipped";

/** A candidate with its bytes, where they were made and are worth keeping. */
export interface Trial {
  readonly candidate: Candidate;
  readonly model: Uint8Array | null;
}

/** Edits of a rewrite: how many, what they took out and put in, and one of their reasons. */
export interface EditCount {
  readonly rewrite: string;
  readonly count: number;
  readonly why: string;
  readonly removed: Readonly<Record<string, number>>;
  readonly added: Readonly<Record<string, number>>;
}

export function editCounts(edits: readonly Edit[]): readonly EditCount[] {
  const names = [...new Set(edits.map(({ rewrite }) => rewrite))];
  return names.map((rewrite) => {
    const own = edits.filter((each) => each.rewrite === rewrite);
    return {
      rewrite,
      count: own.length,
      why: own[0]?.why ?? "",
      removed: tally(own.flatMap(({ removed }) => removed)),
      added: tally(own.flatMap(({ added }) => added)),
    };
  });
}

function tally(words: readonly string[]): Readonly<Record<string, number>> {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return Object.fromEntries(counts);
}

/** Gains below are noise of the machine, whatever an interval says. */
export const GAIN_LEAST = 1.03;

/**
 * Whether the second is faster: by the wall's clock, or at one thread by processor time where the wall agrees in its
 * middle, which other load of the machine disturbs less.
 */
export function isGain(comparison: Comparison, threads: number): boolean {
  if (isFaster(comparison)) return true;
  return threads === 1 && isFaster(comparison, "cpu") && comparison.ratio.middle > GAIN_LEAST;
}

/** Fewer blocks than this say nothing beyond doubt. */
const BLOCKS_LEAST = 6;

/** Whether too few blocks were timed to say more than that it may be faster: long runs, a short look. */
export function isPromising({ blocks, ratio, cpuRatio }: Comparison): boolean {
  return blocks < BLOCKS_LEAST && Math.max(ratio.middle, cpuRatio.middle) > GAIN_LEAST;
}

/** Whether the second is slower, beyond what the control shows. */
export function isLoss({ ratio, control, blocks }: Comparison): boolean {
  return blocks >= BLOCKS_LEAST && ratio.upper < Math.min(1, control.lower, 1 / control.upper);
}
