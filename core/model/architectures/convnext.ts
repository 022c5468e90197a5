/**
 * ConvNeXt v1 and v2: a 7×7 depthwise convolution and a two-layer perceptron a block.
 *
 * Source: Liu et al. (arXiv 2201.03545), table 9; Woo et al. (arXiv 2301.00808), section 4 for the
 * response norm; pytorch/vision torchvision/models/convnext.py
 */
import * as z from "zod";
import { architecture, count, imageSize, type Architecture } from "./_architecture.ts";
import { values, type Sketch, type Tensor } from "./_sketch.ts";

export const convnext: Architecture = architecture(
  z.strictObject({
    family: z.literal("convnext"),
    blocks: z.array(count).min(1),
    channels: z.array(count).min(1),
    /** Version 1 scales each block's output by learned factors, 2 normalises responses inside. */
    version: z.literal([1, 2]).default(1),
    image: imageSize,
    classes: count.default(1000),
  }),
  (s, f) => {
    let x = s.input("image", { channels: 3, size: f.image });
    f.blocks.forEach((blocks, stage) => {
      x = down(s, x, { to: f.channels[stage] ?? x.channels, first: stage === 0 });
      for (let block = 0; block < blocks; block++) x = convnextBlock(s, x, f.version);
    });
    s.dense(s.norm(s.globalPool(x)), { to: f.classes });
  },
);

/** Patches of 4 at first, then of 2; the norm stands after the first and before the others. */
function down(
  s: Sketch,
  x: Tensor,
  stage: { readonly to: number; readonly first: boolean },
): Tensor {
  const kernel = stage.first ? 4 : 2;
  const options = {
    to: stage.to,
    kernel,
    stride: kernel,
    padding: "valid",
    norm: false,
    act: false,
  } as const;
  return stage.first ? s.norm(s.conv(x, options)) : s.conv(s.norm(x), options);
}

function convnextBlock(s: Sketch, x: Tensor, version: 1 | 2): Tensor {
  const filtered = s.norm(s.depthwise(x, { kernel: 7, norm: false, act: false }));
  const wide = s.dense(filtered, { to: 4 * x.channels, act: true });
  const y = s.dense(version === 2 ? s.norm(wide) : wide, { to: x.channels });
  const count = values(y);
  if (version === 1) {
    const traffic = { read: count, written: count, flops: count, pointwise: true };
    s.elementwise(`layer scale ${y.channels}`, traffic, y.channels);
  }
  return s.sum(y, x);
}
