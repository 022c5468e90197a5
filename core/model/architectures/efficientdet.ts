/**
 * EfficientDet: a pyramid that is woven down and up again several times, of separable convolutions, and two heads of
 * them that all levels share.
 *
 * Source: Tan et al. (arXiv 1911.09070), figure 3 and table 1; google/automl efficientdet/hparams_config.py
 */
import * as z from "zod";
import { product } from "../network-size.ts";
import { architecture, count, imageSize, type Architecture } from "./_architecture.ts";
import { featureAt, shared } from "./_blocks.ts";
import type { Sketch, Tensor } from "./_sketch.ts";
import { anyTrunk } from "./_trunks.ts";

const ANCHORS = 9;

export const efficientdet: Architecture = architecture(
  z.strictObject({
    family: z.literal("efficientdet"),
    trunk: anyTrunk,
    /** Channels and cells of the pyramid, and layers of a head. */
    width: count,
    cells: count,
    layers: count,
    classes: count.default(90),
    image: imageSize,
  }),
  (s, { trunk, width, cells, layers, classes, image }) => {
    const features = trunk(s, s.input("image", { channels: 3, size: image }));
    let levels = [3, 5, 7].map((index) => featureAt(features, index));
    const sixth = halved(s, narrowed(s, featureAt(levels, -1), width));
    levels.push(sixth, halved(s, sixth));
    for (let cell = 0; cell < cells; cell++) levels = woven(s, levels, width);
    for (const values of [classes, 4]) {
      shared(s, levels, (x) => {
        for (let layer = 0; layer < layers; layer++) separable(s, x, width);
        s.conv(filtered(s, x), { to: ANCHORS * values, kernel: 1, norm: false, act: false });
      });
    }
    const boxes = levels.reduce((total, { size }) => total + product(size) * ANCHORS, 0);
    s.add("choice of boxes", { kind: "host", elements: boxes * (classes + 4) });
  },
);

/** Each level takes in the coarser one, then what became of it and of itself the finer one. */
function woven(s: Sketch, levels: readonly Tensor[], width: number): Tensor[] {
  const down = [...levels];
  for (let index = levels.length - 2; index >= 0; index--) {
    const own = narrowed(s, featureAt(levels, index), width);
    const above = s.resize(featureAt(down, index + 1), own.size);
    down[index] = separable(s, s.activate(s.sum(own, above)), width);
  }
  const up = [featureAt(down, 0)];
  for (let index = 1; index < levels.length; index++) {
    const below = halved(s, featureAt(up, -1));
    const own = narrowed(s, featureAt(levels, index), width);
    const middle = index < levels.length - 1 ? [featureAt(down, index)] : [];
    up.push(separable(s, s.activate(s.sum(own, below, ...middle)), width));
  }
  return up;
}

function narrowed(s: Sketch, x: Tensor, to: number): Tensor {
  return x.channels === to ? x : s.conv(x, { to, kernel: 1, act: false });
}

function halved(s: Sketch, x: Tensor): Tensor {
  return s.pool(x, { kernel: 3, stride: 2 });
}

function filtered(s: Sketch, x: Tensor): Tensor {
  return s.depthwise(x, { kernel: 3, norm: false, act: false, bias: false });
}

function separable(s: Sketch, x: Tensor, to: number): Tensor {
  return s.conv(filtered(s, x), { to, kernel: 1 });
}
