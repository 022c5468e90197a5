/** What a step of training is, in JSON. */
import * as z from "zod";
import { interval } from "./numbers.ts";
import { operatorTime } from "./operator-time.ts";

const seconds = z.number().describe("seconds");

const quantities = {
  step: interval.describe("seconds"),
  samplesPerSecond: interval,
  tokensPerSecond: interval,
  flops: z.number().describe("model FLOPs of one step"),
  attentionFlops: z.number().describe("of these, of attention's scores and sums"),
  utilisation: z.number().describe("model FLOPs over peak (MFU)"),
  devices: z.int(),
  power: interval.describe("watts at the wall"),
  costPerHour: interval.nullable().describe("US dollars"),
  carbonPerSecond: interval.nullable().describe("grams CO2e"),
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
  forward: z.array(operatorTime).describe("of one micro-batch on one device"),
  traits: z.record(z.string(), z.number()),
  assumptions: z.array(z.string()),
};

export const networkWaitsSchema: z.ZodType = z
  .strictObject({
    network: z.number().describe("for what the network between hosts carries"),
    congestion: z.number().describe("of that, for tiers and flows that share an uplink"),
  })
  .describe("shares of a step");

export const trainingEstimateSchema: z.ZodType = z.strictObject({
  kind: z.literal("training-estimate"),
  ...quantities,
});

/** What `tenlane estimate --train --json` prints, where the step is possible. */
export const trainingAnswerSchema: z.ZodType = z.strictObject({
  kind: z.literal("training-estimate"),
  ...quantities,
  waits: networkWaitsSchema,
});
