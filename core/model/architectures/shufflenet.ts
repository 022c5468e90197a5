/**
 * ShuffleNet v2: half of the channels pass by, the others are filtered, then both are shuffled.
 *
 * Source: Ma et al. (arXiv 1807.11164), table 5; pytorch/vision torchvision/models/shufflenetv2.py
 */
import * as z from "zod";
import { architecture, count, imageSize, type Architecture } from "./_architecture.ts";
import type { Sketch, Tensor } from "./_sketch.ts";

export const shufflenet: Architecture = architecture(
  z.strictObject({
    family: z.literal("shufflenet"),
    repeats: z.array(count).min(1),
    channels: z.array(count).min(1),
    stem: count,
    head: count,
    image: imageSize,
    classes: count.default(1000),
  }),
  (s, f) => {
    const input = s.input("image", { channels: 3, size: f.image });
    let x = s.pool(s.conv(input, { to: f.stem, kernel: 3, stride: 2 }), { kernel: 3, stride: 2 });
    f.repeats.forEach((repeats, stage) => {
      x = down(s, x, f.channels[stage] ?? x.channels);
      for (let unit = 1; unit < repeats; unit++) x = keep(s, x);
    });
    s.dense(s.globalPool(s.conv(x, { to: f.head, kernel: 1 })), { to: f.classes });
  },
);

/** Both halves are filtered at stride 2. */
function down(s: Sketch, x: Tensor, to: number): Tensor {
  const passed = s.depthwise(x, { kernel: 3, stride: 2, act: false });
  const left = s.conv(passed, { to: to / 2, kernel: 1 });
  return s.copy(s.concat([left, filtered(s, x, { to: to / 2, stride: 2 })]), "shuffle");
}

function keep(s: Sketch, x: Tensor): Tensor {
  const half = { ...x, channels: x.channels / 2 };
  const right = filtered(s, half, { to: half.channels, stride: 1 });
  return s.copy(s.concat([half, right]), "shuffle");
}

function filtered(
  s: Sketch,
  x: Tensor,
  branch: { readonly to: number; readonly stride: number },
): Tensor {
  const { to, stride } = branch;
  const y = s.depthwise(s.conv(x, { to, kernel: 1 }), { kernel: 3, stride, act: false });
  return s.conv(y, { to, kernel: 1 });
}
