/** What an operator of the service would read off its dashboards, gathered as the run goes. */
import type { Seconds } from "../units.ts";
import { type Tally, tally } from "./distribution.ts";
import type { Job } from "./lane.ts";
import type { Observer, Stepped } from "./run.ts";
import type { Metrics, Policy, Traffic } from "./types.ts";

export interface Gathering {
  readonly observer: Observer;
  readonly metrics: (preemptions: number) => Metrics;
}

/** @param overhead what a request costs before it is queued, added to what the client sees. */
export function gather(
  traffic: Traffic,
  {
    policy,
    lanes,
    overhead,
  }: { readonly policy: Policy; readonly lanes: number; readonly overhead: Seconds },
): Gathering {
  const tallies = { ttft: tally(), tpot: tally(), latency: tally(), queueing: tally() };
  const early = tally();
  const late = tally();
  const seen = { tokens: 0, refused: 0, first: Infinity, last: 0, measured: 0 };
  const spent = { busy: 0, tokens: 0, running: 0, steps: 0 };

  const observer: Observer = {
    refused: () => {
      seen.refused += 1;
    },
    stepped: (step) => book(spent, step),
    ended: (job, now) => {
      if (job.id < traffic.warmup) return;
      seen.measured += 1;
      seen.tokens += job.arrival.output;
      seen.first = Math.min(seen.first, job.arrival.time);
      seen.last = Math.max(seen.last, now);
      record(tallies, { job, now, overhead });
      const half = job.id < (traffic.requests + traffic.warmup) / 2 ? early : late;
      half.add(job.admitted - job.arrival.time);
    },
  };
  return {
    observer,
    metrics: (preemptions) => {
      const duration = Math.max(0, seen.last - Math.min(seen.first, seen.last));
      const distributions = {
        ttft: tallies.ttft.distribution(),
        tpot: tallies.tpot.distribution(),
        latency: tallies.latency.distribution(),
        queueing: tallies.queueing.distribution(),
      };
      return {
        ...distributions,
        requestRate: duration > 0 ? seen.measured / duration : 0,
        outputRate: duration > 0 ? seen.tokens / duration : 0,
        duration,
        utilisation: seen.last > 0 ? Math.min(1, spent.busy / (seen.last * lanes)) : 0,
        occupancy: spent.busy > 0 ? spent.tokens / spent.busy / policy.cacheTokens : 0,
        running: spent.busy > 0 ? spent.running / spent.busy : 0,
        preemptions,
        steps: spent.steps,
        refused: seen.refused,
        measured: seen.measured,
        state: stateOf(early, late, distributions.latency.mean),
      };
    },
  };
}

function record(
  tallies: Readonly<Record<"ttft" | "tpot" | "latency" | "queueing", Tally>>,
  { job, now, overhead }: { readonly job: Job; readonly now: Seconds; readonly overhead: Seconds },
): void {
  const { arrival, admitted, first } = job;
  tallies.queueing.add(admitted - arrival.time);
  tallies.ttft.add(first - arrival.time + overhead);
  tallies.latency.add(now - arrival.time + overhead);
  if (arrival.output > 1) tallies.tpot.add((now - first) / (arrival.output - 1));
}

function book(
  spent: { busy: number; tokens: number; running: number; steps: number },
  step: Stepped,
): void {
  const time = step.end - step.start;
  spent.busy += time;
  spent.tokens += time * step.cacheTokens;
  spent.running += time * step.running;
  spent.steps += step.steps;
}

/** Waiting beyond this share of the latency is a backlog. */
const BACKLOG_SHARE = 0.1;

/** Overloaded when waiting keeps growing: the later half waits twice as long as the earlier one. */
function stateOf(early: Tally, late: Tally, latency: Seconds): Metrics["state"] {
  const [before, after] = [early.distribution().mean, late.distribution().mean];
  if (after <= BACKLOG_SHARE * latency) return "stable";
  return after > 2 * before ? "overloaded" : "backlogged";
}
