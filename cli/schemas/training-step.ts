/** What a step of training is, in JSON. */
import * as z from "zod";
import { interval } from "./numbers.ts";

const seconds = z.number().describe("seconds");

/** Quantities of a step, shared with plans. */
export const trainingQuantities = {
  step: interval.describe("seconds"),
  samplesPerSecond: interval,
  tokensPerSecond: interval,
  flops: z.number().describe("model FLOPs of one step"),
  utilisation: z.number().describe("model FLOPs over peak (MFU)"),
  devices: z.int(),
  power: interval.describe("watts at the wall"),
  memory: z
    .strictObject({
      capacity: z.number(),
      weights: z.number(),
      gradients: z.number(),
      optimiser: z.number(),
      activations: z.number(),
      offloaded: z.number().describe("in the memory of the hosts, a device"),
    })
    .describe("bytes of the fullest device"),
  parts: z.strictObject({
    forward: seconds,
    backward: seconds,
    recompute: seconds,
    bubble: seconds,
    exchange: seconds,
    optimiser: seconds,
    host: seconds,
  }),
};

/** What `tenlane estimate --train --json` prints, where the step is possible. */
export const trainingEstimateSchema: z.ZodType = z.looseObject({
  kind: z.literal("training-estimate"),
  ...trainingQuantities,
});
