/**
 * ResNet and its widenings: ResNeXt (groups), Wide ResNet (width), SE-ResNeXt (squeeze).
 *
 * Source: He et al. (arXiv 1512.03385), table 1; pytorch/vision torchvision/models/resnet.py;
 * Hu et al. (arXiv 1709.01507) for squeeze-and-excitation
 */
import * as z from "zod";
import { architecture, count, imageSize, type Architecture } from "./_architecture.ts";
import { squeezeExcite } from "./_blocks.ts";
import type { Sketch, Tensor } from "./_sketch.ts";
import type { Trunk } from "./_trunk.ts";

const stages = {
  /** Blocks of each stage. */
  blocks: z.array(count).min(1),
  /** Two 3×3 convolutions, or a 3×3 between two 1×1. */
  block: z.enum(["basic", "bottleneck"]),
  groups: count.default(1),
  /** Channels of the 3×3 convolutions in the first stage. */
  width: count.default(64),
  /** Where a bottleneck strides: v1 in its first 1×1, v1.5 in its 3×3. */
  stride: z.enum(["1x1", "3x3"]).default("3x3"),
  /** Which block of a stage changes the size: its first, or its last, for the next stage (TF-Slim). */
  strided: z.enum(["first", "last"]).default("first"),
  /** Channels a squeeze reduces by; absent is none. */
  squeeze: count.optional(),
  /** Step from each stage to the next where it is not 1, 2, 2, 2. */
  strides: z.array(count).optional(),
  /** Stages that dilate in place of striding, for segmentation. */
  dilated: z.array(z.boolean()).default([]),
};
const table = z.strictObject({ trunk: z.literal("resnet"), ...stages });
type ResidualStages = Omit<z.output<typeof table>, "trunk">;

export const resnet: Architecture = architecture(
  z.strictObject({
    family: z.literal("resnet"),
    ...stages,
    image: imageSize,
    classes: count.default(1000),
  }),
  (s, figures) => {
    const image = s.input("image", { channels: 3, size: figures.image });
    const features = residualFeatures(s, image, figures);
    s.dense(s.globalPool(features.at(-1) ?? image), { to: figures.classes });
  },
);

/** Stem and stages: C1 (before the pool), C2, C3, … of the detection papers. */
export const residualTrunk: z.ZodType<Trunk> = table.transform(
  (figures): Trunk =>
    (s, image) =>
      residualFeatures(s, image, figures),
);

function residualFeatures(s: Sketch, image: Tensor, f: ResidualStages): readonly Tensor[] {
  const stem = s.conv(image, { to: 64, kernel: 7, stride: 2 });
  const features = [stem];
  let x = s.pool(stem, { kernel: 3, stride: 2 });
  let dilation = 1;
  f.blocks.forEach((blocks, stage) => {
    const step = f.strides?.[stage] ?? (stage === 0 ? 1 : 2);
    const dilates = f.dilated[stage] ?? false;
    const before = dilation;
    if (dilates) dilation *= step;
    const strides = blockStrides({ f, stage, blocks, step: dilates ? 1 : step });
    for (const [index, stride] of strides.entries()) {
      x = residualBlock(s, x, { f, stage, stride, dilation: index === 0 ? before : dilation });
    }
    features.push(x);
  });
  return features;
}

/** Steps of a stage's blocks: the first takes the stage's own, or the last takes that of the next stage. */
function blockStrides(stage: {
  readonly f: ResidualStages;
  readonly stage: number;
  readonly blocks: number;
  readonly step: number;
}): readonly number[] {
  const ones = Array.from({ length: stage.blocks }, () => 1);
  if (stage.f.strided === "first") return ones.with(0, stage.step);
  const isLast = stage.stage === stage.f.blocks.length - 1;
  return isLast ? ones : ones.with(stage.blocks - 1, 2);
}

interface Place {
  readonly f: ResidualStages;
  readonly stage: number;
  readonly stride: number;
  readonly dilation: number;
}

function residualBlock(s: Sketch, x: Tensor, place: Place): Tensor {
  const { f, stage, stride } = place;
  const to = 64 * 2 ** stage * (f.block === "basic" ? 1 : 4);
  const y = f.block === "basic" ? basic(s, x, { to, stride }) : bottleneck(s, x, place);
  const scaled = f.squeeze === undefined ? y : squeezeExcite(s, y, { to: to / f.squeeze });
  return s.activate(s.sum(scaled, shortcut(s, x, { to, stride })));
}

/** Slim's strided shortcut takes one pixel in four; others that change anything are a 1×1. */
function shortcut(
  s: Sketch,
  x: Tensor,
  change: { readonly to: number; readonly stride: number },
): Tensor {
  const { to, stride } = change;
  if (x.channels !== to) return s.conv(x, { to, kernel: 1, stride, act: false });
  return stride === 1 ? x : s.pool(x, { kernel: 1, stride });
}

function basic(
  s: Sketch,
  x: Tensor,
  block: { readonly to: number; readonly stride: number },
): Tensor {
  const { to, stride } = block;
  const y = s.conv(x, { to, kernel: 3, stride });
  return s.conv(y, { to, kernel: 3, act: false });
}

function bottleneck(s: Sketch, x: Tensor, place: Place): Tensor {
  const { f, stage, stride, dilation } = place;
  const { groups } = f;
  const width = f.width * 2 ** stage;
  const [first, second] = f.stride === "1x1" ? [stride, 1] : [1, stride];
  const y = s.conv(x, { to: width, kernel: 1, stride: first });
  const z = s.conv(y, { to: width, kernel: 3, stride: second, groups, dilation });
  return s.conv(z, { to: 256 * 2 ** stage, kernel: 1, act: false });
}
