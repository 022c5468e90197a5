/**
 * Single-shot detectors: some features of a trunk, a tail of ever smaller ones, and a convolution on
 * each for boxes and classes of every anchor.
 *
 * Source: Liu et al. (arXiv 1512.02325), figure 2; mlcommons/inference vision/classification_and_detection
 * (SSD-ResNet34 at 1200, SSD-MobileNet v1); NVIDIA/DeepLearningExamples PyTorch/Detection/SSD (SSD300 v1.1)
 */
import * as z from "zod";
import { product } from "../network-size.ts";
import { architecture, count, imageSize, type Architecture } from "./_architecture.ts";
import { featureAt, separableConv } from "./_blocks.ts";
import type { Sketch, Tensor } from "./_sketch.ts";
import { anyTrunk } from "./_trunks.ts";

const extra = z.strictObject({
  /** Channels of the 1×1, then of the 3×3; a middle of 0 leaves the 1×1 out. */
  middle: z.int().nonnegative(),
  to: count,
  stride: count.default(2),
  padding: z.enum(["same", "valid"]).default("same"),
  /** Size of the second kernel. */
  kernel: count.default(3),
  separable: z.boolean().default(false),
});

const figures = z.strictObject({
  family: z.literal("ssd"),
  trunk: anyTrunk,
  /** Features of the trunk that are used, as indexes. */
  takes: z.array(z.int()).min(1),
  extras: z.array(extra),
  norm: z.boolean(),
  /** Of each feature. */
  anchors: z.array(count).min(1),
  heads: z.strictObject({
    kernel: count.default(3),
    stride: count.default(1),
    separable: z.boolean().default(false),
  }),
  /** Background included. */
  classes: count,
  /** Scores of a box are shares of one another; absent they stand each by itself, and few are told. */
  softmax: z.boolean().default(false),
  image: imageSize,
});
type Heads = z.output<typeof figures>["heads"];

export const ssd: Architecture = architecture(figures, (s, f) => {
  const trunk = f.trunk(s, s.input("image", { channels: 3, size: f.image }));
  const features = f.takes.map((index) => featureAt(trunk, index));
  let x = features.at(-1) ?? featureAt(trunk, -1);
  for (const each of f.extras) {
    x = tail(s, x, { ...each, norm: f.norm });
    features.push(x);
  }
  let boxes = 0;
  features.forEach((feature, index) => {
    const anchors = f.anchors[index] ?? 0;
    for (const values of [4, f.classes]) head(s, feature, anchors * values, f.heads);
    boxes += product(feature.size.map((extent) => Math.ceil(extent / f.heads.stride))) * anchors;
  });
  if (f.softmax) s.softmax({ channels: f.classes, size: [boxes] });
  s.add("choice of boxes", { kind: "host", elements: boxes * (f.classes + 4) });
});

function tail(
  s: Sketch,
  x: Tensor,
  step: z.output<typeof extra> & { readonly norm: boolean },
): Tensor {
  const { middle, norm, separable, to, kernel, stride, padding } = step;
  const narrow = middle === 0 ? x : s.conv(x, { to: middle, kernel: 1, norm });
  if (separable) return separableConv(s, narrow, { to, stride });
  return s.conv(narrow, { to, kernel, stride, padding, norm });
}

function head(s: Sketch, x: Tensor, to: number, { kernel, stride, separable }: Heads): void {
  const y = separable ? s.depthwise(x, { kernel, stride }) : x;
  const window = separable ? { kernel: 1 } : { kernel, stride };
  s.conv(y, { to, ...window, norm: false, act: false });
}
