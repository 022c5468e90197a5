/** The shape of a model that an address brings: whoever wrote the link may have written anything. */
import * as z from "zod/mini";
import { PRECISIONS, type Model } from "../../core/index.ts";

/** As readers of files allow: products of two stay exact. */
const COUNT_MAX = 2 ** 31;
const count = z.int().check(z.gte(1), z.lte(COUNT_MAX));
const natural = z.int().check(z.gte(0), z.lte(COUNT_MAX));
/** Sums and products of counts: parameters, elements, FLOPs. */
const amount = z.number().check(z.gte(0), z.lte(Number.MAX_SAFE_INTEGER));
/** Past every name and note of a model in the catalogue. */
const text = z.string().check(z.maxLength(2000));
const shape = z.array(natural);
const flag = z.boolean();
const maybe = z.exactOptional;

const storage = z.strictObject({ name: text, bits: z.number().check(z.gt(0), z.lte(64)) });
const multiplied = z.enum(PRECISIONS);
const numerics = z.strictObject({
  name: text,
  linear: storage,
  experts: storage,
  embedding: storage,
  head: storage,
  activations: storage,
  kv: storage,
  compute: z.strictObject({
    linear: multiplied,
    experts: multiplied,
    head: multiplied,
    attention: multiplied,
  }),
});

const norm = z.enum(["rms", "layer"]);

const mixer = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("attention"),
    heads: count,
    kvHeads: count,
    headDim: count,
    valueDim: count,
    causal: flag,
    cross: flag,
    window: z.nullable(count),
    bias: z.strictObject({ q: flag, k: flag, v: flag, out: flag }),
    qkNorm: z.enum(["none", "head", "full"]),
    gated: flag,
    valueTied: maybe(z.literal(true)),
    sinks: flag,
    relativeBuckets: natural,
    positions: maybe(z.enum(["bias", "embedding"])),
  }),
  z.strictObject({
    kind: z.literal("latent-attention"),
    heads: count,
    queryRank: z.nullable(count),
    kvRank: count,
    nopeDim: natural,
    ropeDim: natural,
    valueDim: count,
    indexer: z.nullable(z.strictObject({ heads: count, dim: count, topTokens: count })),
  }),
  z.strictObject({
    kind: z.literal("state-space"),
    version: z.literal([1, 2]),
    inner: count,
    state: count,
    heads: count,
    groups: count,
    conv: natural,
    stepRank: natural,
    bias: flag,
  }),
  z.strictObject({
    kind: z.literal("delta-rule"),
    keyHeads: count,
    valueHeads: count,
    keyDim: count,
    valueDim: count,
    conv: natural,
    rank: maybe(count),
  }),
]);

const feedForward = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("dense"), intermediate: count, gated: flag, bias: flag }),
  z.strictObject({
    kind: z.literal("experts"),
    count,
    active: count,
    intermediate: count,
    gated: flag,
    bias: flag,
    shared: z.nullable(z.strictObject({ intermediate: count, gate: flag })),
    routerBias: flag,
    latent: maybe(count),
  }),
]);

const embedding = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("tokens"),
    vocab: count,
    width: z.nullable(count),
    positions: natural,
    types: natural,
    norm: z.nullable(norm),
    shared: flag,
  }),
  z.strictObject({
    kind: z.literal("patches"),
    channels: count,
    patch: count,
    image: z.union([count, z.tuple([count, count])]),
    classToken: flag,
    positions: natural,
    bias: flag,
    norm: z.nullable(norm),
  }),
  z.strictObject({
    kind: z.literal("frames"),
    mels: count,
    kernel: count,
    frames: count,
    positions: natural,
  }),
]);

const head = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("tokens"),
    vocab: count,
    tied: flag,
    bias: flag,
    transform: flag,
  }),
  z.strictObject({
    kind: z.literal("linear"),
    outputs: count,
    bias: flag,
    merge: maybe(count),
    inner: maybe(count),
    taps: maybe(count),
  }),
  z.strictObject({ kind: z.literal("pooler") }),
]);

const stack = z.strictObject({
  role: z.enum(["encoder", "decoder", "vision", "text", "audio"]),
  hidden: count,
  embedding,
  layers: z.array(
    z.strictObject({
      count,
      layer: z.strictObject({
        mixers: z.array(mixer),
        feedForward: z.nullable(feedForward),
        norms: z.strictObject({ count: natural, norm }),
      }),
      shared: maybe(z.literal(true)),
    }),
  ),
  finalNorm: z.nullable(norm),
  head: z.nullable(head),
});

const work = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("convolution"),
    channelsIn: count,
    channelsOut: count,
    kernel: shape,
    input: shape,
    output: shape,
    groups: count,
    transposed: flag,
  }),
  z.strictObject({
    kind: z.literal("matmul"),
    m: natural,
    n: natural,
    k: natural,
    batch: natural,
    constant: flag,
  }),
  z.strictObject({
    kind: z.literal("attention"),
    queries: natural,
    keys: natural,
    heads: count,
    kvHeads: maybe(count),
    headDim: count,
    valueDim: count,
    windows: count,
  }),
  z.strictObject({
    kind: z.literal("recurrent"),
    steps: natural,
    input: natural,
    hidden: count,
    gates: count,
    directions: count,
  }),
  z.strictObject({
    kind: z.literal("gather"),
    rows: amount,
    width: count,
    lookups: natural,
    bags: maybe(natural),
  }),
  z.strictObject({
    kind: z.literal("elementwise"),
    read: amount,
    written: amount,
    flops: amount,
    pointwise: maybe(flag),
    joins: maybe(flag),
    exponential: maybe(flag),
  }),
  z.strictObject({ kind: z.literal("host"), elements: amount }),
]);

const common = {
  id: text,
  name: text,
  source: text,
  numerics,
  assumptions: maybe(z.array(text)),
};

export const modelShape: z.ZodMiniType<Model> = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("transformer"),
    ...common,
    stacks: z.array(stack).check(z.minLength(1)),
    contextMax: maybe(count),
  }),
  z.strictObject({
    kind: z.literal("network"),
    ...common,
    inputs: z.array(
      z.strictObject({
        name: text,
        shape,
        drawn: maybe(z.strictObject({ rows: amount, links: amount, draws: amount })),
      }),
    ),
    nodes: z
      .array(
        z.strictObject({
          name: text,
          count,
          parameters: amount,
          shared: maybe(flag),
          work,
          numerics: maybe(numerics),
          keepsNumerics: maybe(flag),
          isUnmodelled: maybe(flag),
        }),
      )
      .check(z.minLength(1)),
    idle: maybe(amount),
    outputs: maybe(z.array(z.strictObject({ name: text, shape, sizes: z.array(text) }))),
    opsets: maybe(z.array(z.strictObject({ domain: text, version: natural }))),
    sizes: maybe(z.record(text, natural)),
  }),
]);
