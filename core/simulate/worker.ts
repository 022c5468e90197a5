/** A lane at work: the step, or the stride of equal steps, that it is in the middle of. */
import type { StepCost } from "../estimate/index.ts";
import type { Segment } from "../operators/index.ts";
import type { Seconds, Tokens } from "../units.ts";
import {
  cacheUse,
  type Chunk,
  type Lane,
  lane,
  nextChunks,
  preempt,
  running,
  stepsToNextChange,
} from "./lane.ts";
import type { Stepped } from "./observer.ts";
import type { Policy } from "./types.ts";

/** Lanes that are alike. */
export interface Pool {
  readonly cost: StepCost;
  readonly policy: Policy;
  readonly lanes: number;
  /** Lanes of one replica, which share out among themselves what a router gives it; one where absent. */
  readonly lanesEach?: number;
  /** Lanes that begin their steps together, as ranks do that share experts; each alone where absent. */
  readonly inStep?: number;
}

export interface Worker {
  /** Its place among all workers of the run. */
  readonly index: number;
  readonly lane: Lane;
  readonly cost: StepCost;
  /** Those that begin their steps together, itself among them; empty is alone. */
  readonly peers: readonly Worker[];
  chunks: readonly Chunk[];
  /** Steps of the stride, and how many sequences decode in each. */
  steps: number;
  decodes: number;
  /** −1 while it rests. */
  start: Seconds;
  end: Seconds;
}

/** The workers of a pool, numbered from `first`. */
export function workers(pool: Pool, first: number): readonly Worker[] {
  const { cost, policy, lanes, inStep = 1 } = pool;
  const groups = Array.from({ length: Math.ceil(lanes / inStep) }, (): Worker[] => []);
  return Array.from({ length: lanes }, (_, index) => {
    const group = groups[Math.floor(index / inStep)] ?? [];
    const worker: Worker = {
      index: first + index,
      lane: lane(policy),
      cost,
      peers: group,
      chunks: [],
      steps: 0,
      decodes: 0,
      start: -1,
      end: -1,
    };
    if (inStep > 1) group.push(worker);
    return worker;
  });
}

/** Longest stride: contexts change little over it. */
const STRIDE_MAX = 32;

/** Begins the next step at `now`; whether there is anything to do. */
export function beginStep(worker: Worker, now: Seconds): boolean {
  const { lane } = worker;
  const { policy } = lane;
  if (policy.reserve === "prompt") preempt(lane);
  worker.chunks = nextChunks(lane, now);
  const isPromptStep = worker.chunks.length > 0;
  worker.decodes = isPromptStep && !policy.mixed ? 0 : lane.decoding;
  worker.start = -1;
  if (!isPromptStep && worker.decodes === 0) return false;
  worker.steps = isPromptStep ? 1 : stride(lane);
  worker.start = now;
  worker.end = now + worker.steps * stepTime(worker, (worker.steps - 1) / 2);
  return true;
}

/** When a worker may begin its next step: once the step that others of its group are in the middle of has ended. */
export function joinTime({ peers }: Worker, now: Seconds): Seconds {
  return peers.reduce(
    (until, { start, end }) => (start >= 0 && start < now ? Math.max(until, end) : until),
    now,
  );
}

/** Workers whose end is another once `worker` has begun: those who begin together end together. */
export function endTogether(worker: Worker): readonly Worker[] {
  const together = worker.peers.filter(({ start }) => start === worker.start);
  const last = together.reduce((latest, { end }) => Math.max(latest, end), worker.end);
  const moved = together.filter((each) => each !== worker && each.end < last);
  for (const each of moved) each.end = last;
  worker.end = last;
  return [worker, ...moved];
}

/** Ends a stride after the step in progress at `now`, so that who has just come need not wait for all. */
export function cutShort(worker: Worker, now: Seconds): boolean {
  const { steps, start, end } = worker;
  const each = (end - start) / steps;
  const taken = Math.max(1, Math.ceil((now - start) / each));
  if (taken >= steps) return false;
  worker.steps = taken;
  worker.end = start + taken * each;
  return true;
}

/** What the step that has ended was, for those who watch. */
export function stepped({ index, lane, chunks, steps, decodes, start, end }: Worker): Stepped {
  return {
    lane: index,
    start,
    end,
    steps,
    running: running(lane),
    waiting: lane.waiting.length,
    cacheTokens: cacheUse(lane),
    chunks: chunks.map(({ job, tokens }) => ({ query: tokens, prefix: job.prefix })),
    decodes,
    computed: lane.pace.computed,
    context: decodes > 0 ? lane.context / lane.decoding + ((steps - 1) / 2) * lane.pace.mean : 0,
  };
}

function stride(lane: Lane): number {
  const room = lane.policy.cacheTokens - cacheUse(lane);
  const fits =
    lane.policy.reserve === "whole"
      ? STRIDE_MAX
      : Math.floor(room / (lane.decoding * lane.pace.computed));
  return Math.max(1, Math.min(STRIDE_MAX, fits, stepsToNextChange(lane)));
}

/** Of one step, with contexts `later` tokens longer than they are. */
function stepTime({ lane, cost, chunks, decodes }: Worker, later: number): Seconds {
  const { computed, mean } = lane.pace;
  let tokens = decodes * computed;
  let time = 0;
  for (const { job, tokens: query } of chunks) {
    tokens += query;
    time += cost.attention({ sequences: 1, query, prefix: job.prefix });
  }
  const sequences = chunks.length + decodes;
  if (decodes > 0) {
    const prefix = lane.context / lane.decoding + later * mean;
    time += cost.attention(decodeSegment(decodes, prefix, computed));
  }
  const asked = chunks.length + decodes * computed;
  return time + cost.rest({ tokens, sequences: asked }) + cost.host({ tokens, sequences });
}

/** Sequences that decode, each verifying what was drafted where more than a token is computed. */
export function decodeSegment(sequences: number, prefix: Tokens, computed: Tokens): Segment {
  if (computed === 1) return { sequences, query: 1, prefix };
  return { sequences, query: computed, prefix, drafted: computed - 1 };
}
