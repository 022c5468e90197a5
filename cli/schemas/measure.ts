/** What `tenlane measure --json` prints. */
import * as z from "zod";
import { modelMeasureSchema } from "./measure-model.ts";
import { interval } from "./numbers.ts";

const found = (value: z.ZodType) =>
  z.strictObject({ value, from: z.string().describe("where it was read") }).nullable();

const lane = z.strictObject({
  what: z.enum(["matmul", "convolution", "depthwise", "attention", "read", "copy", "reduction"]),
  precision: z.string().nullable().describe("null of bytes"),
  threads: z.int().nullable().describe("null of a GPU"),
  size: z
    .number()
    .describe("side of matrices or of an image, tokens, or bytes of a buffer of each thread"),
  rate: interval.describe("FLOP/s, or bytes a second read and written; of repeats"),
  clock: z
    .enum(["wall", "processor", "device"])
    .describe("whose seconds: the wall's, those of processors at work, or stamps of a device"),
  method: z.string(),
  sustained: z.number().nullable().describe("seconds without a pause; null of a burst"),
  power: z.number().nullable().describe("watts over that time, where there is a counter"),
  date: z.string().exactOptional().describe("of a part that was measured before the others"),
});

export const lanesSchema: z.ZodType = z.strictObject({
  date: z.string(),
  machine: z.strictObject({
    name: found(z.string()),
    vendor: found(z.string()),
    flags: found(z.array(z.string())),
    threads: found(z.int()),
    cores: found(z.int()),
    caches: z.array(
      z.strictObject({
        level: z.int(),
        kind: z.string(),
        bytes: z.number(),
        sharedBy: z.string().nullable(),
        from: z.string(),
      }),
    ),
    clock: found(z.number()),
    memory: found(z.number()),
    memoryFree: found(z.number()),
    system: found(z.string()),
  }),
  lanes: z.array(lane),
  gpus: z.array(
    z.strictObject({
      gpu: z.strictObject({
        by: z.string(),
        name: z.string(),
        vendor: z.string(),
        architecture: z.string().nullable(),
        isSoftware: z.boolean().describe("played by the processor"),
        memory: z.number().nullable(),
        units: z.int().nullable(),
        power: z.number().nullable(),
        clock: z.number().nullable(),
        cache: z.number().nullable(),
      }),
      lanes: z.array(lane),
    }),
  ),
  notes: z.array(z.string()),
  waited: z
    .number()
    .nullable()
    .describe("share of the time in which something waited for a processor"),
  files: z.array(z.string()).describe("device files that were written"),
});

export const measureSchema: z.ZodType = z.union([lanesSchema, modelMeasureSchema]);
