/** Layers of a chain as figures, and their drawing. */
import { assert } from "../../assert.ts";
import * as z from "zod";
import { count } from "./_architecture.ts";
import { product } from "../network-size.ts";
import { squeezeExcite } from "./_blocks.ts";
import { flat, type Sketch, type Tensor } from "./_sketch.ts";
import type { Trunk } from "./_trunk.ts";
import type { Padding } from "./_window.ts";

export type ChainLayer = (
  | {
      /** Output channels. */
      readonly conv: number;
      readonly kernel?: number | readonly number[] | undefined;
      readonly stride?: number | readonly number[] | undefined;
      readonly groups?: number | undefined;
      readonly dilation?: number | undefined;
      readonly padding?: Padding | undefined;
      readonly norm?: boolean | undefined;
      readonly act?: boolean | undefined;
      readonly bias?: boolean | undefined;
    }
  /** A depthwise convolution and a 1×1; `middle` says whether the first has norm and activation. */
  | {
      readonly separable: number;
      readonly kernel?: number | undefined;
      readonly stride?: number | undefined;
      readonly padding?: Padding | undefined;
      readonly middle?: boolean | undefined;
      readonly act?: boolean | undefined;
    }
  | {
      readonly pool: number;
      readonly stride?: number | readonly number[] | undefined;
      readonly padding?: Padding | undefined;
    }
  | { readonly adaptivePool: number }
  | { readonly globalPool: true }
  | { readonly dense: number; readonly act?: boolean | undefined }
  | { readonly activate: true }
  /** On its own and activated, before a convolution. */
  | { readonly batchNorm: true }
  /** Each channel by what all of them hold, pooled and squeezed to so many. */
  | { readonly squeeze: number }
  | { readonly layerNorm: true }
  | { readonly attention: ChainAttention }
  /** A product over places, each channel alike (MLP-Mixer), to so many places. */
  | { readonly places: number }
  /** Resampling to a multiple of the size. */
  | { readonly resize: number }
  /** Transposed convolution; its stride multiplies the size. */
  | {
      readonly upConv: number;
      readonly kernel: number;
      readonly stride: number;
      readonly act?: boolean | undefined;
    }
  /** Side by side over the same input, joined along channels; an empty branch passes its input on. */
  | { readonly branches: readonly (readonly ChainLayer[])[] }
  /** Half of the channels pass by, the others go through; both are shuffled (ShuffleNet). */
  | { readonly half: readonly ChainLayer[] }
  | { readonly shuffle: true }
  | { readonly softmax: true }
  /** Channels spread over so many places along each side; a fraction gathers places into channels. */
  | { readonly spread: number }
  /** Added to its input, to what `past` makes of that, or to a 1×1 of it where channels or size change. */
  | { readonly residual: readonly ChainLayer[]; readonly past?: readonly ChainLayer[] | undefined }
  /** Times what its layers make of it. */
  | { readonly gate: readonly ChainLayer[] }
  /** So many parts of the channels, added. */
  | { readonly sum: number }
  /** The first so many channels, where they lie. */
  | { readonly take: number }
  /** With what was drawn before at this size, joined to so many channels. */
  | { readonly join: number }
  /** Drawn over the same input for another place of the network, which a later `residual` or `join` is, or over a stream of its own. */
  | {
      readonly beside: readonly ChainLayer[];
      readonly channels?: number | undefined;
      readonly size?: readonly number[] | undefined;
    }
  /** Boxes to choose from, so many values at each place. */
  | { readonly boxes: number }
  | { readonly layers: readonly ChainLayer[] }
) & { readonly repeat?: number | undefined };

/** Self-attention between places: projections, scores, and a product back to the input's channels, or `to`. */
interface ChainAttention {
  readonly heads: number;
  readonly headDim: number;
  readonly valueDim?: number | undefined;
  /** Places of a window or grid that see each other; absent is all of them. */
  readonly window?: number | undefined;
  /** Places around a window, on each side of it, that its queries see too (HaloNet). */
  readonly halo?: number | undefined;
  /** Keys and values come from so many places beside the picture, each of so many channels (a text). */
  readonly text?: readonly [number, number] | undefined;
  /** Only each n-th place along each side asks and is written. */
  readonly stride?: number | undefined;
  readonly to?: number | undefined;
  /** Keys and values are of each n-th place along each side. */
  readonly keyStride?: number | undefined;
  /** Queries, keys and values are made at each place, and pooled to the strides afterwards. */
  readonly pooled?: boolean | undefined;
  /** So many tokens beside the picture ask and are written; the picture passes by (class tokens). */
  readonly asks?: number | undefined;
  /** Queries come from elsewhere, and are not made here (one set for all windows). */
  readonly given?: boolean | undefined;
  /** Channels of a head see each other over all places (cross-covariance). */
  readonly channels?: boolean | undefined;
}

const attention: z.ZodType<ChainAttention> = z.strictObject({
  heads: count,
  headDim: count,
  valueDim: count.optional(),
  window: count.optional(),
  halo: count.optional(),
  text: z.tuple([count, count]).optional(),
  stride: count.optional(),
  to: count.optional(),
  keyStride: count.optional(),
  pooled: z.boolean().optional(),
  asks: count.optional(),
  given: z.boolean().optional(),
  channels: z.boolean().optional(),
});
const padding = z.union([z.enum(["same", "valid", "ceil"]), z.int().nonnegative()]).optional();
const repeat = count.optional();
/** One for all axes, or one an axis. */
const perAxis = z.union([count, z.array(count)]).optional();
const inner = z.lazy(() => z.array(layer));

export const layer: z.ZodType<ChainLayer> = z.union([
  z.strictObject({
    conv: count,
    kernel: perAxis,
    stride: perAxis,
    groups: count.optional(),
    dilation: count.optional(),
    padding,
    norm: z.boolean().optional(),
    act: z.boolean().optional(),
    bias: z.boolean().optional(),
    repeat,
  }),
  z.strictObject({
    separable: count,
    kernel: count.optional(),
    stride: count.optional(),
    padding,
    middle: z.boolean().optional(),
    act: z.boolean().optional(),
    repeat,
  }),
  z.strictObject({ pool: count, stride: perAxis, padding, repeat }),
  z.strictObject({ adaptivePool: count, repeat }),
  z.strictObject({ globalPool: z.literal(true), repeat }),
  z.strictObject({ dense: count, act: z.boolean().optional(), repeat }),
  z.strictObject({ activate: z.literal(true), repeat }),
  z.strictObject({ batchNorm: z.literal(true), repeat }),
  z.strictObject({ squeeze: count, repeat }),
  z.strictObject({ layerNorm: z.literal(true), repeat }),
  z.strictObject({ attention, repeat }),
  z.strictObject({ places: count, repeat }),
  z.strictObject({ resize: count, repeat }),
  z.strictObject({
    upConv: count,
    kernel: count,
    stride: count,
    act: z.boolean().optional(),
    repeat,
  }),
  z.strictObject({ branches: z.array(inner).min(1), repeat }),
  z.strictObject({ half: inner, repeat }),
  z.strictObject({ shuffle: z.literal(true), repeat }),
  z.strictObject({ softmax: z.literal(true), repeat }),
  z.strictObject({ spread: z.number().positive(), repeat }),
  z.strictObject({ residual: inner, past: inner.optional(), repeat }),
  z.strictObject({ gate: inner, repeat }),
  z.strictObject({ sum: z.int().min(2), repeat }),
  z.strictObject({ take: count, repeat }),
  z.strictObject({ join: count, repeat }),
  z.strictObject({
    beside: inner,
    channels: count.optional(),
    size: z.array(count).optional(),
    repeat,
  }),
  z.strictObject({ boxes: count, repeat }),
  z.strictObject({ layers: inner, repeat }),
]);

interface Chain {
  readonly layers: readonly ChainLayer[];
  readonly norm: boolean;
}

export function drawChain(s: Sketch, x: Tensor, { layers, norm }: Chain): Tensor {
  let y = x;
  for (const each of layers) {
    for (let index = 0; index < (each.repeat ?? 1); index++) y = drawLayer(s, y, each, norm);
  }
  return y;
}

function drawLayer(s: Sketch, x: Tensor, each: ChainLayer, norm: boolean): Tensor {
  if ("conv" in each) return convolved(s, x, each, norm);
  if ("separable" in each) return separated(s, x, each, norm);
  if ("pool" in each) {
    const { pool: kernel, stride = kernel, padding: pad = "same" } = each;
    return s.pool(x, { kernel, stride, padding: pad });
  }
  if ("adaptivePool" in each) {
    const size = x.size.map(() => each.adaptivePool);
    return s.adaptivePool(x, size);
  }
  if ("globalPool" in each) return s.globalPool(x);
  if ("dense" in each) return s.dense(flat(x), { to: each.dense, act: each.act ?? true });
  if ("activate" in each) return s.activate(x);
  if ("batchNorm" in each) return s.batchNorm(x);
  if ("branches" in each) {
    return s.concat(each.branches.map((layers) => drawChain(s, x, { layers, norm })));
  }
  if ("residual" in each) {
    const y = drawChain(s, x, { layers: each.residual, norm });
    if (each.past === undefined) return added(s, x, y, norm);
    return s.sum(y, drawChain(s, x, { layers: each.past, norm }));
  }
  if ("layers" in each) return drawChain(s, x, { layers: each.layers, norm });
  if ("gate" in each) return s.scale(x, drawChain(s, x, { layers: each.gate, norm }));
  if ("beside" in each) {
    const { beside: layers, channels = x.channels, size = x.size } = each;
    drawChain(s, { channels, size }, { layers, norm });
    return x;
  }
  if ("take" in each) return { ...x, channels: each.take };
  if ("join" in each) return s.copy({ ...x, channels: each.join }, "concat", { joins: true });
  if ("sum" in each) {
    const part = { ...x, channels: x.channels / each.sum };
    const others = Array.from({ length: each.sum - 2 }, () => part);
    return s.sum(part, part, ...others);
  }
  if ("boxes" in each) {
    s.add("choice of boxes", { kind: "host", elements: product(x.size) * each.boxes });
    return x;
  }
  if ("half" in each) {
    const half = { ...x, channels: x.channels / 2 };
    return s.copy(s.concat([half, drawChain(s, half, { layers: each.half, norm })]), "shuffle");
  }
  if ("shuffle" in each) return s.copy(x, "shuffle");
  if ("softmax" in each) return s.softmax(x);
  if ("spread" in each) {
    const { spread: by } = each;
    const size = x.size.map((extent) => extent * by);
    return s.copy({ channels: x.channels / by ** size.length, size }, "spread");
  }
  if ("squeeze" in each) return squeezeExcite(s, x, { to: each.squeeze });
  if ("layerNorm" in each) return s.norm(x);
  if ("attention" in each) return attended(s, x, each.attention);
  if ("resize" in each)
    return s.resize(
      x,
      x.size.map((extent) => extent * each.resize),
    );
  if ("upConv" in each) {
    const { upConv: to, kernel, stride, act = true } = each;
    return s.upConv(x, { to, kernel, stride, norm, act });
  }
  const turned = s.dense({ channels: product(x.size), size: [x.channels] }, { to: each.places });
  return { channels: x.channels, size: [turned.channels] };
}

function attended(s: Sketch, x: Tensor, a: ChainAttention): Tensor {
  const { heads, headDim, valueDim = headDim, stride = 1, to = x.channels, keyStride = 1 } = a;
  const size = a.asks === undefined ? reduced(x.size, stride) : [a.asks];
  const [texts, textChannels = x.channels] = a.text ?? [];
  const keySize = texts === undefined ? reduced(x.size, keyStride) : [texts];
  const [queries, keys] = [product(size), product(keySize)];
  const { window = keys } = a;
  const windows = a.window === undefined ? 1 : windowsOf(keySize, window);
  const made = (at: readonly number[]) => (a.pooled === true ? x : { ...x, size: at });
  if (a.given !== true) s.dense(made(size), { to: heads * headDim });
  s.dense({ ...made(keySize), channels: textChannels }, { to: heads * (headDim + valueDim) });
  if (a.channels === true) s.attend({ queries: headDim, keys: headDim, heads, headDim: keys });
  else {
    const { halo = 0 } = a;
    const seen = halo === 0 ? window : (Math.sqrt(window) + 2 * halo) ** 2;
    const unfolded = { channels: heads * (headDim + valueDim), size: [windows * seen] };
    if (halo > 0) s.copy(unfolded, "unfold");
    s.attend({
      queries: (queries * window) / keys,
      keys: seen,
      windows,
      heads,
      headDim,
      valueDim,
    });
  }
  const y = s.dense({ channels: heads * valueDim, size }, { to });
  return a.asks === undefined ? y : x;
}

/** Squares of so many places; those at the edges are padded. */
function windowsOf(size: readonly number[], window: number): number {
  const side = Math.round(window ** (1 / size.length));
  return product(size.map((extent) => Math.ceil(extent / side)));
}

function reduced(size: readonly number[], stride: number): readonly number[] {
  return size.map((extent) => Math.ceil(extent / stride));
}

function convolved(
  s: Sketch,
  x: Tensor,
  each: Extract<ChainLayer, { conv: number }>,
  norm: boolean,
): Tensor {
  const { conv: to, kernel = 3, stride = 1, groups = 1, dilation = 1, act = true } = each;
  const window = { kernel, stride, groups, dilation, padding: each.padding ?? "same" };
  const { norm: normed = norm, bias = !normed } = each;
  return s.conv(x, { to, ...window, norm: normed, act, bias });
}

function separated(
  s: Sketch,
  x: Tensor,
  each: Extract<ChainLayer, { separable: number }>,
  norm: boolean,
): Tensor {
  const { separable: to, kernel = 3, stride = 1, middle = true, act = true } = each;
  const window = { kernel, stride, padding: each.padding ?? "same" };
  const filter = middle ? { norm } : { norm: false, act: false, bias: false };
  return s.conv(s.depthwise(x, { ...window, ...filter }), { to, kernel: 1, norm, act });
}

function added(s: Sketch, x: Tensor, y: Tensor, norm: boolean): Tensor {
  const [before] = x.size;
  const [after] = y.size;
  assert(before !== undefined && after !== undefined, "a residual needs a place to be added at");
  const stride = Math.ceil(before / after);
  if (stride === 1 && x.channels === y.channels) return s.sum(y, x);
  return s.sum(y, s.conv(x, { to: y.channels, kernel: 1, stride, norm, act: false }));
}

/** A chain cut into stages: what each stage writes. */
export const chainTrunk: z.ZodType<Trunk> = z
  .strictObject({ trunk: z.literal("chain"), norm: z.boolean(), stages: z.array(inner).min(1) })
  .transform(({ norm, stages }): Trunk => (s, image) => {
    const features: Tensor[] = [];
    for (const layers of stages) {
      features.push(drawChain(s, features.at(-1) ?? image, { layers, norm }));
    }
    return features;
  });
