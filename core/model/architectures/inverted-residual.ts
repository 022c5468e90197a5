/**
 * Networks of inverted residuals: MobileNet v2 and v3, MNASNet, EfficientNet v1, v2 and lite.
 *
 * A block widens by a 1×1, filters depthwise, squeezes, and narrows by a 1×1; fused blocks widen and
 * filter in one full convolution. Width and depth multipliers scale the table as compound scaling does.
 *
 * Source: Sandler et al. (arXiv 1801.04381), table 2; Howard et al. (arXiv 1905.02244), tables 1 and 2;
 * Tan and Le (arXiv 1905.11946), table 1, and (arXiv 2104.00298), table 4;
 * pytorch/vision torchvision/models/{mobilenetv2,mobilenetv3,efficientnet,mnasnet}.py
 */
import * as z from "zod";
import { architecture, count, imageSize, type Architecture } from "./_architecture.ts";
import { divisible, squeezeExcite } from "./_blocks.ts";
import type { Sketch, Tensor } from "./_sketch.ts";
import type { Trunk } from "./_trunk.ts";

const stage = z.strictObject({
  /** Output channels before the width multiplier. */
  to: count,
  repeat: count.default(1),
  kernel: count.default(3),
  stride: count.default(1),
  /** Widening: a factor of the input, or the channels themselves. */
  expand: z.number().positive().optional(),
  expanded: count.optional(),
  /** Squeezed channels over block input (EfficientNet) or over expanded channels (MobileNet v3). */
  squeeze: z.number().positive().optional(),
  fused: z.boolean().default(false),
});
type Stage = z.output<typeof stage>;

const stageTable = {
  stages: z.array(stage).min(1),
  /** Channels of the first convolution. */
  stem: count,
  width: z.number().positive().default(1),
  depth: z.number().positive().default(1),
  /** Stem, head and the depth of the first and last stage keep their size under the multipliers (EfficientNet lite). */
  fixedEnds: z.boolean().default(false),
  squeezeOf: z.enum(["input", "expanded"]).default("input"),
};
const table = z.strictObject({ trunk: z.literal("inverted-residual"), ...stageTable });
type StageTable = Omit<z.output<typeof table>, "trunk">;

export const invertedResidual: Architecture = architecture(
  z.strictObject({
    family: z.literal("inverted-residual"),
    ...stageTable,
    /** Channels of the 1×1 after the last stage, multipliers included. */
    head: count,
    /** Width of a dense layer before the classes; absent is none. */
    hidden: count.optional(),
    image: imageSize,
    classes: count.default(1000),
  }),
  (s, f) => {
    const image = s.input("image", { channels: 3, size: f.image });
    const last = invertedFeatures(s, image, f).at(-1) ?? image;
    const pooled = s.globalPool(s.conv(last, { to: f.head, kernel: 1 }));
    const hidden = f.hidden === undefined ? pooled : s.dense(pooled, { to: f.hidden, act: true });
    s.dense(hidden, { to: f.classes });
  },
);

export const invertedTrunk: z.ZodType<Trunk> = table.transform(
  (figures): Trunk =>
    (s, image) =>
      invertedFeatures(s, image, figures),
);

/** What the stem and each stage write. */
function invertedFeatures(s: Sketch, image: Tensor, f: StageTable): readonly Tensor[] {
  const stem = f.fixedEnds ? f.stem : divisible(f.stem * f.width);
  const features = [s.conv(image, { to: stem, kernel: 3, stride: 2 })];
  f.stages.forEach((each, index) => {
    const ends = index === 0 || index === f.stages.length - 1;
    const blocks = f.fixedEnds && ends ? each.repeat : Math.ceil(each.repeat * f.depth);
    let x = features.at(-1) ?? image;
    for (let block = 0; block < blocks; block++) {
      const stride = block === 0 ? each.stride : 1;
      const to = divisible(each.to * f.width);
      x = invertedBlock(s, x, { stage: each, to, stride, squeezeOf: f.squeezeOf });
    }
    features.push(x);
  });
  return features;
}

function invertedBlock(
  s: Sketch,
  x: Tensor,
  block: {
    readonly stage: Stage;
    readonly to: number;
    readonly stride: number;
    readonly squeezeOf: "input" | "expanded";
  },
): Tensor {
  const {
    stage: { kernel, fused, expand = 1, expanded, squeeze },
    to,
    stride,
    squeezeOf,
  } = block;
  const wide = expanded ?? divisible(x.channels * expand);
  if (fused && wide === x.channels) return residual(s, x, s.conv(x, { to, kernel, stride }));
  const widened = fused
    ? s.conv(x, { to: wide, kernel, stride })
    : filtered(s, x, { wide, kernel, stride });
  const scaled = squeeze === undefined ? widened : squeezeExcite(s, widened, { to: squeezed() });
  return residual(s, x, s.conv(scaled, { to, kernel: 1, act: false }));

  function squeezed(): number {
    const ratio = squeeze ?? 1;
    return squeezeOf === "input"
      ? Math.max(1, Math.floor(x.channels * ratio))
      : divisible(wide * ratio);
  }
}

function filtered(
  s: Sketch,
  x: Tensor,
  filter: { readonly wide: number; readonly kernel: number; readonly stride: number },
): Tensor {
  const { wide, kernel, stride } = filter;
  const widened = wide === x.channels ? x : s.conv(x, { to: wide, kernel: 1 });
  return s.depthwise(widened, { kernel, stride });
}

function residual(s: Sketch, x: Tensor, y: Tensor): Tensor {
  const same = x.channels === y.channels && x.size.every((extent, axis) => extent === y.size[axis]);
  return same ? s.sum(y, x) : y;
}
