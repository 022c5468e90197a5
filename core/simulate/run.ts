/**
 * The clock: arrivals and step ends in order of time, over any number of lanes behind a router.
 *
 * A lane that only decodes takes several steps in one stride, as far as nothing can happen to it:
 * no answer ends, no request arrives, no other lane frees a user of a closed loop.
 */
import FlatQueue from "flatqueue";
import type { StepCost } from "../estimate/index.ts";
import type { Seconds } from "../units.ts";
import {
  canEverFit,
  type Chunk,
  cacheUse,
  decode,
  finishChunks,
  isIdle,
  type Job,
  job,
  type Lane,
  lane,
  nextChunks,
  preempt,
  running,
  stepsToNextEnd,
} from "./lane.ts";
import { type Source, source } from "./traffic.ts";
import type { Policy, Traffic } from "./types.ts";

/** Told of what happens; the metrics of a run are one observer. */
export interface Observer {
  readonly ended: (job: Job, now: Seconds) => void;
  readonly refused: (job: Job) => void;
  /** A step, or a stride of equal ones, of one lane from `start` to `end`. */
  readonly stepped: (step: Stepped) => void;
}

export interface Stepped {
  readonly start: Seconds;
  readonly end: Seconds;
  readonly steps: number;
  readonly running: number;
  readonly cacheTokens: number;
  readonly waiting: number;
}

export interface Setup {
  readonly cost: StepCost;
  readonly policy: Policy;
  readonly lanes: number;
  readonly traffic: Traffic;
  readonly seed: number;
}

/** Longest stride: contexts change little over it. */
const STRIDE_MAX = 16;

/** What a lane is in the middle of. */
interface Under {
  readonly lane: Lane;
  chunks: Chunk[];
  decodes: number;
  start: Seconds;
}

/** Runs the traffic to its last answer; gives the number of preemptions. */
export function run(setup: Setup, observer: Observer): number {
  const { traffic } = setup;
  const feed = source(traffic, setup.seed);
  const lanes: Under[] = Array.from({ length: setup.lanes }, () => ({
    lane: lane(setup.policy),
    chunks: [],
    decodes: 0,
    start: -1,
  }));
  const ready = new FlatQueue<Under>();
  const arrivals = new FlatQueue<number>();
  let sent = seedArrivals(traffic, feed, arrivals);

  for (;;) {
    const arrival = arrivals.peekValue() ?? Infinity;
    const step = ready.peekValue() ?? Infinity;
    if (arrival === Infinity && step === Infinity) break;
    if (arrival <= step) arrive(arrivals.pop() ?? 0, arrival);
    else endStep(ready.pop(), step);
  }
  return lanes.reduce((total, under) => total + under.lane.preemptions, 0);

  function arrive(id: number, now: Seconds): void {
    const next = job(id, feed.request(now));
    if (traffic.arrivals.kind !== "closed" && sent < traffic.requests) {
      arrivals.push(sent++, now + feed.gap());
    }
    const under = leastLoaded(lanes);
    if (!canEverFit(under.lane, next.arrival)) {
      observer.refused(next);
      again(now);
      return;
    }
    under.lane.waiting.push(next);
    if (under.start < 0) startStep(under, now);
  }

  /** A user of a closed loop has an answer, thinks, and sends the next request. */
  function again(now: Seconds): void {
    if (traffic.arrivals.kind === "closed" && sent < traffic.requests) {
      arrivals.push(sent++, now + feed.gap());
    }
  }

  function startStep(under: Under, now: Seconds): void {
    const { policy } = setup;
    if (policy.reserve === "prompt") preempt(under.lane);
    under.chunks = nextChunks(under.lane, now);
    under.decodes = under.chunks.length === 0 || policy.mixed ? under.lane.decoding : 0;
    if (under.chunks.length === 0 && under.decodes === 0) {
      under.start = -1;
      return;
    }
    const time = stepTime(setup.cost, under);
    const steps = under.chunks.length > 0 ? 1 : stride(under.lane, now, time);
    under.start = now;
    const end = now + steps * (steps > 1 ? stepTime(setup.cost, under, (steps - 1) / 2) : time);
    observer.stepped(stepped(under.lane, { start: now, end, steps }));
    under.decodes = under.decodes > 0 ? steps : 0;
    ready.push(under, end);
  }

  function stride(decoding: Lane, now: Seconds, time: Seconds): number {
    const next = Math.min(arrivals.peekValue() ?? Infinity, ready.peekValue() ?? Infinity);
    const quiet = next === Infinity ? STRIDE_MAX : Math.ceil((next - now) / time);
    const room = decoding.policy.cacheTokens - cacheUse(decoding);
    const fits =
      decoding.policy.reserve === "whole" ? STRIDE_MAX : Math.floor(room / decoding.decoding);
    return Math.max(1, Math.min(STRIDE_MAX, quiet, fits, stepsToNextEnd(decoding)));
  }

  function endStep(under: Under | undefined, now: Seconds): void {
    if (under === undefined) return;
    const decoded = under.decodes > 0 ? decode(under.lane, under.decodes) : [];
    const ended = [...decoded, ...finishChunks(under.lane, under.chunks, now)];
    for (const done of ended) {
      observer.ended(done, now);
      again(now);
    }
    if (isIdle(under.lane)) under.start = -1;
    else startStep(under, now);
  }
}

/** The first arrivals: all users of a closed loop at once, or one of an open stream; gives how many. */
function seedArrivals(traffic: Traffic, feed: Source, arrivals: FlatQueue<number>): number {
  const closed = traffic.arrivals.kind === "closed" ? traffic.arrivals.users : 0;
  const first = Math.min(traffic.requests, Math.max(1, closed));
  for (let id = 0; id < first; id++) arrivals.push(id, closed > 0 ? 0 : feed.gap());
  return first;
}

function leastLoaded(lanes: readonly Under[]): Under {
  const load = ({ lane: l }: Under) => running(l) + l.waiting.length;
  return lanes.reduce((best, under) => (load(under) < load(best) ? under : best));
}

function stepTime(cost: StepCost, { lane: l, chunks, decodes }: Under, later = 0): Seconds {
  let tokens = decodes;
  let time = 0;
  for (const { job: prompt, tokens: query } of chunks) {
    tokens += query;
    time += cost.attention({ sequences: 1, query, prefix: prompt.prefix });
  }
  const sequences = chunks.length + decodes;
  if (decodes > 0) {
    const prefix = l.context / l.decoding + later;
    time += cost.attention({ sequences: decodes, query: 1, prefix });
  }
  return time + cost.rest({ tokens, sequences }) + cost.host({ tokens, sequences });
}

function stepped(l: Lane, span: Pick<Stepped, "start" | "end" | "steps">): Stepped {
  return { ...span, running: running(l), cacheTokens: cacheUse(l), waiting: l.waiting.length };
}
