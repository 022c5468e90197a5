/**
 * DenseNet: each layer reads the outputs of all before it.
 *
 * Source: Huang et al. (arXiv 1608.06993), table 1; pytorch/vision torchvision/models/densenet.py
 */
import * as z from "zod";
import { architecture, count, imageSize, type Architecture } from "./_architecture.ts";
import type { Sketch, Tensor } from "./_sketch.ts";

export const densenet: Architecture = architecture(
  z.strictObject({
    family: z.literal("densenet"),
    blocks: z.array(count).min(1),
    growth: count,
    stem: count,
    image: imageSize,
    classes: count.default(1000),
  }),
  (s, { blocks, growth, stem, image, classes }) => {
    const input = s.input("image", { channels: 3, size: image });
    const first = s.conv(input, { to: stem, kernel: 7, stride: 2 });
    let x = s.pool(first, { kernel: 3, stride: 2 });
    blocks.forEach((layers, index) => {
      for (let layer = 0; layer < layers; layer++) x = denseLayer(s, x, growth);
      if (index < blocks.length - 1) x = transition(s, x);
    });
    s.dense(s.globalPool(s.batchNorm(x)), { to: classes });
  },
);

/** Norm and activation come first; the 1×1 keeps the 3×3 at four times the growth. */
function denseLayer(s: Sketch, x: Tensor, growth: number): Tensor {
  const narrow = s.conv(s.batchNorm(x), { to: 4 * growth, kernel: 1 });
  const y = s.conv(narrow, { to: growth, kernel: 3, norm: false, act: false, bias: false });
  return s.concat([x, y]);
}

function transition(s: Sketch, x: Tensor): Tensor {
  const options = { to: Math.floor(x.channels / 2), kernel: 1 };
  const y = s.conv(s.batchNorm(x), { ...options, norm: false, act: false, bias: false });
  return s.pool(y, { kernel: 2, stride: 2, padding: "valid" });
}
