/** Operators that repeat, cut, pad or pick values. */
import { isSameDim, minus, plus, product, quotient, times, type Dim } from "./_dim.ts";
import { TYPE } from "./_element-type.ts";
import type { GraphNode, Rule, Rules } from "./_graph-node.ts";
import { broadcast, known, numbers, tensor } from "./_value.ts";

const expand: Rule = (node) => {
  const [shape, wanted] = [node.shape(0), node.dims(1, "shape")];
  if (shape === null || wanted === null) return [tensor(node.type(0), null)];
  const result = broadcast([shape, wanted]);
  if (result === null)
    node.refuse(`a shape that ${shape.map(String).join(" × ")} stretches to`, wanted);
  const contents = node.input(0)?.contents;
  const count = result === null ? null : product(result);
  if (contents?.length !== 1 || result === null || typeof count !== "number" || count > 1024) {
    return [tensor(node.type(0), result)];
  }
  return [
    known(
      node.type(0),
      result,
      Array.from({ length: count }, () => contents[0] ?? 0),
    ),
  ];
};

const tile: Rule = (node) => {
  const [shape, repeats] = [node.shape(0), node.dims(1, "repeats")];
  if (shape === null || repeats === null) {
    return [tensor(node.type(0), shape && shape.map((size) => node.undecided(size)))];
  }
  return [
    tensor(
      node.type(0),
      shape.map((size, axis) => times(size, repeats[axis] ?? 1)),
    ),
  ];
};

const constantOfShape: Rule = (node) => {
  const wanted = node.input(0)?.contents;
  const value = node.tensor("value");
  const type = value?.type ?? TYPE.float;
  if (wanted === undefined) {
    const rank = node.shape(0)?.[0];
    return [tensor(type, rank === 0 ? [] : null)];
  }
  const [content = 0] = value?.contents ?? [0];
  const count = product(wanted);
  if (typeof count !== "number" || count > 1024) return [tensor(type, wanted)];
  return [
    known(
      type,
      wanted,
      Array.from({ length: count }, () => content),
    ),
  ];
};

const range: Rule = (node) => {
  const type = node.type(0);
  const [start, limit, step] = [0, 1, 2].map((place) => node.input(place)?.contents?.[0]);
  if (start === undefined || limit === undefined || typeof step !== "number" || step === 0) {
    return [tensor(type, [node.undecided(0)])];
  }
  if (typeof start !== "number" || typeof limit !== "number") {
    return [tensor(type, [quotient(plus(minus(limit, start), step - 1), step)])];
  }
  const count = Math.max(0, Math.ceil((limit - start) / step));
  if (count > 1024) return [tensor(type, [count])];
  return [
    known(
      type,
      [count],
      Array.from({ length: count }, (_, index) => start + index * step),
    ),
  ];
};

const split: Rule = (node) => {
  const input = node.input(0);
  if (input === null) return null;
  const { shape, type, contents } = input;
  const count = node.outputCount;
  if (shape === null) return Array.from({ length: count }, () => tensor(type, null));
  const axis = node.axis(node.whole("axis", 0), shape.length);
  const whole = shape[axis] ?? 1;
  const open = () => Array.from({ length: count }, () => node.undecided(whole));
  const parts =
    node.list(1, "split") ??
    (node.input(1) === null ? equalParts(node, whole, node.whole("num_outputs", count)) : open());
  const total = parts.reduce<Dim>(plus, 0);
  if (typeof total === "number" && typeof whole === "number" && !isSameDim(total, whole)) {
    node.refuse(`parts of ${whole}`, parts);
  }
  let at = 0;
  return parts.map((part) => {
    const sizes = shape.toSpliced(axis, 1, part);
    const from = at;
    at += typeof part === "number" ? part : 0;
    if (contents === undefined || shape.length !== 1) return tensor(type, sizes);
    return known(type, sizes, contents.slice(from, at));
  });
};

function equalParts(node: GraphNode, whole: Dim, count: number): readonly Dim[] {
  if (count < 1 || count > 4096) {
    node.refuse("1 to 4096 parts", count);
    return [whole];
  }
  if (typeof whole !== "number") return Array.from({ length: count }, () => quotient(whole, count));
  const each = Math.ceil(whole / count);
  return Array.from({ length: count }, (_, index) =>
    Math.max(0, Math.min(each, whole - index * each)),
  );
}

const pad: Rule = (node) => {
  const [shape, pads] = [node.shape(0), node.list(1, "pads") ?? node.wholes("paddings")];
  const named = node.list(3, "axes");
  if (shape === null) return [tensor(node.type(0), null)];
  if (pads === null)
    return [
      tensor(
        node.type(0),
        shape.map((size) => node.undecided(size)),
      ),
    ];
  const axes = (named ?? shape.map((_, axis) => axis)).map((axis) => node.axis(axis, shape.length));
  const sizes = [...shape];
  for (const [index, axis] of axes.entries()) {
    const both = (pads[index] ?? 0) + (pads[index + axes.length] ?? 0);
    const size = plus(shape[axis] ?? 1, both);
    if (typeof size === "number" && size < 0) node.refuse("pads that leave a size", pads);
    sizes[axis] = size;
  }
  return [tensor(node.type(0), sizes)];
};

const depthToSpace: Rule = (node) => {
  const [shape, block] = [node.shape(0), node.whole("blocksize", 1)];
  if (shape === null || shape.length !== 4) return [tensor(node.type(0), null)];
  if (block < 1) node.refuse("a block of at least 1", block);
  const [n = 1, c = 1, h = 1, w = 1] = shape;
  const isDeep = node.operator === "DepthToSpace";
  const grow = (size: Dim) => (isDeep ? times(size, block) : quotient(size, block));
  const channels = isDeep ? quotient(c, block * block) : times(c, block * block);
  return [tensor(node.type(0), [n, channels, grow(h), grow(w)])];
};

const nonZero: Rule = (node) => {
  const shape = node.shape(0);
  const most = shape === null ? 0 : product(shape);
  return [tensor(TYPE.int64, shape && [Math.max(1, shape.length), node.undecided(most)])];
};

const oneHot: Rule = (node) => {
  const shape = node.shape(0);
  const depth = node.input(1)?.contents?.[0];
  if (shape === null) return [tensor(node.type(2), null)];
  const axis = node.axis(node.whole("axis", -1), shape.length + 1);
  const size = depth ?? node.undecided(1);
  return [tensor(node.type(2), shape.toSpliced(axis, 0, size))];
};

const eyeLike: Rule = (node) => [tensor(node.whole("dtype", node.type(0)), node.shape(0))];

const compress: Rule = (node) => {
  const shape = node.shape(0);
  const taken = numbers(node.input(1))?.filter((each) => each !== 0).length;
  if (shape === null) return [tensor(node.type(0), null)];
  const isFlat = !node.has("axis");
  const axis = isFlat ? 0 : node.axis(node.whole("axis", 0), shape.length);
  const whole = isFlat ? product(shape) : (shape[axis] ?? 1);
  const size = taken ?? node.undecided(whole);
  return [tensor(node.type(0), isFlat ? [size] : shape.toSpliced(axis, 1, size))];
};

const centerCropPad: Rule = (node) => {
  const [shape, sizes] = [node.shape(0), node.dims(1, "shape")];
  if (shape === null || sizes === null) return [tensor(node.type(0), null)];
  const axes = (node.wholes("axes") ?? shape.map((_, axis) => axis)).map((axis) =>
    node.axis(axis, shape.length),
  );
  const result = shape.map((size, axis) => sizes[axes.indexOf(axis)] ?? size);
  return [tensor(node.type(0), result)];
};

const unique: Rule = (node) => {
  const shape = node.shape(0);
  const most = shape === null ? 0 : product(shape);
  const axis = node.has("axis") && shape ? node.axis(node.whole("axis", 0), shape.length) : null;
  const whole = axis === null ? most : (shape?.[axis] ?? 1);
  const size = node.undecided(whole);
  const values = axis === null || shape === null ? [size] : shape.toSpliced(axis, 1, size);
  return [
    tensor(node.type(0), values),
    tensor(TYPE.int64, [size]),
    tensor(TYPE.int64, [whole]),
    tensor(TYPE.int64, [size]),
  ];
};

export const LAYOUT_RULES: Rules = [
  ["Expand", expand],
  ["Tile", tile],
  ["ConstantOfShape", constantOfShape],
  ["Range", range],
  ["Split", split],
  ["Pad", pad],
  ["DepthToSpace SpaceToDepth", depthToSpace],
  ["NonZero", nonZero],
  ["OneHot", oneHot],
  ["EyeLike", eyeLike],
  ["Compress", compress],
  ["CenterCropPad", centerCropPad],
  ["Unique", unique],
];
