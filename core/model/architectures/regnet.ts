/**
 * RegNet: widths of all blocks from one straight line, quantised to stages.
 *
 * Source: Radosavovic et al. (arXiv 2003.13678), section 3.3; pytorch/vision
 * torchvision/models/regnet.py
 */
import * as z from "zod";
import { architecture, count, imageSize, type Architecture } from "./_architecture.ts";
import { divisible, squeezeExcite } from "./_blocks.ts";
import type { Sketch, Tensor } from "./_sketch.ts";

export const regnet: Architecture = architecture(
  z.strictObject({
    family: z.literal("regnet"),
    depth: count,
    /** Width of the first block, slope, and ratio between stages. */
    widthFirst: count,
    widthSlope: z.number().positive(),
    widthRatio: z.number().positive(),
    groupWidth: count,
    /** Squeezed channels over block input (RegNetY); absent is none (RegNetX). */
    squeeze: z.number().positive().optional(),
    image: imageSize,
    classes: count.default(1000),
  }),
  (s, f) => {
    let x = s.conv(s.input("image", { channels: 3, size: f.image }), {
      to: 32,
      kernel: 3,
      stride: 2,
    });
    for (const { width, depth } of stageWidths(f)) {
      const to = divisible(width, Math.min(f.groupWidth, width));
      for (let block = 0; block < depth; block++) {
        x = blockX(s, x, {
          to,
          stride: block === 0 ? 2 : 1,
          groupWidth: Math.min(f.groupWidth, to),
          squeeze: f.squeeze,
        });
      }
    }
    s.dense(s.globalPool(x), { to: f.classes });
  },
);

/** Equation 4: the line's widths as powers of the ratio, rounded to 8; equal neighbours are a stage. */
function stageWidths(f: {
  readonly depth: number;
  readonly widthFirst: number;
  readonly widthSlope: number;
  readonly widthRatio: number;
}): readonly { readonly width: number; readonly depth: number }[] {
  const stages = new Map<number, number>();
  for (let block = 0; block < f.depth; block++) {
    const line = f.widthFirst + f.widthSlope * block;
    const power = Math.round(Math.log(line / f.widthFirst) / Math.log(f.widthRatio));
    const width = 8 * roundedToEven((f.widthFirst * f.widthRatio ** power) / 8);
    stages.set(width, (stages.get(width) ?? 0) + 1);
  }
  return [...stages].map(([width, depth]) => ({ width, depth }));
}

/** Ties go to the even number, as in the tables that the published networks were built with. */
function roundedToEven(x: number): number {
  const below = Math.floor(x);
  return x - below === 0.5 ? below + (below % 2) : Math.round(x);
}

function blockX(
  s: Sketch,
  x: Tensor,
  block: {
    readonly to: number;
    readonly stride: number;
    readonly groupWidth: number;
    readonly squeeze: number | undefined;
  },
): Tensor {
  const { to, stride, groupWidth, squeeze } = block;
  const narrow = s.conv(x, { to, kernel: 1 });
  const wide = s.conv(narrow, { to, kernel: 3, stride, groups: to / groupWidth });
  const scaled =
    squeeze === undefined ? wide : squeezeExcite(s, wide, { to: Math.round(x.channels * squeeze) });
  const y = s.conv(scaled, { to, kernel: 1, act: false });
  const same = stride === 1 && x.channels === to;
  return s.activate(s.sum(y, same ? x : s.conv(x, { to, kernel: 1, stride, act: false })));
}
