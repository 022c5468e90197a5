/** Operators that move values without arithmetic, and those that compute shapes. */
import { minus, plus, product, quotient, type Dim } from "./_dim.ts";
import { TYPE } from "./_element-type.ts";
import type { GraphNode, Rule, Rules } from "./_graph-node.ts";
import { rearranged } from "./_rearranged.ts";
import { known, list, numbers, tensor, type Value } from "./_value.ts";

const shapeOf: Rule = (node) => {
  const shape = node.shape(0);
  if (shape === null) return [tensor(TYPE.int64, null)];
  const start = clamped(node.whole("start", 0), shape.length);
  const end = clamped(node.whole("end", shape.length), shape.length);
  return [list(TYPE.int64, shape.slice(start, Math.max(start, end)))];
};

const sizeOf: Rule = (node) => {
  const shape = node.shape(0);
  return [shape === null ? tensor(TYPE.int64, []) : known(TYPE.int64, [], [product(shape)])];
};

/** A place counted from the front, kept within a list of `length`. */
function clamped(place: number, length: number): number {
  return Math.min(Math.max(place < 0 ? place + length : place, 0), length);
}

const reshape: Rule = (node) => {
  const input = node.input(0);
  if (input === null) return null;
  const wanted = node.dims(1, "shape");
  if (wanted === null) return [tensor(input.type, null)];
  const zeroStays = node.whole("allowzero", 0) === 0;
  const given = wanted.map((size, axis) =>
    size === 0 && zeroStays ? (input.shape?.[axis] ?? 0) : size,
  );
  const shape = filled(node, given, input.shape);
  if (shape === null) return [tensor(input.type, null)];
  return [moved(input, shape)];
};

function filled(
  node: GraphNode,
  given: readonly Dim[],
  from: readonly Dim[] | null,
): readonly Dim[] | null {
  const open = given.filter((size) => size === -1).length;
  if (open > 1) node.refuse("one size of -1", given);
  const rest = product(given.filter((size) => size !== -1));
  if (open === 0) {
    const [before, after] = [from && product(from), rest];
    if (typeof before === "number" && typeof after === "number" && before !== after) {
      node.refuse(`a shape of ${before} values`, given.map(String).join(" × "));
    }
    return given;
  }
  if (from === null) return given.map((size) => (size === -1 ? node.undecided(1) : size));
  const all = product(from);
  const left = rest === 0 ? 0 : quotient(all, rest);
  if (typeof left === "number" && typeof all === "number" && typeof rest === "number") {
    if (left * rest !== all) node.refuse(`a shape of ${all} values`, given);
  }
  return given.map((size) => (size === -1 ? left : size));
}

/** The same values in another shape, contents with them. */
function moved(input: Value, shape: readonly Dim[]): Value {
  const { contents, type, quantised } = input;
  const kept = quantised === undefined ? {} : { quantised };
  return {
    ...(contents === undefined ? tensor(type, shape) : known(type, shape, contents)),
    ...kept,
  };
}

const squeeze: Rule = (node) => {
  const input = node.input(0);
  if (input === null || input.shape === null) return input && [tensor(input.type, null)];
  const { shape } = input;
  const axes = node.list(1, "axes");
  if (axes === null && node.input(1) !== null) return [tensor(input.type, null)];
  const dropped = axes?.map((axis) => node.axis(axis, shape.length));
  for (const axis of dropped ?? []) {
    const size = shape[axis];
    if (typeof size === "number" && size !== 1) node.refuse("a size of 1 to squeeze", size);
  }
  const left = shape.filter((size, axis) => (dropped ? !dropped.includes(axis) : size !== 1));
  return [moved(input, left)];
};

const unsqueeze: Rule = (node) => {
  const input = node.input(0);
  const axes = node.list(1, "axes");
  if (input === null || input.shape === null || axes === null) {
    return input && [tensor(input.type, null)];
  }
  const rank = input.shape.length + axes.length;
  const places = axes.map((axis) => node.axis(axis, rank));
  if (new Set(places).size < places.length) node.refuse("axes that differ", axes);
  const rest = [...input.shape];
  const shape = Array.from({ length: rank }, (_, axis) =>
    places.includes(axis) ? 1 : (rest.shift() ?? 1),
  );
  return [moved(input, shape)];
};

const flatten: Rule = (node) => {
  const input = node.input(0);
  if (input === null || input.shape === null) return input && [tensor(input.type, null)];
  const axis = clamped(node.whole("axis", 1), input.shape.length);
  return [moved(input, [product(input.shape.slice(0, axis)), product(input.shape.slice(axis))])];
};

const transpose: Rule = (node) => {
  const input = node.input(0);
  if (input === null || input.shape === null) return input && [tensor(input.type, null)];
  const { shape } = input;
  const order = node.wholes("perm") ?? shape.map((_, axis) => shape.length - 1 - axis);
  if (order.length !== shape.length) node.refuse(`an order of ${shape.length} axes`, order);
  const turned = order.map((axis) => shape[node.axis(axis, shape.length)] ?? 1);
  const { quantised } = input;
  const value = rearranged(input, turned, (at) =>
    shape.map((_, axis) => at[order.indexOf(axis)] ?? 0),
  );
  return [{ ...value, ...(quantised === undefined ? {} : { quantised }) }];
};

const concat: Rule = (node) => {
  const inputs = node.inputs.filter((input) => input !== null);
  const [first] = inputs;
  const shapes = inputs.map(({ shape }) => shape);
  if (first === undefined || !shapes.every((shape) => shape !== null)) {
    return first === undefined ? null : [tensor(first.type, null)];
  }
  const rank = first.shape?.length ?? 0;
  if (shapes.some((shape) => shape.length !== rank)) node.refuse(`inputs of rank ${rank}`, shapes);
  const along = node.axis(node.whole("axis", 1), rank);
  const shape = Array.from({ length: rank }, (_, axis) => {
    const sizes = shapes.map((each) => each[axis] ?? 1);
    if (axis === along) return sizes.reduce(plus);
    const fixed = sizes.filter((size) => typeof size === "number");
    if (new Set(fixed).size > 1) node.refuse(`equal sizes on axis ${axis}`, sizes);
    return fixed[0] ?? sizes[0] ?? 1;
  });
  const isList = rank === 1 && inputs.every(({ contents }) => contents !== undefined);
  if (!isList) return [tensor(first.type, shape)];
  return [
    known(
      first.type,
      shape,
      inputs.flatMap(({ contents }) => contents ?? []),
    ),
  ];
};

const slice: Rule = (node) => {
  const input = node.input(0);
  if (input === null || input.shape === null) return input && [tensor(input.type, null)];
  const { shape } = input;
  const starts = node.dims(1, "starts");
  const ends = node.dims(2, "ends");
  const steps = node.list(4, "steps") ?? (node.input(4) === null ? [] : null);
  const named = node.list(3, "axes");
  const length = node.shape(1)?.[0] ?? starts?.length;
  const count = typeof length === "number" ? Math.min(length, shape.length) : 0;
  const axes =
    named ?? (node.input(3) === null ? Array.from({ length: count }, (_, i) => i) : null);
  if (axes === null)
    return [
      tensor(
        input.type,
        shape.map((size) => node.undecided(size)),
      ),
    ];
  const sizes = [...shape];
  const ranges = new Map<number, Bounds | null>();
  for (const [index, axis] of axes.entries()) {
    const place = node.axis(axis, shape.length);
    const size = shape[place] ?? 1;
    const range = rangeOf(node, [starts?.[index], ends?.[index], steps?.[index] ?? 1], size);
    sizes[place] = range.size;
    ranges.set(place, range.bounds);
  }
  if ([...ranges.values()].includes(null)) return [tensor(input.type, sizes)];
  const from = (at: readonly number[]) =>
    at.map((place, axis) => {
      const [start = 0, step = 1] = ranges.get(axis) ?? [];
      return start + step * place;
    });
  return [rearranged(input, sizes, from)];
};

type Bounds = readonly [start: number, step: number];

/** How many values a range of a size leaves, and its bounds where they are numbers. */
function rangeOf(
  node: GraphNode,
  [start, end, step]: readonly [Dim | undefined, Dim | undefined, number],
  size: Dim,
): { readonly size: Dim; readonly bounds: Bounds | null } {
  if (step === 0) node.refuse("a step that is not 0", step);
  if (start === undefined || end === undefined) return { size: node.undecided(size), bounds: null };
  if (typeof start === "number" && typeof end === "number" && typeof size === "number") {
    const low = step < 0 ? -1 : 0;
    const high = step < 0 ? size - 1 : size;
    const within = (place: number) =>
      Math.min(Math.max(place < 0 ? place + size : place, low), high);
    const [from, to] = [within(start), step < 0 && end < -size ? -1 : within(end)];
    return { size: Math.max(0, Math.ceil((to - from) / step)), bounds: [from, step] };
  }
  return { size: symbolicRange([start, end, step], size) ?? node.undecided(size), bounds: null };
}

const FAR = 2 ** 31 - 1;

/** Ranges that start or end at a place counted from one end. */
function symbolicRange([start, end, step]: readonly [Dim, Dim, number], size: Dim): Dim | null {
  if (step < 0) return start === -1 && typeof end === "number" && end <= -FAR ? size : null;
  const from = typeof start === "number" && start < 0 ? plus(size, start) : start;
  const isOpen = typeof end === "number" && end >= FAR;
  const to = isOpen ? size : typeof end === "number" && end < 0 ? plus(size, end) : end;
  return quotient(plus(minus(to, from), step - 1), step);
}

const gather: Rule = (node) => {
  const [values, indices] = [node.input(0), node.input(1)];
  if (!values?.shape || !indices?.shape) return values && [tensor(values.type, null)];
  const { shape, type } = values;
  const axis = node.axis(node.whole("axis", 0), shape.length);
  const result = [...shape.slice(0, axis), ...indices.shape, ...shape.slice(axis + 1)];
  const places = numbers(indices);
  const size = shape[axis];
  if (values.contents === undefined || places === null || typeof size !== "number") {
    return [tensor(type, result)];
  }
  if (places.some((place) => place >= size || place < -size)) {
    node.refuse(`places of ${size} values`, places);
  }
  const inner = indices.shape.map((each) => (typeof each === "number" ? each : 1));
  const from = (at: readonly number[]) => {
    const own = at.slice(axis, axis + inner.length);
    const place =
      places[own.reduce((sum, each, index) => sum * (inner[index] ?? 1) + each, 0)] ?? 0;
    const picked = place < 0 ? place + size : place;
    return [...at.slice(0, axis), picked, ...at.slice(axis + inner.length)];
  };
  return [rearranged(values, result, from)];
};

const gatherElements: Rule = (node) => [tensor(node.type(0), node.shape(1))];

const gatherNd: Rule = (node) => {
  const [shape, indices] = [node.shape(0), node.shape(1)];
  const depth = indices?.at(-1);
  if (!shape || !indices || typeof depth !== "number") return [tensor(node.type(0), null)];
  const batch = node.whole("batch_dims", 0);
  return [tensor(node.type(0), [...indices.slice(0, -1), ...shape.slice(batch + depth)])];
};

export const SHAPE_RULES: Rules = [
  ["Shape", shapeOf],
  ["Size", sizeOf],
  ["Reshape", reshape],
  ["Squeeze", squeeze],
  ["Unsqueeze", unsqueeze],
  ["Flatten", flatten],
  ["Transpose", transpose],
  ["Concat", concat],
  ["Slice DynamicSlice", slice],
  ["Gather", gather],
  ["GatherElements", gatherElements],
  ["GatherND", gatherNd],
];
