/** The stage: a step cost under traffic, as metrics. Same seed, same bytes. */
import { assert } from "../assert.ts";
import type { StepCost } from "../estimate/index.ts";
import { present } from "../present.ts";
import type { Seconds } from "../units.ts";
import type { Availability } from "./availability.ts";
import { type Feed, trafficFeed } from "./feed.ts";
import { gather } from "./metrics.ts";
import { joined, type Observer } from "./observer.ts";
import type { FrontEnd } from "./front-end.ts";
import { type PromptPool, run } from "./run.ts";
import type { Metrics, Policy, Router, RequestLimits, Traffic } from "./types.ts";

/** A service: what a step costs, how it is scheduled, and what stands in front of it. */
export interface Fleet {
  readonly cost: StepCost;
  readonly policy: Policy;
  /** Schedulers side by side, each with its own cache: replicas × data-parallel ranks × pipeline stages. */
  readonly lanes: number;
  /** Those of one replica; one where absent. */
  readonly lanesEach?: number;
  /** Lanes that only compute prompts; the others then only decode. */
  readonly prompts?: PromptPool;
  /** The least loaded lane where absent. */
  readonly router?: Router;
  /** Replicas that fail or come with the load; all are always up where absent. */
  readonly availability?: Availability;
  /** What a request costs before it is queued: tokenising, HTTP. Zero gives the engine's own clock. */
  readonly overhead: Seconds;
  /** What each token of a prompt adds to that; nothing where absent. */
  readonly promptToken?: Seconds;
  /** What takes requests and sends tokens, one after another; in no time where absent. */
  readonly frontEnd?: FrontEnd;
}

/** What {@link simulate} is asked. */
export interface Simulation extends Fleet {
  readonly traffic: Traffic;
  readonly seed: number;
  /** What makes an answer count as good. */
  readonly limits?: RequestLimits;
  /** Others who watch the run. */
  readonly observers?: readonly Observer[];
  readonly eventsMax?: number;
}

/** Serves drawn traffic to its end. Errors: asserts at least one lane and one measured request. */
export function simulate(simulation: Simulation): Metrics {
  const { traffic, seed } = simulation;
  assert(
    traffic.requests > traffic.warmup,
    `${traffic.requests} requests leave none after ${traffic.warmup} of warm-up`,
  );
  const waitingMax = traffic.arrivals.kind === "closed" ? Infinity : WAITING_MAX;
  const { warmup } = traffic;
  return simulateFeed({ ...simulation, feed: trafficFeed(traffic, seed), warmup, waitingMax });
}

/** What {@link simulateFeed} is asked. */
export interface FeedSimulation extends Omit<Simulation, "traffic" | "seed"> {
  readonly feed: Feed;
  readonly warmup: number;
  readonly waitingMax?: number;
}

/** Serves whatever comes, a log for one, to its end. */
export function simulateFeed(simulation: FeedSimulation): Metrics {
  const { cost, policy, lanes, prompts, feed, warmup, overhead, limits = {} } = simulation;
  const { availability, frontEnd } = simulation;
  assert(lanes >= 1, `a simulation needs a lane, got ${lanes}`);
  const apart = prompts?.pool;
  const gathering = gather({
    warmup,
    limits,
    overhead,
    promptToken: simulation.promptToken ?? 0,
    lanes: lanes + (apart?.lanes ?? 0),
    cacheTokens:
      lanes * policy.cacheTokens + (apart?.lanes ?? 0) * (apart?.policy.cacheTokens ?? 0),
  });
  const outcome = run(
    {
      pool: { cost, policy, lanes, lanesEach: simulation.lanesEach ?? 1 },
      ...present({ prompts, availability, frontEnd }),
      feed,
      router: simulation.router ?? "least-loaded",
      waitingMax: simulation.waitingMax ?? WAITING_MAX,
      eventsMax: simulation.eventsMax ?? EVENTS_MAX,
    },
    joined([gathering.observer, ...(simulation.observers ?? [])]),
  );
  return gathering.metrics(outcome);
}

/** A queue this long is never worked off in a time that anybody waits: traffic ends, memory stays bounded. */
const WAITING_MAX = 20_000;
/** Some minutes of computing. */
const EVENTS_MAX = 1e9;
