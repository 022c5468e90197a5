/** What an operator of the service would read off its dashboards, gathered as the run goes. */
import type { Seconds } from "../units.ts";
import { type Tally, tally } from "./distribution.ts";
import type { Job } from "./job.ts";
import type { Observer, Stepped } from "./observer.ts";
import type { Outcome } from "./run.ts";
import { type RequestHost, type RequestTimes, requestTimes } from "./request-times.ts";
import { type Trend, trend } from "./trend.ts";
import type { Metrics, RequestLimits } from "./types.ts";

export interface Gathering {
  readonly observer: Observer;
  readonly metrics: (outcome: Outcome) => Metrics;
}

/** What {@link gather} needs to know of a run. */
export interface Watched {
  /** Requests left out at the start. */
  readonly warmup: number;
  readonly limits: RequestLimits;
  /** KV tokens of all lanes together, and how many lanes there are. */
  readonly cacheTokens: number;
  readonly lanes: number;
  /** What a request costs before it is queued, added to what the client sees. */
  readonly overhead: Seconds;
  /** What each token of its prompt adds to that. */
  readonly promptToken: Seconds;
}

export function gather(watched: Watched): Gathering {
  const requests = requestBook(watched);
  const spent = { busy: 0, tokens: 0, running: 0, steps: 0, last: 0 };
  return {
    observer: { ...requests.observer, stepped: (step) => book(spent, step) },
    metrics: (outcome) => {
      const { cacheTokens, lanes } = watched;
      const whole = spent.last * lanes;
      return {
        ...requests.metrics(),
        utilisation: whole > 0 ? Math.min(1, spent.busy / whole) : 0,
        occupancy: spent.busy > 0 ? (spent.tokens / spent.busy) * (lanes / cacheTokens) : 0,
        running: spent.busy > 0 ? spent.running / spent.busy : 0,
        steps: spent.steps,
        ...outcome,
      };
    },
  };
}

type Spent = Record<"busy" | "tokens" | "running" | "steps" | "last", number>;

function book(spent: Spent, step: Stepped): void {
  const time = step.end - step.start;
  spent.busy += time;
  spent.tokens += time * step.cacheTokens;
  spent.running += time * step.running;
  spent.steps += step.steps;
  spent.last = Math.max(spent.last, step.end);
}

type RequestMetrics = Omit<
  Metrics,
  keyof Outcome | "utilisation" | "occupancy" | "running" | "steps"
>;

/** The part of the metrics that requests decide. */
function requestBook({ warmup, limits, ...host }: Watched): {
  readonly observer: Observer;
  readonly metrics: () => RequestMetrics;
} {
  const tallies = { ttft: tally(), tpot: tally(), latency: tally(), queueing: tally() };
  const waits = trend();
  const seen = {
    tokens: 0,
    good: 0,
    refused: 0,
    first: Infinity,
    last: 0,
    measured: 0,
    unserved: 0,
  };
  const prompts = { tokens: 0, cached: 0 };
  const observer: Observer = {
    refused: ({ id }) => {
      seen.refused += 1;
      if (id >= warmup) seen.unserved += 1;
    },
    ended: (job, now) => {
      if (job.id < warmup) return;
      const { arrival } = job;
      seen.measured += 1;
      seen.tokens += arrival.output;
      seen.first = Math.min(seen.first, arrival.time);
      seen.last = Math.max(seen.last, now);
      prompts.tokens += arrival.input;
      prompts.cached += job.found;
      waits.add(arrival.time, job.admitted - arrival.time);
      if (isGood(record(tallies, { job, now, host }), limits)) seen.good += 1;
    },
  };
  return {
    observer,
    metrics: () => {
      const duration = Math.max(0, seen.last - Math.min(seen.first, seen.last));
      const perSecond = (count: number) => (duration > 0 ? count / duration : 0);
      const latency = tallies.latency.distribution();
      return {
        ttft: tallies.ttft.distribution(),
        tpot: tallies.tpot.distribution(),
        latency,
        queueing: tallies.queueing.distribution(),
        requestRate: perSecond(seen.measured),
        outputRate: perSecond(seen.tokens),
        goodput: perSecond(seen.good),
        good: seen.measured > 0 ? seen.good / (seen.measured + seen.unserved) : 0,
        duration,
        input: seen.measured > 0 ? prompts.tokens / seen.measured : 0,
        output: seen.measured > 0 ? seen.tokens / seen.measured : 0,
        refused: seen.refused,
        measured: seen.measured,
        cachedShare: prompts.tokens > 0 ? prompts.cached / prompts.tokens : 0,
        state: stateOf(waits, latency.mean),
      };
    },
  };
}

function record(
  tallies: Readonly<Record<"ttft" | "tpot" | "latency" | "queueing", Tally>>,
  { job, now, host }: { readonly job: Job; readonly now: Seconds; readonly host: RequestHost },
): RequestTimes {
  const { arrival, admitted } = job;
  const times = requestTimes(job, now, host);
  tallies.queueing.add(admitted - arrival.time);
  tallies.ttft.add(times.ttft);
  tallies.latency.add(times.latency);
  if (arrival.output > 1) tallies.tpot.add(times.tpot);
  return times;
}

function isGood({ ttft, tpot, latency }: RequestTimes, limits: RequestLimits): boolean {
  return (
    ttft <= (limits.ttft ?? Infinity) &&
    tpot <= (limits.tpot ?? Infinity) &&
    latency <= (limits.latency ?? Infinity)
  );
}

/** Waiting beyond this share of the latency is a backlog. */
const BACKLOG_SHARE = 0.1;

/** Overloaded when waiting keeps growing: at the end it is over twice what it was at the start. */
function stateOf(waits: Trend, latency: Seconds): Metrics["state"] {
  const { start, end } = waits.ends();
  if (end <= BACKLOG_SHARE * latency) return "stable";
  return end > 2 * Math.max(0, start) ? "overloaded" : "backlogged";
}
