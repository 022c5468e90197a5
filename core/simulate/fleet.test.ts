import assert from "node:assert/strict";
import { test } from "node:test";
import type { StepCost } from "../estimate/index.ts";
import type { Engine } from "../estimate/index.ts";
import type { Standing, Stepped } from "./observer.ts";
import { policyOf } from "./placement.ts";
import { prefixCache } from "./prefix-cache.ts";
import { simulate, simulateFeed, type Simulation } from "./simulate.ts";

/** A device that takes a tenth of a millisecond a token and a millisecond a step. */
const cost: StepCost = {
  rest: ({ tokens }) => 1e-3 + tokens * 1e-4,
  attention: () => 0,
  host: () => 0,
  time: () => 0,
  operators: () => [],
};

const engine: Engine = {
  id: "test",
  name: "test",
  scheduler: "chunked",
  vendors: [],
  memory: { fraction: 0.9, of: "total" },
  block: 16,
  stepTokensMax: 512,
  sequencesMax: 32,
  logitBytes: 4,
  graphs: true,
};

const conversations: Simulation = {
  cost,
  policy: policyOf(engine, 60_000),
  lanes: 4,
  overhead: 0,
  seed: 3,
  traffic: {
    arrivals: { kind: "poisson", rate: 2 },
    input: { kind: "lognormal", mean: 200, variation: 0.5 },
    output: { kind: "fixed", mean: 50 },
    cached: 0,
    requests: 3000,
    warmup: 100,
    turns: { count: 6, think: 1, shared: 300 },
  },
};

test("simulate() finds earlier turns in the cache, most of them where the router follows prefixes", () => {
  const share = (router: "round-robin" | "prefix-aware") =>
    simulate({ ...conversations, router }).cachedShare;
  assert.ok(share("prefix-aware") > 0.75, `${share("prefix-aware")}`);
  assert.ok(share("round-robin") < share("prefix-aware") - 0.2, `${share("round-robin")}`);
});

test("simulate() of a router that takes turns gives every lane the same number of requests", () => {
  const { traffic } = conversations;
  const { turns: _, ...single } = traffic;
  const counts = new Map<number, number>();
  const stepped = ({ lane, chunks }: Stepped) => {
    counts.set(lane, (counts.get(lane) ?? 0) + chunks.length);
  };
  simulate({
    ...conversations,
    router: "round-robin",
    traffic: { ...single, input: { kind: "fixed", mean: 1 } },
    observers: [{ stepped }],
  });
  assert.deepEqual([...counts.values()], [750, 750, 750, 750]);
});

test("simulate() of pools apart: decodes never wait for prompts, and the first token for the transfer", () => {
  const { turns: _, ...single } = conversations.traffic;
  const alone = { ...conversations, lanes: 1, traffic: { ...single, requests: 2000 } };
  const pool = { cost, policy: policyOf(engine, 60_000), lanes: 1 };
  const apart = (transfer: number) =>
    simulate({ ...alone, prompts: { pool, transfer: () => transfer } });
  const together = simulate(alone);
  const none = apart(0);
  const slow = apart(0.25);
  assert.ok(none.tpot.p99 < together.tpot.p99);
  assert.ok(Math.abs(slow.ttft.mean - none.ttft.mean - 0.25) < 1e-6);
  assert.equal(none.sent, 2000);
  assert.equal(none.measured, 1900);
});

const users: Simulation = {
  ...conversations,
  lanes: 1,
  traffic: {
    arrivals: { kind: "closed", users: 8, think: 0 },
    input: { kind: "fixed", mean: 400 },
    output: { kind: "lognormal", mean: 40, variation: 1 },
    cached: 0,
    requests: 400,
    warmup: 0,
  },
};

function stepsOf(scheduler: Engine["scheduler"], promptsAlone: boolean): readonly Stepped[] {
  const steps: Stepped[] = [];
  simulate({
    ...users,
    policy: policyOf({ ...engine, scheduler, promptsAlone }, 60_000),
    observers: [{ stepped: (step) => steps.push(step) }],
  });
  return steps;
}

/** Prompts of so many tokens at these times, computed on two lanes in 1 ms and a tenth of one a token each. */
function promptTimes(asked: readonly { time: number; input: number }[], inStep: number) {
  const coming = asked.map((each) => ({ ...each, output: 2, cached: 0 }));
  const feed = { next: () => coming.shift() ?? null, answered: () => null };
  const pool = { cost, policy: policyOf(engine, 60_000), lanes: 2, inStep };
  const steps: (readonly [number, number, number])[] = [];
  const stepped = ({ lane, chunks, start, end }: Stepped) => {
    if (chunks.length > 0) steps.push([lane, Math.round(start * 1e6), Math.round(end * 1e6)]);
  };
  const prompts = { pool, transfer: () => 0 };
  const { policy } = conversations;
  simulateFeed({
    cost,
    policy,
    lanes: 1,
    prompts,
    feed,
    warmup: 0,
    overhead: 0,
    observers: [{ stepped }],
  });
  return steps.toSorted(([a, b], [c, d]) => b - d || a - c);
}

test("simulateFeed() of prompt lanes in step lets nobody begin before the step of others has ended", () => {
  const asked = [
    { time: 0, input: 90 },
    { time: 0.004, input: 40 },
    { time: 0.011, input: 190 },
    { time: 0.04, input: 90 },
    { time: 0.04, input: 190 },
  ];
  assert.deepEqual(promptTimes(asked, 1), [
    [1, 0, 10_000],
    [2, 4_000, 9_000],
    [1, 11_000, 31_000],
    [1, 40_000, 50_000],
    [2, 40_000, 60_000],
  ]);
  assert.deepEqual(promptTimes(asked, 2), [
    [1, 0, 10_000],
    [2, 10_000, 15_000],
    [1, 15_000, 35_000],
    [1, 40_000, 60_000],
    [2, 40_000, 60_000],
  ]);
});

test("simulate() of a router that takes turns gives a replica's lanes what they have least of", () => {
  const busy = new Set<number>();
  const stepped = ({ lane, chunks }: Stepped) => {
    if (chunks.length > 0) busy.add(lane);
  };
  const traffic = {
    ...conversations.traffic,
    arrivals: { kind: "closed", users: 1, think: 0 } as const,
    requests: 8,
    warmup: 0,
  };
  const { turns: _, ...single } = traffic;
  const asked = { ...conversations, traffic: single, router: "round-robin", lanesEach: 2 } as const;
  simulate({ ...asked, observers: [{ stepped }] });
  assert.deepEqual([...busy], [0, 2]);
});

test("policyOf() an engine that computes prompts alone never decodes in their steps", () => {
  const steps = stepsOf("chunked", true);
  assert.ok(steps.every(({ chunks, decodes }) => chunks.length === 0 || decodes === 0));
});

test("policyOf() an engine that cuts prompts fills steps to the budget and not beyond", () => {
  const steps = stepsOf("chunked", false);
  const tokens = ({ chunks, decodes }: Stepped) =>
    decodes + chunks.reduce((sum, { query }) => sum + query, 0);
  assert.equal(Math.max(...steps.map(tokens)), 512);
  assert.ok(steps.some(({ chunks }) => chunks.some(({ prefix }) => prefix > 0)));
});

test("policyOf() an engine that computes prompts alone does not thrash when answers outgrow the cache", () => {
  const crowd = (scheduler: Engine["scheduler"], promptsAlone: boolean) =>
    simulate({
      ...users,
      policy: policyOf({ ...engine, scheduler, promptsAlone }, 6000),
      traffic: {
        ...users.traffic,
        arrivals: { kind: "closed", users: 32, think: 0 },
        output: { kind: "lognormal", mean: 400, variation: 0.5 },
      },
    });
  const alone = crowd("chunked", true);
  const whole = crowd("in-flight", false);
  assert.ok(alone.preemptions > 0 && alone.preemptions < 2 * alone.measured);
  assert.ok(alone.outputRate > 0.6 * whole.outputRate, `${alone.outputRate}`);
});

test("policyOf() in-flight batching computes prompts whole, with decodes", () => {
  const steps = stepsOf("in-flight", false);
  assert.ok(steps.every(({ chunks }) => chunks.every(({ query }) => query === 400)));
  assert.ok(steps.some(({ chunks, decodes }) => chunks.length > 0 && decodes > 0));
});

test("policyOf() static batches starts with all who wait and lets nobody in before all have ended", () => {
  const steps = stepsOf("static", false);
  const starts = steps.filter(({ chunks }) => chunks.length > 0);
  assert.ok(
    starts.every(({ chunks, decodes, running }) => decodes === 0 && running === chunks.length),
  );
  assert.ok(starts.some(({ chunks }) => chunks.length >= 7));
});

test("prefixCache() evicts the least recently used, the ends of prompts first", () => {
  const cache = prefixCache();
  const piece = (key: number) => ({ key, tokens: 10 });
  cache.keep({ pieces: [piece(1), piece(2), piece(3)] }, 100);
  cache.keep({ pieces: [piece(1), piece(4)] }, 30);
  assert.equal(cache.held([piece(1), piece(4)]), 20);
  assert.equal(cache.held([piece(1), piece(2), piece(3)]), 20);
  cache.keep({ pieces: [piece(5)] }, 20);
  assert.equal(cache.held([piece(1), piece(2)]), 10);
  assert.equal(cache.held([piece(9), piece(1)]), 0);
});

test("simulate() stops after its events, and says so", () => {
  assert.equal(simulate({ ...users, eventsMax: 50 }).cut, "events");
});

const stream: Simulation = {
  ...conversations,
  traffic: {
    arrivals: { kind: "poisson", rate: 20 },
    input: { kind: "fixed", mean: 400 },
    output: { kind: "lognormal", mean: 60, variation: 1 },
    cached: 0,
    requests: 20_000,
    warmup: 0,
  },
};

test("simulate() of replicas that fail is up for between / (between + repair), and loses no request", () => {
  const failures = { between: 20, repair: 5 };
  const metrics = simulate({ ...stream, availability: { lanesEach: 1, failures, seed: 1 } });
  assert.ok(Math.abs(metrics.availability - 0.8) < 0.04, `${metrics.availability}`);
  assert.ok(metrics.failures > 100);
  assert.equal(metrics.measured, 20_000);
  assert.ok(metrics.ttft.p99 > simulate(stream).ttft.p99);
});

test("simulate() with failures agrees with between / (between + repair) within 1 %, of any seed", () => {
  const traffic: Simulation["traffic"] = {
    ...stream.traffic,
    input: { kind: "fixed", mean: 20 },
    output: { kind: "fixed", mean: 2 },
  };
  for (const seed of [1, 2, 3]) {
    for (const failures of [
      { between: 2, repair: 0.2 },
      { between: 1, repair: 0.05 },
    ]) {
      const availability = { lanesEach: 1, failures, seed };
      const { availability: up } = simulate({ ...stream, traffic, availability });
      const share = failures.between / (failures.between + failures.repair);
      assert.ok(Math.abs(up / share - 1) < 0.01, `${up} is not ${share}, seed ${seed}`);
    }
  }
});

test("simulate() of a fleet that is all down holds requests until one replica is repaired", () => {
  const failures = { between: 5, repair: 5 };
  const metrics = simulate({
    ...stream,
    lanes: 1,
    traffic: { ...stream.traffic, arrivals: { kind: "poisson", rate: 2 }, requests: 1000 },
    availability: { lanesEach: 1, failures, seed: 1 },
  });
  assert.equal(metrics.measured, 1000);
  assert.ok(metrics.ttft.p99 > 5);
});

test("simulate() with autoscaling follows a swinging load with fewer replicas; slow provisioning costs time", () => {
  const arrivals = { kind: "diurnal" as const, rate: 30, swing: 0.9, period: 200 };
  const scaled = (delay: number) =>
    simulate({
      ...stream,
      traffic: { ...stream.traffic, arrivals },
      availability: {
        lanesEach: 1,
        scaling: { replicasMin: 1, every: 1, target: 5, delay },
        seed: 1,
      },
    });
  const [quick, slow] = [scaled(0), scaled(60)];
  assert.ok(quick.availability > 0.3 && quick.availability < 0.9, `${quick.availability}`);
  assert.equal(quick.measured, 20_000);
  assert.ok(slow.queueing.mean > 1.2 * quick.queueing.mean);
});

test("simulate() pays for replicas that are on their way, broken or finishing what they have, not for the rest", () => {
  const spans: Standing[] = [];
  const scaling = { replicasMin: 1, every: 1, target: 5, delay: 20 };
  const arrivals = { kind: "diurnal" as const, rate: 30, swing: 0.9, period: 200 };
  const metrics = simulate({
    ...stream,
    traffic: { ...stream.traffic, arrivals },
    availability: { lanesEach: 1, scaling, failures: { between: 50, repair: 10 }, seed: 1 },
    observers: [{ stood: (span) => void spans.push(span) }],
  });
  assert.ok(metrics.paid > metrics.availability + 0.05 && metrics.paid < 0.95, `${metrics.paid}`);
  assert.equal(simulate(stream).paid, 1);
  const duration = spans.at(-1)?.end ?? NaN;
  spans.forEach(({ start, up, paid, lanes }, index) => {
    assert.equal(start, spans[index - 1]?.end ?? 0);
    assert.ok(up <= paid && paid <= lanes && lanes === 4);
  });
  const paid = spans.reduce((sum, span) => sum + span.paid * (span.end - span.start), 0);
  assert.ok(Math.abs(paid / duration / 4 - metrics.paid) < 1e-9);
});

test("simulate() pays for a replica that was let go until it has finished what it has", () => {
  // Eight come at once to two replicas; five of them leave together, and the second is let go in mid-answer.
  const output = [900, 900, 900, 20, 20, 20, 20, 20];
  const coming = output.map((tokens) => ({ time: 0, input: 10, output: tokens, cached: 0 }));
  const spans: Standing[] = [];
  const scaling = { replicasMin: 1, every: 0.05, target: 4, delay: 0 };
  simulateFeed({
    ...stream,
    lanes: 2,
    feed: { next: () => coming.shift() ?? null, answered: () => null },
    warmup: 0,
    availability: { lanesEach: 1, scaling, seed: 1 },
    observers: [{ stood: (span) => void spans.push(span) }],
  });
  assert.ok(spans.every(({ up, paid }) => up <= paid));
  assert.equal(spans.at(-1)?.up, 1);
});

/** Two lanes that compute prompts before three that decode, each a replica. */
function pools(
  own: Simulation["availability"],
  prompts: Simulation["availability"],
  observers: Simulation["observers"] = [],
) {
  const pool = { cost, policy: policyOf(engine, 60_000), lanes: 2 };
  return simulate({
    ...stream,
    lanes: 3,
    observers,
    traffic: { ...stream.traffic, arrivals: { kind: "poisson", rate: 10 } },
    prompts: {
      pool,
      transfer: (tokens) => tokens * 1e-6,
      ...(prompts === undefined ? {} : { availability: prompts }),
    },
    ...(own === undefined ? {} : { availability: own }),
  });
}

test("simulate() of pools apart computes a cache that was lost again where prompts are computed, and loses no request", () => {
  const failures = { between: 20, repair: 5 };
  let promptsDecoding = 0;
  let promptTokens = 0;
  const stepped = ({ lane, chunks }: Stepped) => {
    const tokens = chunks.reduce((sum, { query }) => sum + query, 0);
    promptTokens += tokens;
    if (lane < 3) promptsDecoding += tokens;
  };
  const whole = pools(undefined, undefined);
  const lossy = pools({ lanesEach: 1, failures, seed: 1 }, undefined, [{ stepped }]);
  assert.ok(lossy.failures > 100);
  assert.equal(lossy.measured, 20_000);
  assert.equal(promptsDecoding, 0);
  assert.ok(promptTokens > 20_000 * 400);
  // Three of five replicas are up four fifths of the time.
  assert.ok(Math.abs(lossy.availability - (2 + 3 * 0.8) / 5) < 0.04, `${lossy.availability}`);
  assert.ok(lossy.latency.mean > whole.latency.mean);
  assert.ok(lossy.ttft.p90 < 2 * whole.ttft.p90, "who has a first token keeps it");
});

test("simulate() of prompt replicas that fail waits with first tokens and not with the others", () => {
  const failures = { between: 20, repair: 20 };
  const whole = pools(undefined, undefined);
  const lossy = pools(undefined, { lanesEach: 1, failures, seed: 1 });
  assert.equal(lossy.measured, 20_000);
  assert.ok(Math.abs(lossy.availability - (3 + 2 * 0.5) / 5) < 0.04, `${lossy.availability}`);
  assert.ok(lossy.ttft.p99 > 3 * whole.ttft.p99);
  assert.ok(lossy.tpot.p50 < 1.1 * whole.tpot.p50);
});

test("simulate() scales the pool for prompts by the prompts that wait for it", () => {
  const scaling = (target: number) => ({ replicasMin: 1, every: 1, target, delay: 2 });
  const eager = pools(undefined, { lanesEach: 1, scaling: scaling(1), seed: 1 });
  const slack = pools(undefined, { lanesEach: 1, scaling: scaling(8), seed: 1 });
  assert.equal(slack.measured, 20_000);
  assert.ok(slack.availability < eager.availability);
  assert.ok(slack.availability >= 4 / 5 - 1e-9 && eager.availability <= 1);
  assert.ok(slack.queueing.mean > eager.queueing.mean);
});

test("simulate() of replicas that fail faster than they step ends and says that it got nowhere", () => {
  const failures = { between: 1e-5, repair: 1e-5 };
  const metrics = simulate({ ...stream, availability: { lanesEach: 1, failures, seed: 1 } });
  assert.equal(metrics.cut, "events");
});

test("simulate() with autoscaling does not look at a service at rest: years between requests cost nothing", () => {
  const arrivals = { kind: "poisson" as const, rate: 1e-9 };
  const scaling = { replicasMin: 1, every: 1, target: 5, delay: 60 };
  const metrics = simulate({
    ...stream,
    traffic: { ...stream.traffic, arrivals },
    availability: { lanesEach: 1, scaling, seed: 1 },
    eventsMax: 1e6,
  });
  assert.equal(metrics.cut, null);
  assert.equal(metrics.measured, 20_000);
});
