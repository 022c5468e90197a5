/**
 * Steps that an answer takes where tokens are drafted: each gives one token and as many of the drafted
 * as are accepted in a row, drawn for each request by itself.
 *
 * The cache is booked at the mean pace, so that a lane need not be told of each step of each sequence.
 *
 * Source: Leviathan et al. 2023, section 3.1 (accepted tokens are a capped geometric variable)
 */
import { tokensPerStep } from "../estimate/index.ts";
import { random } from "../random.ts";
import type { Tokens } from "../units.ts";
import type { Job } from "./job.ts";
import type { Arrival, Policy } from "./types.ts";

/** Tokens a sequence gains a step on average, and most that a step computes for it. */
export interface Pace {
  readonly mean: number;
  readonly computed: Tokens;
}

export function paceOf({ speculation }: Policy): Pace {
  if (speculation === undefined) return { mean: 1, computed: 1 };
  const { acceptance, drafted } = speculation;
  return { mean: tokensPerStep(acceptance, drafted), computed: drafted + 1 };
}

/** Steps until `tokens` are out; the same for the same request, whoever serves it. */
export function decodeSteps(
  { speculation }: Policy,
  { time, input }: Arrival,
  tokens: Tokens,
): number {
  if (speculation === undefined) return tokens;
  const { acceptance, drafted } = speculation;
  if (acceptance <= 0) return tokens;
  if (acceptance >= 1) return Math.ceil(tokens / (drafted + 1));
  const draw = random(Math.floor(time * MICROSECONDS) ^ input);
  const scale = 1 / Math.log(acceptance);
  let steps = 0;
  for (let given = 0; given < tokens; steps += 1) {
    given += 1 + Math.min(drafted, Math.floor(Math.log(1 - draw()) * scale));
  }
  return steps;
}

/** Whole tokens that a sequence which still decodes has gained after `step` steps of its lane. */
export function tokensGained(
  { step, pace }: { readonly step: number; readonly pace: Pace },
  { wanted, given, began }: Job,
): Tokens {
  return Math.min(wanted - given - 1, Math.round((step - began) * pace.mean));
}

const MICROSECONDS = 1e6;
