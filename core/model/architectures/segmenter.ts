/**
 * Segmentation on a dilated trunk: FCN's two convolutions, or DeepLab v3's pyramid of dilations.
 *
 * Source: Long et al. (arXiv 1411.4038); Chen et al. (arXiv 1706.05587), figure 5, (arXiv 1802.02611), figure 2; pytorch/vision
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
    /** DeepLab v3+: channels of the first stage that the pyramid's answer is joined with, at that stage's size. */
    fine: count.optional(),
    classes: count,
    image: imageSize,
  }),
  (s, { trunk, dilations, auxiliary, fine, classes, image }) => {
    const features = trunk(s, s.input("image", { channels: 3, size: image }));
    const x = featureAt(features, -1);
    const detail = fine === undefined ? undefined : { x: featureAt(features, 1), to: fine };
    const y = dilations.length === 0 ? narrow(s, x) : atrousPyramid(s, x, { dilations, detail });
    const heads = auxiliary ? [y, narrow(s, featureAt(features, -2))] : [y];
    for (const each of heads) {
      s.resize(s.conv(each, { to: classes, kernel: 1, norm: false, act: false }), image);
    }
  },
);

function narrow(s: Sketch, x: Tensor): Tensor {
  return s.conv(x, { to: x.channels / 4, kernel: 3 });
}

interface Pyramid {
  readonly dilations: readonly number[];
  readonly detail: { readonly x: Tensor; readonly to: number } | undefined;
}

function atrousPyramid(s: Sketch, x: Tensor, { dilations, detail }: Pyramid): Tensor {
  const to = 256;
  const near = s.conv(x, { to, kernel: 1 });
  const far = dilations.map((dilation) => s.conv(x, { to, kernel: 3, dilation }));
  const pooled = s.conv(s.adaptivePool(x, [1, 1]), { to, kernel: 1 });
  const whole = s.resize(pooled, x.size);
  const joined = s.conv(s.concat([near, ...far, whole]), { to, kernel: 1 });
  if (detail === undefined) return s.conv(joined, { to, kernel: 3 });
  const refined = s.conv(detail.x, { to: detail.to, kernel: 1 });
  return s.conv(s.concat([refined, s.resize(joined, detail.x.size)]), { to, kernel: 3 });
}
