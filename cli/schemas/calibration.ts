/** What `tenlane calibrate --json` prints. */
import * as z from "zod";

const factor = z.number().optional();

const profile = z.strictObject({
  about: z.string(),
  factors: z
    .strictObject({ first: factor, token: factor, rate: factor })
    .describe("true time over estimated time"),
  figures: z.int(),
});

const sample = z.strictObject({
  name: z.enum(["first", "token", "rate"]),
  measured: z.number().describe("seconds; of a rate, seconds a token"),
  estimated: z.number(),
  refitted: z.number().describe("estimated with the profile"),
});

const error = z
  .strictObject({ median: z.number(), p90: z.number() })
  .nullable()
  .describe("of |predicted ÷ measured − 1|");

const kernels = z.strictObject({
  law: z.string(),
  device: z.string(),
  kernels: z.int(),
  within: error,
  across: error.describe("predicted from the other devices"),
});

const price = z.number().describe("seconds");

const machine = z.strictObject({
  about: z.string(),
  threads: z.int(),
  prices: z
    .record(z.string(), z.array(price))
    .describe("by kind of kernel: of starting it, then of each amount of its work"),
  shared: z.strictObject({
    run: price,
    resultByte: price,
    cold: price,
    coldByte: price,
    farByte: price,
  }),
  spread: z
    .number()
    .describe("standard deviation of log(measured / predicted) of models that were not seen"),
  runs: z.int(),
});

const run = z.strictObject({
  name: z.string(),
  measured: z.number().describe("processor time, in seconds"),
  predicted: z.number(),
  unseen: z.number().exactOptional().describe("by prices learnt without it; of probes nothing"),
});

export const calibrationSchema: z.ZodType = z.union([
  z.strictObject({ machine, runs: z.array(run) }).describe("of --machine"),
  z.strictObject({ profile, samples: z.array(sample) }).describe("of --from"),
  z.strictObject({ errors: z.array(kernels) }).describe("of --kernels"),
]);
