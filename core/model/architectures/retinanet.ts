/**
 * RetinaNet: a feature pyramid from C3 to P7 and two four-layer heads that all levels share.
 *
 * Source: Lin et al. (arXiv 1708.02002), figure 3; pytorch/vision torchvision/models/detection/retinanet.py;
 * mlcommons/inference vision/classification_and_detection (ResNeXt-50 at 800, 264 classes)
 */
import * as z from "zod";
import { product } from "../network-size.ts";
import { architecture, count, imageSize, type Architecture } from "./_architecture.ts";
import { shared } from "./_blocks.ts";
import { pyramid } from "./_pyramid.ts";
import type { Sketch, Tensor } from "./_sketch.ts";
import { anyTrunk } from "./_trunks.ts";

const WIDTH = 256;

export const retinanet: Architecture = architecture(
  z.strictObject({
    family: z.literal("retinanet"),
    trunk: anyTrunk,
    classes: count,
    /** At each place. */
    anchors: count.default(9),
    image: imageSize,
  }),
  (s, { trunk, classes, anchors, image }) => {
    const [, , ...features] = trunk(s, s.input("image", { channels: 3, size: image }));
    const levels = [...pyramid(s, features, WIDTH)];
    for (let extra = 0; extra < 2; extra++) {
      const above = levels.at(-1);
      if (above !== undefined)
        levels.push(s.conv(above, { to: WIDTH, kernel: 3, stride: 2, norm: false, act: false }));
    }
    for (const values of [classes, 4]) shared(s, levels, (x) => head(s, x, anchors * values));
    const boxes = levels.reduce((total, { size }) => total + product(size) * anchors, 0);
    s.add("choice of boxes", { kind: "host", elements: boxes * (classes + 4) });
  },
);

function head(s: Sketch, x: Tensor, to: number): void {
  let y = x;
  for (let layer = 0; layer < 4; layer++) y = s.conv(y, { to: WIDTH, kernel: 3, norm: false });
  s.conv(y, { to, kernel: 3, norm: false, act: false });
}
