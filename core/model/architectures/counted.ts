/**
 * A network of which only the operations and the image are known: basic blocks at four sizes, as ResNet-18 has
 * them, of the width that computes so much.
 *
 * Source: He et al. (arXiv 1512.03385), table 1, 18-layer; the width is solved for
 */
import * as z from "zod";
import { architecture, imageSize, type Architecture } from "./_architecture.ts";
import type { Sketch, Tensor } from "./_sketch.ts";

/** Convolutions of a stage, and stages; each stage has half the side and twice the channels. */
const CONVOLUTIONS = 4;
const STAGES = 4;
/** The image's side over the first stage's. */
const REDUCTION = 4;
const KERNEL = 3;
const STEM = 7;
/** Squares of the first stage's width at each of its places: later stages start from half their channels, and project them. */
const SQUARES = 9 * (CONVOLUTIONS + (STAGES - 1) * (CONVOLUTIONS - 0.5)) + (STAGES - 1) / 2;
/** Widths: three colours under the stem, at twice the side. */
const WIDTHS = 4 * 3 * STEM ** 2;

export const counted: Architecture = architecture(
  z.strictObject({
    family: z.literal("counted"),
    /** Multiply-accumulates of one sample. */
    macs: z.number().positive(),
    image: imageSize,
  }),
  (s, { macs, image }) => {
    const pixels = (image[0] * image[1]) / REDUCTION ** 2;
    const width = widthOf(macs / pixels);
    let x = s.input("image", { channels: 3, size: image });
    x = s.pool(s.conv(x, { to: Math.max(1, Math.round(width)), kernel: STEM, stride: 2 }), {
      kernel: 3,
      stride: 2,
    });
    for (let stage = 0; stage < STAGES; stage++) {
      x = stageOf(s, x, Math.max(1, Math.round(width * 2 ** stage)), stage);
    }
    s.globalPool(x);
  },
);

/** The root of `squares · w² + widths · w = macs`. */
function widthOf(macs: number): number {
  return (Math.sqrt(WIDTHS ** 2 + 4 * SQUARES * macs) - WIDTHS) / (2 * SQUARES);
}

function stageOf(s: Sketch, x: Tensor, to: number, stage: number): Tensor {
  let y = x;
  for (let block = 0; block < CONVOLUTIONS / 2; block++) {
    const stride = stage > 0 && block === 0 ? 2 : 1;
    const inner = s.conv(s.conv(y, { to, kernel: KERNEL, stride }), {
      to,
      kernel: KERNEL,
      act: false,
    });
    const matches = inner.channels === y.channels && stride === 1;
    y = s.sum(inner, matches ? y : s.conv(y, { to, kernel: 1, stride, act: false }));
  }
  return y;
}
