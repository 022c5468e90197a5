/** What `tenlane measure` prints of a model, of two, and of the history. */
import * as z from "zod";
import { interval } from "./numbers.ts";

const seconds = z.number();

const timing = z.strictObject({
  median: seconds,
  p95: seconds,
  p99: seconds,
  least: seconds,
  cpu: seconds.describe("of all threads"),
  runs: z.int(),
  bytesResident: z.number(),
});

const session = z.strictObject({
  threads: z.int(),
  provider: z.string(),
  optimises: z.boolean(),
});

const result = z.union([
  z.strictObject({
    kind: z.literal("done"),
    value: z.strictObject({
      itemsPerSecond: z.number(),
      timing,
      energy: z.number().optional().describe("joules an item, of the whole processor"),
    }),
  }),
  z.strictObject({ kind: z.literal("failed"), reason: z.string(), message: z.string() }),
]);

const operator = z.strictObject({
  name: z.string(),
  operator: z.string(),
  time: seconds,
  least: seconds.optional(),
  inputs: z.array(z.array(z.number())),
  outputs: z.array(z.array(z.number())),
  flops: z.number(),
  bytes: z.number(),
  roof: seconds.describe("least time, by the ceilings"),
  limit: z.enum(["compute", "memory"]),
});

const measurement = z.strictObject({
  id: z.int().nullable().describe("in the history; null where it was not kept"),
  at: z.string(),
  model: z.strictObject({
    name: z.string(),
    sha256: z.string(),
    bytes: z.number(),
    sizes: z.record(z.string(), z.number()),
  }),
  engine: z.string(),
  session,
  machine: z.strictObject({
    processor: z.string(),
    cores: z.int(),
    memory: z.number(),
    system: z.string(),
  }),
  latency: timing,
  repeats: z.array(timing).describe("each in a process of its own"),
  loads: z.array(z.strictObject({ batch: z.int(), instances: z.int(), threads: z.int(), result })),
  profile: z
    .strictObject({
      total: seconds,
      operators: z.array(operator),
      ceilings: z.strictObject({
        fp32: z.number(),
        int8: z.number().nullable(),
        bandwidths: z.array(z.strictObject({ size: z.number(), rate: z.number() })),
      }),
    })
    .nullable(),
  pressure: z.number().nullable(),
  energy: z.number().nullable().describe("joules a run"),
  predicted: z
    .strictObject({
      time: interval,
      of: z.enum(["processor time", "all cores"]),
      by: z.string().describe("the file it rests on"),
    })
    .nullable(),
  doubts: z.array(z.string()).describe("why the times are no result"),
});

const ratio = z.strictObject({ lower: z.number(), middle: z.number(), upper: z.number() });
const verdict = z.enum(["faster", "slower", "not beyond noise"]);

const comparison = z
  .strictObject({
    models: z.strictObject({ before: z.string(), after: z.string() }),
    session,
    before: timing,
    after: timing,
    ratio,
    cpuRatio: ratio,
    control: ratio.describe("the first model against itself"),
    cpuControl: ratio,
    blocks: z.int(),
    pressure: z.number().nullable(),
    verdicts: z.strictObject({ wall: verdict, cpu: verdict }),
  })
  .describe("of --against");

const changes = z
  .strictObject({
    changes: z.array(
      z.strictObject({
        before: z.int(),
        after: z.int(),
        ratio: z.number(),
        clock: z.enum(["wall", "cpu"]),
        verdict: z.enum(["faster", "slower", "same"]),
        differs: z.array(z.string()).describe("what the two are not alike in"),
      }),
    ),
  })
  .describe("of --compare and --regressions");

export const modelMeasureSchema: z.ZodType = z.union([
  measurement,
  comparison,
  changes,
  z.strictObject({ measurements: z.array(measurement) }).describe("of --list and --export"),
]);
