/**
 * Faster and Mask R-CNN on a feature pyramid: proposals first, then a head on each region.
 *
 * Source: He et al. (arXiv 1703.06870), figure 4 right; pytorch/vision
 * torchvision/models/detection/{faster_rcnn,mask_rcnn,rpn}.py
 */
import * as z from "zod";
import { product } from "../network-size.ts";
import { architecture, count, imageSize, type Architecture } from "./_architecture.ts";
import { shared } from "./_blocks.ts";
import { pyramid } from "./_pyramid.ts";
import { flat, type Sketch, type Tensor } from "./_sketch.ts";
import { anyTrunk } from "./_trunks.ts";

const WIDTH = 256;
const ANCHORS = 3;

export const rcnn: Architecture = architecture(
  z.strictObject({
    family: z.literal("rcnn"),
    trunk: anyTrunk,
    /** Background included. */
    classes: count,
    /** Regions that reach the box head, and the mask head; 0 masks is Faster R-CNN. */
    proposals: count.default(1000),
    masks: z.int().nonnegative(),
    image: imageSize,
  }),
  (s, { trunk, classes, proposals, masks, image }) => {
    const [, ...features] = trunk(s, s.input("image", { channels: 3, size: image }));
    const levels = [...pyramid(s, features, WIDTH)];
    const last = levels.at(-1);
    if (last !== undefined) levels.push(s.pool(last, { kernel: 1, stride: 2 }));
    shared(s, levels, (x) => proposalHead(s, x));
    const anchors = levels.reduce((total, { size }) => total + product(size) * ANCHORS, 0);
    s.add("choice of proposals", { kind: "host", elements: 5 * anchors });
    boxHead(s, { classes, proposals });
    if (masks > 0) maskHead(s, { classes, masks });
    s.add("choice of boxes", { kind: "host", elements: 5 * classes * proposals });
  },
);

function proposalHead(s: Sketch, x: Tensor): void {
  const y = s.conv(x, { to: WIDTH, kernel: 3, norm: false });
  for (const values of [1, 4]) {
    s.conv(y, { to: ANCHORS * values, kernel: 1, norm: false, act: false });
  }
}

function boxHead(s: Sketch, heads: { readonly classes: number; readonly proposals: number }): void {
  const { classes, proposals } = heads;
  const regions = s.copy({ channels: WIDTH, size: [proposals, 7, 7] }, "align regions");
  const { channels } = flat({ ...regions, size: [7, 7] });
  const hidden = s.dense({ channels, size: [proposals] }, { to: 1024, act: true });
  const y = s.dense(hidden, { to: 1024, act: true });
  for (const values of [1, 4]) s.dense(y, { to: values * classes });
}

/** The first dimension is the region, which no kernel crosses. */
function maskHead(s: Sketch, heads: { readonly classes: number; readonly masks: number }): void {
  const { classes, masks } = heads;
  const kernel = [1, 3, 3];
  let x = s.copy({ channels: WIDTH, size: [masks, 14, 14] }, "align regions");
  for (let layer = 0; layer < 4; layer++) x = s.conv(x, { to: WIDTH, kernel, norm: false });
  const up = { to: WIDTH, kernel: [1, 2, 2], stride: [1, 2, 2], norm: false } as const;
  s.conv(s.upConv(x, up), { to: classes, kernel: 1, norm: false, act: false });
}
