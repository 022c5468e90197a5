/** Layers of a chain as figures, and their drawing. */
import { assert } from "../../assert.ts";
import * as z from "zod";
import { count } from "./_architecture.ts";
import { flat, type Sketch, type Tensor } from "./_sketch.ts";
import type { Trunk } from "./_trunk.ts";
import type { Padding } from "./_window.ts";

export type ChainLayer = (
  | {
      /** Output channels. */
      readonly conv: number;
      readonly kernel?: number | readonly number[] | undefined;
      readonly stride?: number | undefined;
      readonly groups?: number | undefined;
      readonly dilation?: number | undefined;
      readonly padding?: Padding | undefined;
      readonly norm?: boolean | undefined;
      readonly act?: boolean | undefined;
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
      readonly stride?: number | undefined;
      readonly padding?: Padding | undefined;
    }
  | { readonly adaptivePool: number }
  | { readonly globalPool: true }
  | { readonly dense: number }
  | { readonly activate: true }
  /** Side by side over the same input, joined along channels; an empty branch passes its input on. */
  | { readonly branches: readonly (readonly ChainLayer[])[] }
  /** Added to its input, or to a 1×1 of it where channels or size change. */
  | { readonly residual: readonly ChainLayer[] }
) & { readonly repeat?: number | undefined };

const padding = z.union([z.enum(["same", "valid", "ceil"]), z.int().nonnegative()]).optional();
const repeat = count.optional();
const inner = z.lazy(() => z.array(layer));

export const layer: z.ZodType<ChainLayer> = z.union([
  z.strictObject({
    conv: count,
    kernel: z.union([count, z.array(count)]).optional(),
    stride: count.optional(),
    groups: count.optional(),
    dilation: count.optional(),
    padding,
    norm: z.boolean().optional(),
    act: z.boolean().optional(),
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
  z.strictObject({ pool: count, stride: count.optional(), padding, repeat }),
  z.strictObject({ adaptivePool: count, repeat }),
  z.strictObject({ globalPool: z.literal(true), repeat }),
  z.strictObject({ dense: count, repeat }),
  z.strictObject({ activate: z.literal(true), repeat }),
  z.strictObject({ branches: z.array(inner).min(1), repeat }),
  z.strictObject({ residual: inner, repeat }),
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
  if ("dense" in each) return s.dense(flat(x), { to: each.dense, act: true });
  if ("activate" in each) return s.activate(x);
  if ("branches" in each) {
    return s.concat(each.branches.map((layers) => drawChain(s, x, { layers, norm })));
  }
  return added(s, x, drawChain(s, x, { layers: each.residual, norm }), norm);
}

function convolved(
  s: Sketch,
  x: Tensor,
  each: Extract<ChainLayer, { conv: number }>,
  norm: boolean,
): Tensor {
  const { conv: to, kernel = 3, stride = 1, groups = 1, dilation = 1, act = true } = each;
  const window = { kernel, stride, groups, dilation, padding: each.padding ?? "same" };
  return s.conv(x, { to, ...window, norm: each.norm ?? norm, act });
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
