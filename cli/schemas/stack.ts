/** A stack of a transformer, in JSON: its embedding, its layers, its head. */
import * as z from "zod";

const norm = z.enum(["rms", "layer"]);
const window = z.number().nullable().describe("tokens a query sees at most; null is all");

const mixer = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("attention"),
    heads: z.int(),
    kvHeads: z.int(),
    headDim: z.number(),
    valueDim: z.number(),
    causal: z.boolean(),
    cross: z.boolean().describe("keys are another stack's"),
    window,
    bias: z.strictObject({ q: z.boolean(), k: z.boolean(), v: z.boolean(), out: z.boolean() }),
    qkNorm: z.enum(["none", "head", "full"]),
    gated: z.boolean(),
    valueTied: z.literal(true).optional().describe("values are made by the key projection"),
    sinks: z.boolean(),
    relativeBuckets: z.number(),
    positions: z.enum(["bias", "embedding"]).optional().describe("absent is learned, else rotated"),
  }),
  z.strictObject({
    kind: z.literal("latent-attention"),
    heads: z.int(),
    queryRank: z.number().nullable(),
    kvRank: z.number(),
    nopeDim: z.number(),
    ropeDim: z.number(),
    valueDim: z.number(),
    indexer: z
      .strictObject({ heads: z.int(), dim: z.number(), topTokens: z.number() })
      .nullable()
      .describe("picks the tokens a query attends to"),
  }),
  z.strictObject({
    kind: z.literal("state-space"),
    version: z.union([z.literal(1), z.literal(2)]),
    inner: z.number(),
    state: z.number(),
    heads: z.number(),
    groups: z.number(),
    conv: z.number(),
    stepRank: z.number(),
    bias: z.boolean(),
  }),
  z.strictObject({
    kind: z.literal("delta-rule"),
    keyHeads: z.number(),
    valueHeads: z.number(),
    keyDim: z.number(),
    valueDim: z.number(),
    conv: z.number(),
    rank: z.number().optional(),
  }),
]);

const feedForward = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("dense"),
    intermediate: z.number(),
    gated: z.boolean(),
    bias: z.boolean(),
  }),
  z.strictObject({
    kind: z.literal("experts"),
    count: z.int(),
    active: z.int(),
    intermediate: z.number(),
    gated: z.boolean(),
    bias: z.boolean(),
    shared: z.strictObject({ intermediate: z.number(), gate: z.boolean() }).nullable(),
    routerBias: z.boolean(),
    latent: z.number().optional().describe("width that routed experts work in"),
  }),
]);

const embedding = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("tokens"),
    vocab: z.number(),
    width: z.number().nullable().describe("of the table where it is not hidden"),
    positions: z.number(),
    types: z.number(),
    norm: norm.nullable(),
    shared: z.boolean().describe("the table is another stack's"),
  }),
  z.strictObject({
    kind: z.literal("patches"),
    channels: z.number(),
    patch: z.number(),
    image: z.union([z.number(), z.tuple([z.number(), z.number()])]),
    classToken: z.boolean(),
    positions: z.number(),
    bias: z.boolean(),
    norm: norm.nullable(),
  }),
  z.strictObject({
    kind: z.literal("frames"),
    mels: z.number(),
    kernel: z.number(),
    frames: z.number(),
    positions: z.number(),
  }),
]);

const head = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("tokens"),
    vocab: z.number(),
    tied: z.boolean(),
    bias: z.boolean(),
    transform: z.boolean(),
  }),
  z.strictObject({
    kind: z.literal("linear"),
    outputs: z.number(),
    bias: z.boolean(),
    merge: z.number().optional(),
    inner: z.number().optional(),
    taps: z.number().optional(),
  }),
  z.strictObject({ kind: z.literal("pooler") }),
]);

const layerRun = z.strictObject({
  count: z.int().describe("equal layers in a row"),
  layer: z.strictObject({
    mixers: z.array(mixer),
    feedForward: feedForward.nullable(),
    norms: z.strictObject({ count: z.int(), norm }),
  }),
  shared: z.literal(true).optional().describe("all are one set of weights"),
});

export const stack: z.ZodType = z.strictObject({
  role: z.enum(["encoder", "decoder", "vision", "text", "audio"]),
  hidden: z.int(),
  embedding,
  layers: z.array(layerRun),
  finalNorm: norm.nullable(),
  head: head.nullable(),
});
