/** Operators that slide a window over an image or resample it. */
import { minus, plus, quotient, times, type Dim } from "./_dim.ts";
import { TYPE } from "./_element-type.ts";
import type { GraphNode, Rule, Rules } from "./_graph-node.ts";
import { numbers, tensor } from "./_value.ts";

/** Kernel, strides and so on of a window over `rank` dimensions, with the format's defaults. */
export interface Window {
  readonly kernel: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  /** Of both sides together, a dimension. */
  readonly pads: readonly number[];
  /** Pads are chosen so that the size is the input's over the stride. */
  readonly isSame: boolean;
}

/** Errors: a stride, dilation or kernel below 1. */
export function windowOf(node: GraphNode, kernel: readonly number[]): Window {
  const rank = kernel.length;
  const ones = kernel.map(() => 1);
  const strides = node.wholes("strides") ?? ones;
  const dilations = node.wholes("dilations") ?? ones;
  const given = node.wholes("pads") ?? [];
  const auto = node.text("auto_pad", "NOTSET");
  for (const size of [...kernel, ...strides, ...dilations]) {
    if (!(size >= 1 && size < 2 ** 31)) node.refuse("kernels, strides and dilations from 1", size);
  }
  const pads = kernel.map((_, axis) => (given[axis] ?? 0) + (given[axis + rank] ?? 0));
  return {
    kernel,
    strides,
    dilations,
    pads: auto === "VALID" ? kernel.map(() => 0) : pads,
    isSame: auto.startsWith("SAME"),
  };
}

function slid(node: GraphNode, size: Dim, window: Window, axis: number, roundsUp: boolean): Dim {
  const stride = Math.max(1, window.strides[axis] ?? 1);
  if (window.isSame) return quotient(plus(size, stride - 1), stride);
  const reach = (window.dilations[axis] ?? 1) * ((window.kernel[axis] ?? 1) - 1) + 1;
  const pads = window.pads[axis] ?? 0;
  const room = minus(plus(size, pads), reach);
  if (typeof room === "number" && room < 0) {
    node.refuse(`at least ${reach} values, pads included, under a window`, plus(size, pads));
  }
  const count = plus(quotient(roundsUp ? plus(room, stride - 1) : room, stride), 1);
  if (!roundsUp || typeof count !== "number" || typeof size !== "number") return count;
  const before = (node.wholes("pads") ?? [])[axis] ?? 0;
  return (count - 1) * stride >= size + before ? count - 1 : count;
}

/** Sizes of a convolution's kernel: of its weights, or as the node says. */
export function kernelOf(
  node: GraphNode,
  weights: readonly Dim[] | null,
): readonly number[] | null {
  const own = weights?.slice(2);
  if (own !== undefined && own.every((size) => typeof size === "number")) return own;
  return node.wholes("kernel_shape");
}

const convolution: Rule = (node) => {
  const quantised = node.operator.startsWith("QLinear");
  const [x, w] = [node.shape(0), node.shape(quantised ? 3 : 1)];
  const type = quantised
    ? node.type(7)
    : node.operator === "ConvInteger"
      ? TYPE.int32
      : node.type(0);
  const kernel = kernelOf(node, w);
  if (x === null || kernel === null) return [tensor(type, null)];
  if (x.length !== kernel.length + 2) node.refuse(`an input of ${kernel.length + 2} dimensions`, x);
  checkChannels(node, x[1], w);
  const window = windowOf(node, kernel);
  const sizes = kernel.map((_, axis) => slid(node, x[axis + 2] ?? 1, window, axis, false));
  return [tensor(type, [x[0] ?? 1, w?.[0] ?? node.undecided(1), ...sizes])];
};

function checkChannels(node: GraphNode, channels: Dim | undefined, w: readonly Dim[] | null): void {
  const groups = node.whole("group", 1);
  const own = w?.[1];
  if (!(groups >= 1)) node.refuse("at least 1 group", groups);
  if (typeof channels !== "number" || typeof own !== "number") return;
  if (channels !== own * groups) node.refuse(`${own * groups} channels`, channels);
}

const transposed: Rule = (node) => {
  const [x, w] = [node.shape(0), node.shape(1)];
  const kernel = kernelOf(node, w);
  if (x === null || kernel === null) return [tensor(node.type(0), null)];
  const { strides, dilations, pads, isSame } = windowOf(node, kernel);
  const extra = node.wholes("output_padding") ?? [];
  const wanted = node.wholes("output_shape");
  const sizes = kernel.map((size, axis) => {
    const given = wanted?.[axis - kernel.length + wanted.length];
    if (given !== undefined) return given;
    const stride = strides[axis] ?? 1;
    const grown = times(x[axis + 2] ?? 1, stride);
    if (isSame) return grown;
    const reach = (dilations[axis] ?? 1) * (size - 1) + 1;
    return plus(grown, reach - stride + (extra[axis] ?? 0) - (pads[axis] ?? 0));
  });
  const groups = node.whole("group", 1);
  return [tensor(node.type(0), [x[0] ?? 1, times(w?.[1] ?? 1, groups), ...sizes])];
};

const pool: Rule = (node) => {
  const x = node.shape(0);
  const kernel = node.wholes("kernel_shape");
  if (x === null || kernel === null) return [tensor(node.type(0), null)];
  if (x.length !== kernel.length + 2) node.refuse(`an input of ${kernel.length + 2} dimensions`, x);
  const window = windowOf(node, kernel);
  const roundsUp = node.whole("ceil_mode", 0) !== 0;
  const sizes = kernel.map((_, axis) => slid(node, x[axis + 2] ?? 1, window, axis, roundsUp));
  const shape = [...x.slice(0, 2), ...sizes];
  return [tensor(node.type(0), shape), tensor(TYPE.int64, shape)];
};

const globalPool: Rule = (node) => {
  const x = node.shape(0);
  return [tensor(node.type(0), x && x.map((size, axis) => (axis < 2 ? size : 1)))];
};

const unpool: Rule = (node) => {
  const x = node.shape(0);
  const wanted = node.dims(2, "output_shape");
  if (wanted !== null) return [tensor(node.type(0), wanted)];
  const kernel = node.wholes("kernel_shape");
  if (x === null || kernel === null || node.input(2) !== null) return [tensor(node.type(0), null)];
  const { strides, pads } = windowOf(node, kernel);
  const sizes = kernel.map((size, axis) =>
    plus(times(minus(x[axis + 2] ?? 1, 1), strides[axis] ?? 1), size - (pads[axis] ?? 0)),
  );
  return [tensor(node.type(0), [...x.slice(0, 2), ...sizes])];
};

const resize: Rule = (node) => {
  const x = node.shape(0);
  const isEarly = node.operator === "Upsample" || node.version < 11;
  const sizes = isEarly ? null : (node.input(3)?.contents ?? null);
  const scales = isEarly
    ? (numbers(node.input(1)) ?? node.reals("scales"))
    : numbers(node.input(2));
  if (x === null) return [tensor(node.type(0), null)];
  const axes = (node.wholes("axes") ?? x.map((_, axis) => axis)).map((axis) =>
    node.axis(axis, x.length),
  );
  if (sizes !== null && sizes.length > 0)
    return [tensor(node.type(0), sized(node, x, axes, sizes))];
  if (scales === null || scales.length === 0) {
    return [
      tensor(
        node.type(0),
        x.map((size) => node.undecided(size)),
      ),
    ];
  }
  const shape = x.map((size, axis) => {
    const scale = axes.includes(axis) ? (scales[axes.indexOf(axis)] ?? 1) : 1;
    if (!(scale > 0)) node.refuse("a scale above 0", scale);
    if (typeof size === "number") return Math.floor(size * Math.fround(scale));
    return Number.isInteger(scale) ? times(size, scale) : quotient(size, 1 / scale);
  });
  return [tensor(node.type(0), shape)];
};

/** Sizes as asked for; with a policy they keep the aspect, by the smaller or larger of their scales. */
function sized(
  node: GraphNode,
  x: readonly Dim[],
  axes: readonly number[],
  sizes: readonly Dim[],
): readonly Dim[] {
  const policy = node.text("keep_aspect_ratio_policy", "stretch");
  const scales = axes.map((axis, index) => {
    const [size, wanted] = [x[axis], sizes[index]];
    return typeof size === "number" && typeof wanted === "number" ? wanted / size : 1;
  });
  const scale = policy === "not_larger" ? Math.min(...scales) : Math.max(...scales);
  return x.map((size, axis) => {
    const index = axes.indexOf(axis);
    if (index < 0) return size;
    const wanted = sizes[index] ?? size;
    return policy === "stretch" || typeof size !== "number" ? wanted : Math.round(scale * size);
  });
}

const gridSample: Rule = (node) => {
  const [x, grid] = [node.shape(0), node.shape(1)];
  if (x === null || grid === null) return [tensor(node.type(0), null)];
  return [tensor(node.type(0), [...x.slice(0, 2), ...grid.slice(1, -1)])];
};

const roiAlign: Rule = (node) => {
  const [x, rois] = [node.shape(0), node.shape(1)];
  if (x === null || rois === null) return [tensor(node.type(0), null)];
  const size = [node.whole("output_height", 1), node.whole("output_width", 1)];
  return [tensor(node.type(0), [rois[0] ?? 1, x[1] ?? 1, ...size])];
};

const deformed: Rule = (node) => {
  const [x, w, offset] = [node.shape(0), node.shape(1), node.shape(2)];
  if (x === null || w === null || offset === null) return [tensor(node.type(0), null)];
  return [tensor(node.type(0), [x[0] ?? 1, w[0] ?? 1, ...offset.slice(2)])];
};

const columnsToImage: Rule = (node) => {
  const [x, image, block] = [node.shape(0), node.dims(1, ""), numbers(node.input(2))];
  if (x === null || image === null || block === null) return [tensor(node.type(0), null)];
  const taps = block.reduce((total, size) => total * size, 1);
  return [tensor(node.type(0), [x[0] ?? 1, quotient(x[1] ?? 1, taps), ...image])];
};

const affineGrid: Rule = (node) => {
  const size = node.dims(1, "");
  if (size === null) return [tensor(node.type(0), null)];
  return [tensor(node.type(0), [size[0] ?? 1, ...size.slice(2), size.length - 2])];
};

const imageDecoder: Rule = (node) => {
  const channels = node.text("pixel_format", "RGB") === "Grayscale" ? 1 : 3;
  return [tensor(2, [node.undecided(1), node.undecided(1), channels])];
};

const batchNorm: Rule = (node) => {
  const first = node.input(0);
  if (first === null) return null;
  const statistics = tensor(node.type(3) || TYPE.float, node.shape(3));
  return [tensor(first.type, first.shape), statistics, statistics, statistics, statistics];
};

export const WINDOW_RULES: Rules = [
  ["Conv ConvInteger QLinearConv FusedConv NhwcFusedConv", convolution],
  ["ConvTranspose", transposed],
  ["MaxPool AveragePool LpPool QLinearAveragePool", pool],
  ["GlobalAveragePool GlobalMaxPool GlobalLpPool", globalPool],
  ["MaxUnpool", unpool],
  ["Resize Upsample", resize],
  ["GridSample", gridSample],
  ["RoiAlign MaxRoiPool", roiAlign],
  ["DeformConv", deformed],
  ["Col2Im", columnsToImage],
  ["AffineGrid", affineGrid],
  ["ImageDecoder", imageDecoder],
  ["BatchNormalization", batchNorm],
];
