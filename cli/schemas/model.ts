/** What `tenlane read --json` prints. */
import * as z from "zod";
import { numerics } from "./numbers.ts";

const layerRun = z.looseObject({
  count: z.int().describe("equal layers in a row"),
  layer: z.looseObject({
    mixers: z.array(z.looseObject({ kind: z.string() })),
    feedForward: z.looseObject({ kind: z.string() }).nullable(),
    norms: z.strictObject({ count: z.int(), norm: z.string() }),
  }),
});

const stack = z.looseObject({
  role: z.enum(["encoder", "decoder", "vision", "text", "audio"]),
  hidden: z.int(),
  embedding: z.looseObject({ kind: z.string() }),
  layers: z.array(layerRun),
  finalNorm: z.string().nullable(),
  head: z.looseObject({ kind: z.string() }).nullable(),
});

const common = { id: z.string(), name: z.string(), source: z.string(), numerics };

const transformer = z.strictObject({
  kind: z.literal("transformer"),
  ...common,
  stacks: z.array(stack),
  contextMax: z.number().optional().describe("tokens"),
  assumptions: z.array(z.string()).optional(),
});

const network = z.strictObject({
  kind: z.literal("network"),
  ...common,
  inputs: z.array(z.strictObject({ name: z.string(), shape: z.array(z.number()) })),
  nodes: z.array(z.looseObject({ name: z.string(), count: z.int(), parameters: z.number() })),
  idle: z.number().optional().describe("parameters stored that no node uses"),
  outputs: z
    .array(
      z.strictObject({
        name: z.string(),
        shape: z.array(z.number()),
        sizes: z.array(z.string()).describe("in the names of sizes that the graph leaves open"),
      }),
    )
    .optional(),
  opsets: z.array(z.strictObject({ domain: z.string(), version: z.number() })).optional(),
  sizes: z.record(z.string(), z.number()).optional().describe("sizes left open, as taken"),
  assumptions: z.array(z.string()).optional(),
});

export const readSchema: z.ZodType = z.strictObject({
  model: z.discriminatedUnion("kind", [transformer, network]),
  parameters: z.strictObject({
    total: z.number(),
    active: z.number().describe("those a token meets"),
    groups: z.record(z.string(), z.number()),
  }),
});
