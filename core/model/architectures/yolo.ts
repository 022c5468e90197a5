/**
 * YOLO detectors v3 to v26 and YOLOX: a plan of rows, scaled in depth and width, and heads on three
 * of them. Only the head that is deployed is drawn.
 *
 * Source: see `_yolo-plans.ts`; ultralytics/ultralytics ultralytics/nn/modules/head.py
 */
import * as z from "zod";
import { assert } from "../../assert.ts";
import { architecture, count, imageSize, type Architecture } from "./_architecture.ts";
import type { Sketch, Tensor } from "./_sketch.ts";
import * as blocks from "./_yolo-blocks.ts";
import * as stages from "./_yolo-stages.ts";
import { yoloHead } from "./_yolo-heads.ts";
import { YOLO_PLANS, type Row } from "./_yolo-plans.ts";

const figures = z.strictObject({
  family: z.literal("yolo"),
  plan: z.enum(["v3", "v4", "v5", "v6", "v7", "v8", "v10", "v11", "v26", "x"]),
  depth: z.number().positive().default(1),
  width: z.number().positive().default(1),
  channelsMax: count.default(1024),
  /** All C3k2 steps are C3 blocks (v11 and v26 from size m). */
  deep: z.boolean().default(false),
  /** Rows whose steps are compact inverted blocks, and their middle kernel (v10). */
  compactRows: z.array(count).default([]),
  compactKernel: count.default(3),
  image: imageSize,
  classes: count.default(80),
  /** Values of each box besides its place and classes, and whether they are shares of masks. */
  extra: z.int().nonnegative().default(0),
  masks: z.boolean().default(false),
});
type Figures = z.output<typeof figures>;

export const yolo: Architecture = architecture(figures, (s, f) => {
  const plan = YOLO_PLANS[f.plan];
  const image = s.input("image", { channels: 3, size: f.image });
  const drawn: Tensor[] = [];
  const input = f.plan === "x" ? focus(s, image) : image;
  plan.rows.forEach((row, index) => {
    const inputs = row.from.map((from) =>
      from === -1 ? (drawn.at(-1) ?? input) : at(drawn, from),
    );
    drawn.push(drawRow(s, inputs, { row, f, isCompact: f.compactRows.includes(index) }));
  });
  const features = plan.heads.map((index) => at(drawn, index));
  const { classes, extra, masks } = f;
  yoloHead(s, features, { ...plan, classes, extra, masks, hidden: scaled(256, f) });
});

/** Four neighbouring pixels become channels of one. */
function focus(s: Sketch, image: Tensor): Tensor {
  const size = image.size.map((extent) => extent / 2);
  return s.copy({ channels: 4 * image.channels, size }, "focus");
}

function at(drawn: readonly Tensor[], index: number): Tensor {
  const tensor = drawn.at(index);
  assert(tensor !== undefined, `row ${index} is not drawn yet`);
  return tensor;
}

interface Place {
  readonly row: Row;
  readonly f: Figures;
  readonly isCompact: boolean;
}

function drawRow(s: Sketch, inputs: readonly Tensor[], place: Place): Tensor {
  const { row, f } = place;
  const [x] = inputs;
  assert(x !== undefined, "a row reads something");
  const { shortcut = true, kernel = 3, stride = 1, hidden = 0, filter = 0, keptEvery = 1 } = row;
  const to = scaled(row.to, f);
  const repeat = row.repeat === 1 ? 1 : Math.max(1, Math.round(row.repeat * f.depth));
  switch (row.block) {
    case "conv":
      return s.conv(x, { to, kernel, stride });
    case "residual":
      return repeated(x, repeat, (y) =>
        blocks.bottleneck(s, y, { to, hidden: to / 2, kernels: [1, 3], shortcut }),
      );
    case "c3":
      return blocks.c3(s, x, { to, repeat, shortcut });
    case "c2f":
      return blocks.c2f(s, x, { to, repeat, hidden: to / 2, step: c2fStep(s, place) });
    case "c3k2": {
      const inner = Math.floor(to * (row.hidden ?? 0.5));
      return blocks.c2f(s, x, { to, repeat, hidden: inner, step: c3k2Step(s, place) });
    }
    case "sppf":
      return blocks.sppf(s, x, { to });
    case "spp":
      return s.concat([x, ...[5, 9, 13].map((pool) => s.pool(x, { kernel: pool, stride: 1 }))]);
    case "spp-csp":
      return stages.sppCsp(s, x, { to });
    case "c2psa":
      return blocks.c2psa(s, x, { to, repeat });
    case "scdown":
      return blocks.scDown(s, x, { to });
    case "elan":
      return stages.elan(s, x, { to, repeat, hidden, filter, keptEvery });
    case "pool-down":
      return stages.poolDown(s, x, { to });
    case "csp4":
      return stages.csp4(s, x, { to, repeat, hidden, filter });
    case "up":
      return s.resize(
        x,
        x.size.map((extent) => 2 * extent),
      );
    case "up-conv":
      return s.upConv(x, { to, kernel: 2, stride: 2, norm: false, act: false });
    case "rep":
      return repeated(x, repeat, (y) => s.conv(y, { to, kernel }));
    case "concat":
      return s.concat(inputs);
  }
}

function c2fStep(s: Sketch, { row, f, isCompact }: Place): (x: Tensor) => Tensor {
  if (isCompact) return (x) => blocks.compact(s, x, { kernel: f.compactKernel });
  const { shortcut = true } = row;
  return (x) =>
    blocks.bottleneck(s, x, { to: x.channels, hidden: x.channels, kernels: [3, 3], shortcut });
}

function c3k2Step(s: Sketch, { row, f }: Place): (x: Tensor) => Tensor {
  const plain = (x: Tensor): Tensor =>
    blocks.bottleneck(s, x, { to: x.channels, hidden: x.channels / 2, kernels: [3, 3] });
  if (row.attention === true) return (x) => blocks.attentionBlock(s, plain(x));
  if (row.deep === true || f.deep) {
    return (x) => blocks.c3(s, x, { to: x.channels, repeat: 2, kernels: [3, 3] });
  }
  return plain;
}

function repeated(x: Tensor, times: number, step: (x: Tensor) => Tensor): Tensor {
  let y = x;
  for (let index = 0; index < times; index++) y = step(y);
  return y;
}

/** Channels under the width multiplier, in eights. */
function scaled(channels: number, f: Figures): number {
  return Math.ceil((Math.min(channels, f.channelsMax) * f.width) / 8) * 8;
}
