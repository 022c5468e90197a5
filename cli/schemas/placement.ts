/** Where a model lies, in JSON: the devices with their hosts, the split, the formats, the engine. */
import * as z from "zod";
import { device, grid, offer } from "./catalogue.ts";
import { transformer } from "./model.ts";
import { numerics } from "./numbers.ts";

export const system: z.ZodType = z.strictObject({
  device,
  perHost: z.number(),
  network: z.number().describe("bytes a second, a device"),
  fabric: z
    .strictObject({
      pod: z.number().optional().describe("devices below the tier that is oversubscribed"),
      oversubscription: z.number().optional(),
      leaf: z.number().optional().describe("hosts of a leaf switch"),
      uplinks: z.number().optional().describe("rate of a leaf's uplinks over its hosts'"),
      flows: z.number().optional().describe("of a device, hashed onto uplinks"),
    })
    .optional(),
  peerBandwidth: z.number().optional().describe("bytes a second, a device"),
  hostPower: z.number().describe("watts, a device"),
  hostBase: z.number().describe("watts, a chassis, however many devices it has"),
  offer: offer.optional(),
  grid: grid.optional(),
});

const bytes = z.number().optional().describe("bytes");
const seconds = z.number().optional().describe("seconds");

const generation = {
  ringed: z.array(z.string()).optional().describe("vendors whose exchanges are rings alone"),
  promptsAlone: z.boolean().optional().describe("prompts get steps of their own"),
  runtime: bytes,
  runtimeShare: z.number().optional().describe("of device memory"),
  communication: bytes,
  rowsAside: z
    .strictObject({ rows: z.int(), vendor: z.string() })
    .optional()
    .describe("tiles of experts in FP8 by block, computed filled or not"),
  groupsPadded: z.boolean().optional().describe("groups compute as many tokens as the longest"),
};

const engine = z.strictObject({
  id: z.string(),
  name: z.string(),
  scheduler: z.enum(["chunked", "in-flight", "static"]),
  vendors: z.array(z.string()),
  memory: z.strictObject({
    fraction: z.number(),
    of: z.enum(["total", "free"]),
    activationsOutside: z.boolean().optional(),
  }),
  block: z.int().describe("tokens of a KV block"),
  ...generation,
  reserve: z.enum(["prompt", "whole"]).optional(),
  stepTokensMax: z.int(),
  gatherSteps: z.number().optional(),
  pollSteps: z.number().optional(),
  sequencesMax: z.int(),
  logitBytes: z.number(),
  graphs: z.boolean(),
  launch: seconds,
  choice: seconds,
  barrier: seconds,
  flopsPerCycle: z.number().optional(),
  scorePasses: z.number().optional(),
  age: z.number().optional().describe("years"),
  speculation: z
    .strictObject({
      method: z.enum(["draft-model", "ngram", "mtp", "eagle"]),
      drafted: z.int().describe("tokens a step"),
      acceptance: z.strictObject({ low: z.number(), likely: z.number(), high: z.number() }),
      model: transformer.optional(),
    })
    .optional(),
  releases: z.record(z.string(), z.string()).optional().describe("first month of each"),
  generations: z
    .record(
      z.string(),
      z.strictObject({
        id: z.string(),
        ...generation,
        logitBytes: z.number().optional(),
        stepTokensMax: z.int().optional(),
        sequencesMax: z.int().optional(),
      }),
    )
    .optional()
    .describe("what was otherwise from a release on"),
});

const pool = {
  parallel: z.strictObject({
    tensor: z.int(),
    pipeline: z.int(),
    data: z.int(),
    expert: z.int(),
  }),
  replicas: z.int(),
};

export const placement: z.ZodType = z.strictObject({
  ...pool,
  prefill: z
    .strictObject({ ...pool, engine: engine.optional() })
    .optional()
    .describe("devices that only compute prompts; those outside it then only decode"),
  numerics,
  engine,
});
