/**
 * Swin Transformer v1 and v2: attention inside windows, shifted in every other block.
 *
 * Source: Liu et al. (arXiv 2103.14030), table 7, and (arXiv 2111.09883), section 3;
 * pytorch/vision torchvision/models/swin_transformer.py
 */
import * as z from "zod";
import { product } from "../network-size.ts";
import { architecture, count, imageSize, type Architecture } from "./_architecture.ts";
import type { Sketch, Tensor } from "./_sketch.ts";

export const swin: Architecture = architecture(
  z.strictObject({
    family: z.literal("swin"),
    blocks: z.array(count).min(1),
    /** Channels of the first stage; each next has twice as many. */
    channels: count,
    headDim: count.default(32),
    window: count,
    /** Version 2 predicts the position bias by a small network and normalises after each part. */
    version: z.literal([1, 2]).default(1),
    image: imageSize,
    classes: count.default(1000),
  }),
  (s, f) => {
    const input = s.input("image", { channels: 3, size: f.image });
    const patches = { kernel: 4, stride: 4, padding: "valid", norm: false, act: false } as const;
    let x = s.norm(s.conv(input, { to: f.channels, ...patches }));
    f.blocks.forEach((blocks, stage) => {
      if (stage > 0) x = merge(s, x, f.version);
      for (let block = 0; block < blocks; block++) x = swinBlock(s, x, f);
    });
    s.dense(s.globalPool(s.norm(x)), { to: f.classes });
  },
);

interface Windowed {
  readonly headDim: number;
  readonly window: number;
  readonly version: 1 | 2;
}

/** Four neighbours become one place of twice the channels. */
function merge(s: Sketch, x: Tensor, version: 1 | 2): Tensor {
  const joined = { channels: 4 * x.channels, size: x.size.map((extent) => Math.ceil(extent / 2)) };
  const moved = s.copy(joined, "merge");
  const y = { to: 2 * x.channels, bias: false };
  return version === 1 ? s.dense(s.norm(moved), y) : s.norm(s.dense(moved, y));
}

function swinBlock(s: Sketch, x: Tensor, f: Windowed): Tensor {
  const heads = x.channels / f.headDim;
  const size = x.size.map((extent) => Math.ceil(extent / f.window) * f.window);
  const places = f.window ** 2;
  const windows = product(size) / places;
  const padded = s.copy({ channels: x.channels, size }, "window partition");
  s.norm(x);
  s.dense(padded, { to: 3 * x.channels });
  s.attend({ queries: places, keys: places, heads, headDim: f.headDim, windows });
  s.elementwise("position bias", { read: 0, written: 0, flops: 0 }, biasParameters(f, heads));
  s.dense(padded, { to: x.channels });
  const mixed = s.sum(s.copy(x, "window reverse"), x);
  const wide = s.dense(s.norm(mixed), { to: 4 * x.channels, act: true });
  return s.sum(s.dense(wide, { to: x.channels }), x);
}

/** A table over relative places, or in version 2 a 2→512→heads network and a temperature a head. */
function biasParameters(
  f: { readonly window: number; readonly version: 1 | 2 },
  heads: number,
): number {
  return f.version === 1 ? (2 * f.window - 1) ** 2 * heads : 3 * 512 + 512 * heads + heads;
}
