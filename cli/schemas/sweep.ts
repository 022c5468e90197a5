/** What `tenlane sweep --json` and `tenlane worker --json` print. */
import { z } from "zod";
import { interval } from "./numbers.ts";

const load = z.union([
  z.strictObject({ rate: z.number().describe("requests a second") }),
  z.strictObject({ users: z.int() }),
]);

const spread = z.strictObject({ mean: interval, p90: interval });

const cell = z.strictObject({
  kind: z.literal("cell"),
  plan: z.string(),
  load,
  seeds: z.int(),
  ttft: spread.describe("seconds; the mean over the seeds, between the lowest p10 and highest p90"),
  tpot: spread.describe("seconds"),
  latency: spread.describe("seconds"),
  requestRate: interval,
  outputRate: interval.describe("output tokens a second"),
  goodput: interval.describe("requests a second that kept every limit"),
  good: z
    .strictObject({ least: z.number(), mean: z.number(), most: z.number() })
    .describe("share of requests that kept every limit, over the seeds"),
  states: z
    .strictObject({ stable: z.int(), backlogged: z.int(), overloaded: z.int() })
    .describe("how many seeds ended so"),
});

const refused = z.strictObject({
  kind: z.literal("infeasible"),
  plan: z.string(),
  load,
  reason: z.string(),
  message: z.string(),
});

export const sweepSchema: z.ZodType = z.strictObject({
  kind: z.literal("sweep"),
  study: z.string(),
  digest: z.string().describe("of the study and the figures behind it"),
  points: z.int(),
  shard: z.strictObject({ number: z.int(), count: z.int() }),
  out: z.string().nullable().describe("the file with a line for each point"),
  cells: z.array(z.union([cell, refused])),
});

export const workerSchema: z.ZodType = z.strictObject({
  kind: z.literal("worker"),
  done: z.int(),
  failed: z.int(),
});
