/**
 * Segmentation on a dilated trunk: FCN's two convolutions, or DeepLab v3's pyramid of dilations.
 *
 * Source: Long et al. (arXiv 1411.4038); Chen et al. (arXiv 1706.05587), figure 5; pytorch/vision
 * torchvision/models/segmentation/{fcn,deeplabv3}.py
 */
import * as z from "zod";
import { architecture, count, imageSize, type Architecture } from "./_architecture.ts";
import { featureAt } from "./_blocks.ts";
import type { Sketch, Tensor } from "./_sketch.ts";
import { anyTrunk } from "./_trunks.ts";

export const segmenter: Architecture = architecture(
  z.strictObject({
    family: z.literal("segmenter"),
    trunk: anyTrunk,
    /** Dilations of DeepLab's pyramid; none is FCN. */
    dilations: z.array(count).default([]),
    /** A second FCN head on the feature before the last, there for training and shipped all the same. */
    auxiliary: z.boolean().default(false),
    classes: count,
    image: imageSize,
  }),
  (s, { trunk, dilations, auxiliary, classes, image }) => {
    const features = trunk(s, s.input("image", { channels: 3, size: image }));
    const x = featureAt(features, -1);
    const y = dilations.length === 0 ? narrow(s, x) : atrousPyramid(s, x, dilations);
    const heads = auxiliary ? [y, narrow(s, featureAt(features, -2))] : [y];
    for (const each of heads) {
      s.resize(s.conv(each, { to: classes, kernel: 1, norm: false, act: false }), image);
    }
  },
);

function narrow(s: Sketch, x: Tensor): Tensor {
  return s.conv(x, { to: x.channels / 4, kernel: 3 });
}

function atrousPyramid(s: Sketch, x: Tensor, dilations: readonly number[]): Tensor {
  const to = 256;
  const near = s.conv(x, { to, kernel: 1 });
  const far = dilations.map((dilation) => s.conv(x, { to, kernel: 3, dilation }));
  const pooled = s.conv(s.adaptivePool(x, [1, 1]), { to, kernel: 1 });
  const whole = s.resize(pooled, x.size);
  const joined = s.conv(s.concat([near, ...far, whole]), { to, kernel: 1 });
  return s.conv(joined, { to, kernel: 3 });
}
