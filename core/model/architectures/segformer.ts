/**
 * SegFormer: four stages of attention whose keys are one place in `reduction²`, and a head that joins all stages at a
 * quarter of the image.
 *
 * Source: Xie et al. (arXiv 2105.15203), table 6 and section 3; NVlabs/SegFormer mmseg/models/backbones/mix_transformer.py
 */
import * as z from "zod";
import { product } from "../network-size.ts";
import { architecture, count, imageSize, type Architecture } from "./_architecture.ts";
import type { Sketch, Tensor } from "./_sketch.ts";

const four = z.tuple([count, count, count, count]);

const figures = z.strictObject({
  family: z.literal("segformer"),
  blocks: four,
  channels: four,
  heads: four.default([1, 2, 5, 8]),
  /** Side of the patches that keys are made of, stage by stage. */
  reductions: four.default([8, 4, 2, 1]),
  /** Width of the head. */
  head: count,
  classes: count.default(150),
  image: imageSize,
});

export const segformer: Architecture = architecture(figures, (s, f) => {
  let x = s.input("image", { channels: 3, size: f.image });
  const features: Tensor[] = [];
  f.blocks.forEach((blocks, stage) => {
    const to = f.channels[stage] ?? 0;
    const window = stage === 0 ? { kernel: 7, stride: 4 } : { kernel: 3, stride: 2 };
    x = s.norm(s.conv(x, { to, ...window, norm: false, act: false }));
    const shape = { heads: f.heads[stage] ?? 1, reduction: f.reductions[stage] ?? 1 };
    for (let block = 0; block < blocks; block++) x = mixed(s, attended(s, x, shape));
    features.push(s.norm(x));
  });
  const size = features[0]?.size ?? [];
  const narrow = features.map((each) => s.resize(s.dense(each, { to: f.head }), size));
  const joined = s.conv(s.concat(narrow), { to: f.head, kernel: 1 });
  s.conv(joined, { to: f.classes, kernel: 1, norm: false, act: false });
});

interface Attention {
  readonly heads: number;
  readonly reduction: number;
}

function attended(s: Sketch, x: Tensor, { heads, reduction }: Attention): Tensor {
  const y = s.norm(x);
  const { channels: to } = x;
  s.dense(y, { to });
  const window = { kernel: reduction, stride: reduction, padding: "valid", norm: false } as const;
  const keys = reduction === 1 ? y : s.norm(s.conv(y, { to, ...window, act: false }));
  s.dense(keys, { to: 2 * to });
  const [queries, places] = [product(x.size), product(keys.size)];
  s.attend({ queries, keys: places, heads, headDim: to / heads });
  return s.sum(s.dense(x, { to }), x);
}

/** A depthwise convolution between the two layers tells places apart. */
function mixed(s: Sketch, x: Tensor): Tensor {
  const wide = s.dense(s.norm(x), { to: 4 * x.channels });
  const seen = s.activate(s.depthwise(wide, { kernel: 3, norm: false, act: false }));
  return s.sum(s.dense(seen, { to: x.channels }), x);
}
