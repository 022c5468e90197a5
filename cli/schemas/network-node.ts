/** A node of a network, in JSON: what it computes for one sample. */
import * as z from "zod";
import { numerics } from "./numbers.ts";

const work = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("convolution"),
    channelsIn: z.number(),
    channelsOut: z.number(),
    kernel: z.array(z.number()),
    input: z.array(z.number()),
    output: z.array(z.number()),
    groups: z.number(),
    transposed: z.boolean(),
  }),
  z.strictObject({
    kind: z.literal("matmul"),
    m: z.number(),
    n: z.number(),
    k: z.number(),
    batch: z.number().describe("equal matrices"),
    constant: z.boolean().describe("the second matrix is weights"),
  }),
  z.strictObject({
    kind: z.literal("attention"),
    queries: z.number(),
    keys: z.number(),
    heads: z.number(),
    kvHeads: z.number().optional(),
    headDim: z.number(),
    valueDim: z.number(),
    windows: z.number().describe("equal, independent ones"),
  }),
  z.strictObject({
    kind: z.literal("recurrent"),
    steps: z.number(),
    input: z.number(),
    hidden: z.number(),
    gates: z.number(),
    directions: z.number(),
  }),
  z.strictObject({
    kind: z.literal("gather"),
    rows: z.number(),
    width: z.number(),
    lookups: z.number(),
    bags: z.number().optional().describe("that rows are summed into"),
  }),
  z.strictObject({
    kind: z.literal("elementwise"),
    read: z.number().describe("values"),
    written: z.number().describe("values"),
    flops: z.number(),
    pointwise: z.boolean().optional(),
    joins: z.boolean().optional(),
    exponential: z
      .boolean()
      .optional()
      .describe("of each value, which integer engines leave to their host"),
  }),
  z.strictObject({ kind: z.literal("host"), elements: z.number() }),
]);

export const networkNode: z.ZodType = z.strictObject({
  name: z.string(),
  count: z.int(),
  parameters: z.number().describe("of one"),
  shared: z.boolean().optional().describe("its weights are another node's"),
  work,
  numerics: numerics.optional(),
  keepsNumerics: z.boolean().optional().describe("whatever the rest is asked for"),
  isUnmodelled: z.boolean().optional().describe("its traffic is counted, its arithmetic not known"),
});
