/**
 * Steady state of one lane: a scheduler that batches new prompts with running decodes, step by step.
 *
 * Two identities carry everything. Time: in a second, `X` prompts cost `X·p` of engine time and what is
 * left makes decode steps of `d`, so an output token takes `t = d / (1 − X·p)`. Little: sequences
 * running are `b = X·(o − 1)·t`. With `d` linear in `b` both solve in closed form for a given `X`; the
 * rate follows from Little's law over the whole request. A request does not slow its own decoding, so
 * with `K` in the loop it sees the prompts of `(K − 1)/K` of the rate (the arrival theorem).
 *
 * Symbols: X requests a second, p step time a prompt adds, d pure decode step, o output tokens,
 * b sequences decoding, t time an output token, K requests in the loop
 * Source: Little 1961; Reiser and Lavenberg 1980, "Mean-Value Analysis" (arrival theorem);
 * Agrawal et al. 2024, "Sarathi-Serve" (arXiv 2403.02310), section 3 (prompts stall decodes)
 */
import { assert } from "../assert.ts";
import type { Fraction, RequestsPerSecond, Seconds, Tokens } from "../units.ts";
import { firstTokenTime, ownTime, type PromptWork } from "./first-token.ts";

/** Decode step time as a line in the sequences running: `base + slope · b`. */
export interface DecodeLine {
  readonly base: Seconds;
  readonly slope: Seconds;
}

export interface Lane {
  readonly output: Tokens;
  readonly prompt: PromptWork;
  readonly decode: DecodeLine;
}

export interface Steady {
  readonly rate: RequestsPerSecond;
  /** Sequences decoding, on average. */
  readonly running: number;
  readonly decodeStep: Seconds;
  readonly tokenTime: Seconds;
  /** From a free slot to the first token. */
  readonly first: Seconds;
}

const BISECTIONS = 40;

/** Lane with `loop` requests in it at all times: each user sends the next request when one ends. */
export function closedLoop(lane: Lane, loop: number): Steady {
  assert(loop > 0, `a loop needs requests, got ${loop}`);
  const others = Math.max(0, 1 - 1 / loop);
  const load = (rate: RequestsPerSecond) => ({ rate, others, busy: others });
  let low = 0;
  let high = Math.min(rateMax(lane, others), loop / ownTime(lane.prompt, lane.decode.base));
  for (let i = 0; i < BISECTIONS; i++) {
    const rate = (low + high) / 2;
    if (inFlight(stateAt(lane, load(rate))) > loop) high = rate;
    else low = rate;
  }
  return stateAt(lane, load(low));
}

/** Lane that Poisson arrivals of `rate` reach; null where it cannot keep up. */
export function openLoop(lane: Lane, rate: RequestsPerSecond): Steady | null {
  if (rate >= rateMax(lane, 1)) return null;
  const crowded = stateAt(lane, { rate, others: 1, busy: 1 });
  const busy = 1 - Math.exp(-inFlight(crowded));
  return stateAt(lane, { rate, others: 1, busy });
}

/** Requests that hold a slot: decoding, or on the way to their first token. */
export function inFlight(steady: Steady): number {
  return steady.running + steady.rate * steady.first;
}

/** Rate at which prompts, and decodes of endlessly many sequences, fill the lane. */
export function rateMax(lane: Lane, others: Fraction): RequestsPerSecond {
  const filled = others * lane.prompt.stall + decodes(lane) * lane.decode.slope;
  return filled > 0 ? 1 / filled : Infinity;
}

function decodes(lane: Lane): number {
  return Math.max(0, lane.output - 1);
}

/** State at a rate below {@link rateMax}. `busy` is the chance that an arrival finds a step in progress. */
function stateAt(
  lane: Lane,
  load: { readonly rate: RequestsPerSecond; readonly others: Fraction; readonly busy: Fraction },
): Steady {
  const { rate, others, busy } = load;
  const { base, slope } = lane.decode;
  const free = 1 - rate * others * lane.prompt.stall;
  const running = (rate * decodes(lane) * base) / (free - rate * decodes(lane) * slope);
  const decodeStep = base + slope * running;
  const tokenTime = decodeStep / free;
  const arrivals = rate * others;
  const first = firstTokenTime(lane.prompt, { arrivals, busy, decodeStep, tokenTime });
  return { rate, running, decodeStep, tokenTime, first };
}
