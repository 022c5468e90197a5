/**
 * ResNet and its widenings: ResNeXt (groups), Wide ResNet (width), SE-ResNeXt (squeeze).
 *
 * Source: He et al. (arXiv 1512.03385), table 1; pytorch/vision torchvision/models/resnet.py;
 * Hu et al. (arXiv 1709.01507) for squeeze-and-excitation
 */
import { z } from "zod";
import { architecture, count, imageSize, type Architecture } from "./_architecture.ts";
import { squeezeExcite } from "./_blocks.ts";
import { Sketch, type Tensor } from "./_sketch.ts";

export interface ResidualStages {
  /** Blocks of each stage. */
  readonly blocks: readonly number[];
  /** Two 3×3 convolutions, or a 3×3 between two 1×1. */
  readonly block: "basic" | "bottleneck";
  readonly groups: number;
  /** Channels of the 3×3 convolutions in the first stage. */
  readonly width: number;
  /** Where a bottleneck strides: v1 in its first 1×1, v1.5 in its 3×3. */
  readonly stride: "1x1" | "3x3";
  /** Channels a squeeze reduces by; absent is none. */
  readonly squeeze?: number | undefined;
  /** Stages that dilate in place of striding, for segmentation. */
  readonly dilated: readonly boolean[];
}

export const residualFigures: {
  readonly blocks: z.ZodType<readonly number[]>;
  readonly block: z.ZodType<"basic" | "bottleneck">;
  readonly groups: z.ZodDefault<z.ZodType<number>>;
  readonly width: z.ZodDefault<z.ZodType<number>>;
  readonly stride: z.ZodDefault<z.ZodType<"1x1" | "3x3">>;
  readonly squeeze: z.ZodOptional<z.ZodType<number>>;
  readonly dilated: z.ZodDefault<z.ZodType<readonly boolean[]>>;
} = {
  blocks: z.array(count).min(1),
  block: z.enum(["basic", "bottleneck"]),
  groups: count.default(1),
  width: count.default(64),
  stride: z.enum(["1x1", "3x3"]).default("3x3"),
  squeeze: count.optional(),
  dilated: z.array(z.boolean()).default([]),
};

export const resnet: Architecture = architecture(
  z.strictObject({
    family: z.literal("resnet"),
    ...residualFigures,
    image: imageSize,
    classes: count.default(1000),
  }),
  (s, figures) => {
    const image = s.input("image", { channels: 3, size: figures.image });
    const features = residualFeatures(s, image, figures);
    const last = features.at(-1) ?? image;
    s.dense(s.globalPool(last), { to: figures.classes });
  },
);

/** What each stage writes: C2, C3, … of the detection papers. */
export function residualFeatures(
  s: Sketch,
  image: Tensor,
  stages: ResidualStages,
): readonly Tensor[] {
  const stem = s.conv(image, { to: 64, kernel: 7, stride: 2 });
  return residualStages(s, s.pool(stem, { kernel: 3, stride: 2 }), stages);
}

/** The stages alone, for networks with a stem of their own. */
export function residualStages(s: Sketch, stem: Tensor, stages: ResidualStages): readonly Tensor[] {
  const features: Tensor[] = [];
  let x = stem;
  let dilation = 1;
  stages.blocks.forEach((blocks, stage) => {
    const dilates = stages.dilated[stage] ?? false;
    const before = dilation;
    if (dilates) dilation *= 2;
    for (let index = 0; index < blocks; index++) {
      const stride = index === 0 && stage > 0 && !dilates ? 2 : 1;
      x = residualBlock(s, x, { stages, stage, stride, dilation: index === 0 ? before : dilation });
    }
    features.push(x);
  });
  return features;
}

function residualBlock(
  s: Sketch,
  x: Tensor,
  place: {
    readonly stages: ResidualStages;
    readonly stage: number;
    readonly stride: number;
    readonly dilation: number;
  },
): Tensor {
  const { stages, stage, stride } = place;
  const to = 64 * 2 ** stage * (stages.block === "basic" ? 1 : 4);
  const y =
    stages.block === "basic" ? basic(s, x, { to, stride }) : bottleneck(s, x, { ...place, to });
  const scaled =
    stages.squeeze === undefined ? y : squeezeExcite(s, y, { to: to / stages.squeeze });
  const shortcut =
    stride === 1 && x.channels === to ? x : s.conv(x, { to, kernel: 1, stride, act: false });
  return s.activate(s.sum(scaled, shortcut));
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

function bottleneck(
  s: Sketch,
  x: Tensor,
  block: {
    readonly stages: ResidualStages;
    readonly stage: number;
    readonly stride: number;
    readonly dilation: number;
    readonly to: number;
  },
): Tensor {
  const { stages, stage, stride, dilation, to } = block;
  const width = stages.width * 2 ** stage;
  const early = stages.stride === "1x1";
  const y = s.conv(x, { to: width, kernel: 1, stride: early ? stride : 1 });
  const z = s.conv(y, {
    to: width,
    kernel: 3,
    stride: early ? 1 : stride,
    groups: stages.groups,
    dilation,
  });
  return s.conv(z, { to, kernel: 1, act: false });
}
