/** What `tenlane plan --train --json` prints. */
import * as z from "zod";
import { infeasible } from "./estimate.ts";
import { interval, numerics } from "./numbers.ts";
import { system } from "./placement.ts";
import { networkWaitsSchema, trainingEstimateSchema } from "./training-step.ts";

const layout = z.strictObject({
  split: z.strictObject({
    tensor: z.int(),
    pipeline: z.int(),
    virtual: z.int().describe("interleaved pieces of a stage"),
    context: z.int(),
    expert: z.int(),
    data: z.int(),
  }),
  microBatch: z.number().describe("sequences a copy computes at once"),
  sharding: z.int().min(0).max(3).describe("ZeRO stage; 3 is FSDP"),
  recompute: z.enum(["none", "selective", "full"]),
  offload: z.boolean().describe("optimiser on the hosts"),
  numerics,
});

const plan = z.strictObject({
  system,
  layout,
  estimate: trainingEstimateSchema,
  waits: networkWaitsSchema,
  reliability: z.strictObject({
    between: z
      .number()
      .describe("seconds between failures of the whole system; null where nothing fails")
      .nullable(),
    interval: z.number().nullable().describe("seconds between saves; null where nothing fails"),
    save: z.number().describe("seconds to save"),
    bytes: z.number().describe("of one checkpoint"),
    goodput: interval.describe("share of time that the run advances in"),
  }),
  steps: z.int(),
  time: interval.describe("seconds of wall time, failures included"),
  cost: interval.nullable().describe("US dollars of the run"),
  energy: interval.describe("joules at the wall"),
  carbon: interval.nullable().describe("grams CO2e"),
});

const breach = z.strictObject({
  kind: z.literal("breach"),
  limit: z.string(),
  allowed: z.number(),
  reached: z.number(),
});

export const trainingPlanSchema: z.ZodType = z.strictObject({
  plans: z.array(plan).describe("best first"),
  tried: z.int().describe("numbers of devices tried"),
  refused: z.record(z.string(), z.int()),
  nearest: z
    .strictObject({ system, devices: z.int(), infeasible: z.union([infeasible, breach]) })
    .nullable(),
  explanation: z
    .array(
      z.strictObject({
        change: z.string(),
        answer: plan.nullable(),
        ratio: z.number().nullable().describe("objective after over before"),
      }),
    )
    .optional(),
});
