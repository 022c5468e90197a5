/**
 * What YOLO detectors end in: box and class of every place, and the host's choice among them.
 *
 * Source: ultralytics/ultralytics ultralytics/nn/modules/head.py; Ge et al. (arXiv 2107.08430), figure 2
 */
import { product } from "../network-size.ts";
import type { Sketch, Tensor } from "./_sketch.ts";
import type { Plan } from "./_yolo-plans.ts";

interface Head extends Pick<Plan, "head" | "bins"> {
  readonly classes: number;
  /** Channels of YOLOX's heads, and of the convolutions that prototypes of masks come from. */
  readonly hidden: number;
  /** Values of each box besides: shares of the prototypes of masks, points of a pose, an angle. */
  readonly extra: number;
  readonly masks: boolean;
}

const ANCHORS = 3;

export function yoloHead(s: Sketch, features: readonly Tensor[], head: Head): void {
  const [finest] = features;
  if (finest === undefined) return;
  for (const x of features) place(s, x, { ...head, finest: finest.channels });
  const places = features.reduce((total, { size }) => total + product(size), 0);
  if (head.bins > 1) {
    const values = { channels: head.bins, size: [4 * places] };
    s.conv(values, { to: 1, kernel: 1, norm: false, act: false, bias: false });
  }
  const candidates = places * (head.head === "anchors" ? ANCHORS : 1);
  if (head.masks) prototypes(s, finest, head);
  s.add("choice of boxes", { kind: "host", elements: candidates * (head.classes + 4) });
}

/** Masks at twice the size, of which each box takes shares; those of anchors are resampled. */
function prototypes(s: Sketch, x: Tensor, { head, hidden: to, extra }: Head): void {
  const y = s.conv(x, { to, kernel: 3 });
  const size = y.size.map((extent) => 2 * extent);
  const up = { to, kernel: 2, stride: 2, norm: false, act: false };
  const twofold = head === "anchors" ? s.resize(y, size) : s.upConv(y, up);
  s.conv(s.conv(twofold, { to, kernel: 3 }), { to: extra, kernel: 1 });
}

function place(s: Sketch, x: Tensor, head: Head & { readonly finest: number }): void {
  const { classes, bins, hidden, finest, extra } = head;
  const last = (y: Tensor, to: number): Tensor =>
    s.conv(y, { to, kernel: 1, norm: false, act: false });
  if (head.head === "anchors") {
    last(x, ANCHORS * (classes + 5 + extra));
    return;
  }
  if (head.head === "yolox") {
    const stem = s.conv(x, { to: hidden, kernel: 1 });
    last(twice(s, stem, hidden), classes);
    const boxes = twice(s, stem, hidden);
    last(boxes, 4);
    last(boxes, 1);
    return;
  }
  if (head.head === "stem") {
    const to = x.channels;
    const stem = s.conv(x, { to, kernel: 1 });
    last(s.conv(stem, { to, kernel: 3 }), classes);
    last(s.conv(stem, { to, kernel: 3 }), 4 * bins);
    return;
  }
  last(twice(s, x, Math.max(16, Math.floor(finest / 4), 4 * bins)), 4 * bins);
  const to = Math.max(finest, Math.min(classes, 100));
  if (extra > 0) last(twice(s, x, Math.max(Math.floor(finest / 4), extra)), extra);
  const scores = head.head === "decoupled" ? twice(s, x, to) : twiceSeparable(s, x, to);
  last(scores, classes);
}

function twice(s: Sketch, x: Tensor, to: number): Tensor {
  return s.conv(s.conv(x, { to, kernel: 3 }), { to, kernel: 3 });
}

function twiceSeparable(s: Sketch, x: Tensor, to: number): Tensor {
  const y = s.conv(s.depthwise(x, { kernel: 3 }), { to, kernel: 1 });
  return s.conv(s.depthwise(y, { kernel: 3 }), { to, kernel: 1 });
}
