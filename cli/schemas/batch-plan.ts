/** One plan of a network, as `tenlane plan --json` prints it. */
import * as z from "zod";
import { interval } from "./numbers.ts";

export const batchPlan: z.ZodType = z.strictObject({
  system: z.looseObject({ device: z.looseObject({ id: z.string() }) }),
  placement: z.looseObject({ replicas: z.int() }),
  batch: z.int().describe("samples taken at once"),
  estimate: z.looseObject({
    kind: z.literal("batch-estimate"),
    latency: interval.describe("seconds from a batch's start to its end"),
    itemRate: interval.describe("samples a second, all replicas"),
  }),
  latency: interval.describe("seconds, the wait for a batch to fill included"),
  costPerItem: interval.nullable().describe("US dollars a sample asked for"),
  confidence: z.number().describe("probability that the limit on latency holds"),
});
