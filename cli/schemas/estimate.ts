/** What `tenlane estimate --json` prints. */
import * as z from "zod";
import { interval } from "./numbers.ts";
import { bound, operatorTime } from "./operator-time.ts";
import { trainingAnswerSchema } from "./training-step.ts";

const memory = z
  .strictObject({
    capacity: z.number(),
    weights: z.number(),
    activations: z.number(),
    communication: z.number(),
    runtime: z.number(),
    cache: z.number().describe("left for the KV cache"),
    bytesPerToken: z.number(),
    bytesPerSequence: z.number(),
    tokensMax: z
      .number()
      .nullable()
      .describe("tokens the cache of one replica holds; null where nothing is cached"),
  })
  .describe("bytes of the most loaded device");

export const infeasible: z.ZodType = z.strictObject({
  kind: z.literal("infeasible"),
  reason: z.string(),
  message: z.string(),
  needed: z.number().optional(),
  available: z.number().optional(),
});

const quantities = {
  kind: z.literal("estimate"),
  ttft: interval.describe("seconds to the first token, queueing included"),
  tpot: interval.describe("seconds between output tokens after the first"),
  gap: interval.describe("seconds, median time between two tokens of one answer"),
  latency: interval.describe("seconds, request end to end"),
  outputRate: interval.describe("output tokens a second, all replicas"),
  requestRate: interval.describe("requests a second, all replicas"),
  memory,
  batch: z.number(),
  devicePower: interval.describe("watts of one device"),
  power: interval.describe("watts at the wall: devices, hosts, PUE"),
  energyPerToken: interval.describe("joules an output token, at the wall"),
  costPerHour: interval.nullable().describe("US dollars"),
  costPerToken: interval.nullable().describe("US dollars an output token"),
  carbonPerToken: interval.nullable().describe("grams CO2e an output token"),
  utilisation: z.number(),
  traits: z
    .record(z.string(), z.number())
    .describe("what corrections and widths were looked up by; sizes as powers of two"),
  bound: z.strictObject({ prefill: bound, decode: bound }),
  prefill: z.array(operatorTime),
  decode: z.array(operatorTime),
  assumptions: z.array(z.string()),
};

export const estimateResult: z.ZodType = z.strictObject(quantities);

const rooflinePoint = z.strictObject({
  name: z.string(),
  phase: z.enum(["prefill", "decode"]),
  group: z.string(),
  intensity: z.number().describe("FLOP a byte"),
  rate: z.number().describe("FLOP/s reached"),
  bound,
  share: z.number(),
});

const batch = z
  .strictObject({
    kind: z.literal("batch-estimate"),
    latency: interval.describe("seconds from a batch's start to its end, transfers included"),
    prefill: interval.describe("seconds on the device"),
    tokenTime: interval.nullable(),
    transfer: z.number().describe("seconds between host and device"),
    hosted: z.number().describe("seconds of the processor aboard for the batch's pictures"),
    itemRate: interval.describe("samples a second, all replicas"),
    devicePower: interval.describe("watts of one device"),
    power: interval.describe("watts at the wall"),
    energyPerItem: interval.describe("joules a sample, at the wall"),
    costPerHour: interval.nullable().describe("US dollars"),
    costPerItem: interval.nullable().describe("US dollars a sample"),
    carbonPerItem: interval.nullable().describe("grams CO2e a sample"),
    utilisation: z.number(),
    traits: z.record(z.string(), z.number()),
    operators: z.array(operatorTime),
    decode: z.array(operatorTime),
    assumptions: z.array(z.string()),
  })
  .describe("of a model that reads a batch and answers at once");

export const batchEstimate: z.ZodType = batch;

export const estimateSchema: z.ZodType = z.union([
  batch.extend({ alone: interval.describe("seconds of one sample in a batch of its own") }),
  z.strictObject({ ...quantities, roofline: z.array(rooflinePoint) }),
  infeasible,
  trainingAnswerSchema,
]);
