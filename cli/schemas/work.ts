/** The work of an operator, in JSON: its kind and its shape on one device. */
import * as z from "zod";
import { storage } from "./numbers.ts";

const compute = z.string().describe("format that is multiplied in");
const matrices = { compute, weights: storage, activations: storage };
const window = z.number().nullable().describe("tokens a query sees at most; null is all");

export const work: z.ZodType = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("matmul"),
    m: z.number(),
    n: z.number(),
    k: z.number(),
    batch: z.number().describe("equal, independent matrices"),
    ...matrices,
  }),
  z.strictObject({
    kind: z.literal("convolution"),
    m: z.number().describe("pixels of the batch"),
    n: z.number().describe("channels out of a group"),
    k: z.number().describe("channels into a group, times the kernel"),
    groups: z.number(),
    kernel: z.array(z.number()),
    ...matrices,
  }),
  z.strictObject({
    kind: z.literal("grouped-matmul"),
    pairs: z.number().describe("of token and expert"),
    experts: z.number(),
    touched: z.number().describe("experts that get a token, as expected"),
    tokens: z
      .number()
      .exactOptional()
      .describe("of all devices that the experts are shared out over"),
    hidden: z.number(),
    intermediate: z.number(),
    gated: z.boolean(),
    ...matrices,
  }),
  z.strictObject({
    kind: z.literal("attention"),
    sequences: z.number(),
    query: z.number().describe("new tokens of a sequence"),
    context: z.number().describe("keys, those of the new tokens included"),
    heads: z.number(),
    kvHeads: z.number(),
    headDim: z.number(),
    valueDim: z.number(),
    causal: z.boolean(),
    window,
    latent: z.boolean().describe("keys and values are one vector a token"),
    compute,
    kv: storage,
  }),
  z.strictObject({
    kind: z.literal("scan"),
    sequences: z.number(),
    query: z.number(),
    heads: z.number(),
    state: z.number().describe("values of a sequence"),
    compute,
  }),
  z.strictObject({
    kind: z.literal("recurrent"),
    steps: z.number().describe("products, one after another"),
    m: z.number(),
    n: z.number(),
    k: z.number(),
    ...matrices,
  }),
  z.strictObject({
    kind: z.literal("gather"),
    lookups: z.number(),
    rowBytes: z.number(),
    tableBytes: z.number(),
  }),
  z.strictObject({ kind: z.literal("host"), elements: z.number() }),
  z.strictObject({ kind: z.literal("elementwise"), elements: z.number() }),
  z.strictObject({
    kind: z.literal("collective"),
    pattern: z.enum(["all-reduce", "all-gather", "reduce-scatter", "all-to-all", "send"]),
    ranks: z.number().describe("devices that take part"),
    bytes: z.number().describe("payload of one device"),
  }),
]);
