/**
 * SqueezeNet: fire modules squeeze by a 1×1 and expand by a 1×1 beside a 3×3.
 *
 * Source: Iandola et al. (arXiv 1602.07360), table 1; pytorch/vision torchvision/models/squeezenet.py
 */
import * as z from "zod";
import { architecture, count, imageSize, type Architecture } from "./_architecture.ts";
import type { Sketch, Tensor } from "./_sketch.ts";

export const squeezenet: Architecture = architecture(
  z.strictObject({
    family: z.literal("squeezenet"),
    stem: z.strictObject({ to: count, kernel: count }),
    /** Squeeze channels of each fire module; each half of its output is four times that. */
    fires: z.array(count).min(1),
    /** Fire modules that a pool stands before. */
    pools: z.array(z.int().nonnegative()),
    image: imageSize,
    classes: count.default(1000),
  }),
  (s, { stem, fires, pools, image, classes }) => {
    const input = s.input("image", { channels: 3, size: image });
    const options = { ...stem, stride: 2, padding: "valid", norm: false } as const;
    let x = s.conv(input, options);
    fires.forEach((squeeze, index) => {
      if (pools.includes(index)) x = s.pool(x, { kernel: 3, stride: 2, padding: "ceil" });
      x = fire(s, x, squeeze);
    });
    s.globalPool(s.conv(x, { to: classes, kernel: 1, norm: false }));
  },
);

function fire(s: Sketch, x: Tensor, squeeze: number): Tensor {
  const y = s.conv(x, { to: squeeze, kernel: 1, norm: false });
  const halves = [1, 3].map((kernel) => s.conv(y, { to: 4 * squeeze, kernel, norm: false }));
  return s.concat(halves);
}
