/** One plan of a network, as `tenlane plan --json` prints it. */
import * as z from "zod";
import { batchEstimate } from "./estimate.ts";
import { interval } from "./numbers.ts";
import { placement, system } from "./placement.ts";

export const batchPlan: z.ZodType = z.strictObject({
  system,
  placement,
  batch: z.int().describe("samples taken at once"),
  estimate: batchEstimate,
  latency: interval.describe("seconds, the wait for a batch to fill included"),
  costPerItem: interval.nullable().describe("US dollars a sample asked for"),
  confidence: z.number().describe("probability that the limit on latency holds"),
});
