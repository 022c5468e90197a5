/** What `tenlane capacity --json` prints. */
import * as z from "zod";
import { infeasible } from "./estimate.ts";
import { interval } from "./numbers.ts";
import { metrics } from "./simulate.ts";

export const capacitySchema: z.ZodType = z.union([
  z.strictObject({
    kind: z.literal("capacity"),
    sought: z.enum(["rate", "replicas"]),
    rate: interval.nullable().describe("requests a second; null where none keeps the limits"),
    replicas: interval.nullable(),
    devices: interval.nullable(),
    limits: z.strictObject({
      ttft: z.number().optional(),
      tpot: z.number().optional(),
      latency: z.number().optional(),
    }),
    percentile: z.number().describe("share of requests that keep the limits"),
    spent: z
      .strictObject({
        power: interval.describe("watts at the wall"),
        energyPerToken: interval.describe("joules an output token"),
        costPerHour: interval.nullable().describe("dollars, null where no price is known"),
        costPerToken: interval.nullable().describe("dollars an output token"),
        carbonPerToken: interval.nullable().describe("grams an output token"),
      })
      .nullable()
      .describe("under the load that is sustained"),
    metrics: metrics.nullable().describe("of the run that answers"),
    trials: z.array(
      z.strictObject({
        value: z.number(),
        holds: z.boolean(),
        good: z.number(),
        state: z.string(),
        ttft: z.number().describe("seconds, p90"),
        tpot: z.number().describe("seconds, p90"),
      }),
    ),
  }),
  infeasible,
]);
