/**
 * Steady state of one lane: a scheduler that batches new prompts with running decodes, step by step.
 *
 * Two identities carry everything. Time: in a second, `X` prompts cost `X·p` of engine time and what is left makes decode steps of `d`,
 * so an output token takes `t = d / (1 − X·p)`. Little: sequences running are `b = X·(o − 1)·t`. With `d` linear in `b` both solve in
 * closed form for a given `X`; the rate follows from Little's law over the whole request. A request does not slow its own decoding, so
 * with `K` in the loop it sees the prompts of `(K − 1)/K` of the rate (the arrival theorem).
 *
 * Symbols: X requests a second, p step time a prompt adds, d pure decode step, o output tokens,
 * b sequences decoding, t time an output token, K requests in the loop
 * Source: Little 1961; Reiser and Lavenberg 1980, "Mean-Value Analysis" (arrival theorem);
 * Agrawal et al. 2024, "Sarathi-Serve" (arXiv 2403.02310), section 3 (prompts stall decodes)
 */
import { assert } from "../assert.ts";
import type { Fraction, RequestsPerSecond, Seconds, Tokens } from "../units.ts";
import {
  type LaneLoad,
  ownTime,
  type PromptWork,
  scatteredTime,
  shareInStep,
  timeInStep,
} from "./first-token.ts";

/** Decode step time as a line in the sequences running: `base + slope · b`. */
export interface DecodeLine {
  readonly base: Seconds;
  readonly slope: Seconds;
}

export interface Lane {
  readonly output: Tokens;
  readonly prompt: PromptWork;
  readonly decode: DecodeLine;
  /** Of output lengths: lets users of a closed loop drift apart. */
  readonly variation: Fraction;
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
  const load = (rate: RequestsPerSecond) => ({ rate, others, busy: others, users: loop });
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
  const crowded = stateAt(lane, { rate, others: 1, busy: 1, users: null });
  const busy = 1 - Math.exp(-inFlight(crowded));
  return stateAt(lane, { rate, others: 1, busy, users: null });
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

interface LoopLoad {
  readonly rate: RequestsPerSecond;
  /** Share of the rate that a request meets as others. */
  readonly others: Fraction;
  /** Chance that an arrival finds a step in progress. */
  readonly busy: Fraction;
  /** Requests in a closed loop; null is an open stream. */
  readonly users: number | null;
}

/** State at a rate below {@link rateMax}: users at random moments, and those who started together. */
function stateAt(lane: Lane, load: LoopLoad): Steady {
  const scattered = scatteredState(lane, load);
  if (load.users === null) return scattered;
  const { tokenTime } = scattered;
  const drift = lane.variation * lane.output * tokenTime;
  const seen = laneLoad(load, scattered);
  const share = shareInStep(lane.prompt, seen, { count: load.users, drift });
  if (share === 0) return scattered;
  return blended(scattered, stateInStep(lane, scattered, load.users, seen), share);
}

function scatteredState(lane: Lane, load: LoopLoad): Steady {
  const { rate } = load;
  const { base, slope } = lane.decode;
  const free = 1 - rate * load.others * lane.prompt.stall;
  const running = (rate * decodes(lane) * base) / (free - rate * decodes(lane) * slope);
  const decodeStep = base + slope * running;
  const tokenTime = decodeStep / free;
  const first = scatteredTime(lane.prompt, laneLoad(load, { decodeStep, tokenTime }));
  return { rate, running, decodeStep, tokenTime, first };
}

/**
 * Users who start together. Where prompts run alone, all prompts come first and then all decode, the
 * first of them having waited for the last; elsewhere decoding goes on and only first tokens wait.
 */
function stateInStep(lane: Lane, scattered: Steady, users: number, seen: LaneLoad): Steady {
  const { prompt } = lane;
  const first = timeInStep(prompt, seen, users);
  if (!prompt.alone || decodes(lane) === 0) return { ...scattered, first };
  const decodeStep = lane.decode.base + lane.decode.slope * users;
  const waited = (Math.max(0, users - 1) / 2) * prompt.stall;
  const tokenTime = decodeStep + waited / decodes(lane);
  const running = scattered.rate * decodes(lane) * tokenTime;
  return { rate: scattered.rate, running, decodeStep, tokenTime, first };
}

function laneLoad(
  { rate, others, busy }: LoopLoad,
  { decodeStep, tokenTime }: Pick<Steady, "decodeStep" | "tokenTime">,
): LaneLoad {
  return { arrivals: rate * others, busy, decodeStep, tokenTime };
}

function blended(a: Steady, b: Steady, share: Fraction): Steady {
  const mix = (name: keyof Steady) => a[name] + share * (b[name] - a[name]);
  return {
    rate: a.rate,
    running: mix("running"),
    decodeStep: mix("decodeStep"),
    tokenTime: mix("tokenTime"),
    first: mix("first"),
  };
}
