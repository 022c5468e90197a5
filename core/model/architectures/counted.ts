/**
 * A network of which only the operations and the image are known: basic blocks at four sizes, as ResNet-18 has
 * them, of the width that computes so much.
 *
 * Source: He et al. (arXiv 1512.03385), table 1, 18-layer; the width is solved for
 */
import * as z from "zod";
import { architecture, count, imageSize, type Architecture } from "./_architecture.ts";
import { drawChain } from "./_chain-layer.ts";

/** Convolutions of a stage, and stages; each stage has half the side and twice the channels. */
const CONVOLUTIONS = 4;
const STAGES = 4;
/** The image's side over the first stage's. */
const REDUCTION = 4;
/** Strides of the blocks of a stage after its first. */
const BLOCKS: readonly number[] = Array.from({ length: CONVOLUTIONS / 2 - 1 }, () => 1);
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
    /** Of each pixel, where it answers with an image of them. */
    classes: count.optional(),
  }),
  (s, { macs, image, classes }) => {
    const pixels = (image[0] * image[1]) / REDUCTION ** 2;
    const width = widthOf(macs / pixels);
    let x = s.input("image", { channels: 3, size: image });
    x = s.pool(s.conv(x, { to: Math.max(1, Math.round(width)), kernel: STEM, stride: 2 }), {
      kernel: 3,
      stride: 2,
    });
    for (let stage = 0; stage < STAGES; stage++) {
      const conv = Math.max(1, Math.round(width * 2 ** stage));
      const blocks = [stage > 0 ? 2 : 1, ...BLOCKS].map((stride) => ({
        residual: [
          { conv, stride },
          { conv, act: false },
        ],
      }));
      x = drawChain(s, x, { layers: blocks, norm: true });
    }
    if (classes === undefined) s.globalPool(x);
    else s.resize({ ...x, channels: classes }, image);
  },
);

/** The root of `squares · w² + widths · w = macs`. */
function widthOf(macs: number): number {
  return (Math.sqrt(WIDTHS ** 2 + 4 * SQUARES * macs) - WIDTHS) / (2 * SQUARES);
}
