/** What `tenlane simulate --json` prints. */
import * as z from "zod";
import { infeasible } from "./estimate.ts";
import { interval } from "./numbers.ts";

const STATISTICS = ["mean", "p50", "p90", "p99", "p999", "max"] as const;

function perStatistic(value: z.ZodType): z.ZodType {
  return z.strictObject(Object.fromEntries(STATISTICS.map((name) => [name, value])));
}

const distribution = perStatistic(z.number());
const intervals = perStatistic(interval);

export const metrics: z.ZodType = z.strictObject({
  ttft: distribution.describe("seconds to the first token"),
  tpot: distribution.describe("mean seconds between output tokens of a request"),
  latency: distribution.describe("seconds, request end to end"),
  queueing: distribution.describe("seconds from arrival to admission"),
  requestRate: z.number(),
  outputRate: z.number().describe("output tokens a second"),
  goodput: z.number().describe("requests a second that kept every limit"),
  good: z.number().describe("share of requests that kept every limit"),
  duration: z.number(),
  utilisation: z.number().describe("share of the time in which a step ran"),
  occupancy: z.number().describe("share of the KV cache in use while a step ran"),
  running: z.number(),
  input: z.number(),
  output: z.number(),
  preemptions: z.int(),
  steps: z.int(),
  refused: z.int().describe("requests longer than the KV cache or the context"),
  measured: z.int(),
  sent: z.int(),
  cut: z.enum(["queue", "events"]).nullable().describe("why traffic ended early"),
  failures: z.int().describe("replicas that failed, counted each time"),
  availability: z.number().describe("share of the replicas that was up"),
  paid: z.number().describe("share of the replicas that was paid for, up or not"),
  cachedShare: z.number(),
  state: z.enum(["stable", "backlogged", "overloaded"]),
});

export const metricIntervals: z.ZodType = z.strictObject({
  ttft: intervals,
  tpot: intervals,
  latency: intervals,
  queueing: intervals,
  requestRate: interval,
  outputRate: interval,
  goodput: interval,
});

const row = z.strictObject({
  time: z.number(),
  arrivalRate: z.number(),
  requestRate: z.number(),
  outputRate: z.number(),
  ttft: z.number().nullable(),
  running: z.number(),
  waiting: z.number(),
  occupancy: z.number(),
  utilisation: z.number(),
  availability: z.number(),
  paid: z.number(),
  power: z.number().nullable(),
});

export const simulateSchema: z.ZodType = z.union([
  z.strictObject({
    kind: z.literal("simulation"),
    clock: z.enum(["client", "engine"]),
    metrics,
    intervals: metricIntervals.nullable(),
    runs: z.int(),
    method: z.string(),
    energy: z.strictObject({
      total: z.number().describe("joules at the wall, warm-up included"),
      power: z.number().describe("its mean in watts"),
      perOutputToken: z.number().describe("joules"),
    }),
    spent: z.strictObject({
      costPerHour: z.number().nullable().describe("dollars, null where no price is known"),
      costPerOutputToken: z.number().nullable().describe("dollars"),
      carbonPerOutputToken: z.number().nullable().describe("grams, null where no place is known"),
    }),
    series: z.array(row),
    bad: z.strictObject({ count: z.int(), named: z.array(z.string()) }).nullable(),
    assumptions: z.array(z.string()),
  }),
  infeasible,
]);
