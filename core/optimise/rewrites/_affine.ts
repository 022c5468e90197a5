/** `scale * x + offset` with a number for all of x or one a channel: read from nodes, and put together. */
import type { NodeProto } from "onnx-buf";
import type { GraphDraft } from "../graph-draft.ts";
import { dimsOf, ELEMENT, floatsOf } from "../tensor.ts";
import { isOperator, realSetting, wholeSetting } from "./_nodes.ts";

/** Lists of one number, or of one a channel. */
export interface Affine {
  readonly scale: Float64Array;
  readonly offset: Float64Array;
}

/** How the channels of a value lie. */
export interface Lay {
  readonly rank: number;
  /** Counted from the front. */
  readonly axis: number;
  readonly channels: number;
}

/** Nodes one after the other, each the only reader of the last, that together are one affine map. */
export interface AffineChain {
  readonly nodes: readonly NodeProto[];
  readonly affine: Affine;
  /** What the last writes. */
  readonly output: string;
}

const ONE = Float64Array.of(1);
const NONE = Float64Array.of(0);

export const IDENTITY: Affine = { scale: ONE, offset: NONE };

export function at(list: Float64Array | Float32Array, index: number): number {
  return list[list.length === 1 ? 0 : index] ?? Number.NaN;
}

/** `second` of what `first` gives. */
export function composed(first: Affine, second: Affine): Affine {
  const both = joined(first.offset, second.scale, (offset, scale) => offset * scale);
  return {
    scale: joined(first.scale, second.scale, (a, b) => a * b),
    offset: joined(both, second.offset, (a, b) => a + b),
  };
}

function joined(
  a: Float64Array,
  b: Float64Array,
  join: (a: number, b: number) => number,
): Float64Array {
  const length = Math.max(a.length, b.length);
  return Float64Array.from({ length }, (_, index) => join(at(a, index), at(b, index)));
}

export function isAll(list: Float64Array, value: number): boolean {
  return list.every((each) => each === value);
}

export function isFinite(affine: Affine): boolean {
  return [affine.scale, affine.offset].every((list) => list.every(Number.isFinite));
}

/** The longest affine chain after `value`; null where the next node is none. */
export function affineChain(graph: GraphDraft, value: string, lay: Lay): AffineChain | null {
  const nodes: NodeProto[] = [];
  let affine = IDENTITY;
  let output = value;
  for (;;) {
    const next = graph.onlyConsumer(output);
    const step = next === null ? null : affineStep(graph, next, output, lay);
    const after = step === null ? null : composed(affine, step);
    if (next === null || after === null || !isFinite(after)) break;
    nodes.push(next);
    affine = after;
    output = next.output[0] ?? "";
  }
  return nodes.length === 0 ? null : { nodes, affine, output };
}

/** What `node` makes of `value` where that is affine with constants. */
export function affineStep(
  graph: GraphDraft,
  node: NodeProto,
  value: string,
  lay: Lay,
): Affine | null {
  if (isOperator(node, "BatchNormalization")) return normalisation(graph, node, value, lay);
  if (isOperator(node, "Neg")) return { scale: Float64Array.of(-1), offset: NONE };
  if (!isOperator(node, "Add", "Sub", "Mul", "Div") || node.input.length !== 2) return null;
  const place = node.input.indexOf(value);
  const isFirst = place === 0;
  const other = node.input[1 - place] ?? "";
  const constant = other === value ? null : laidOut(graph, other, lay);
  if (constant === null) return null;
  const mapped = (of: (each: number) => number) => constant.map(of);
  if (node.opType === "Add") return { scale: ONE, offset: constant };
  if (node.opType === "Mul") return { scale: constant, offset: NONE };
  if (node.opType === "Sub") {
    return isFirst
      ? { scale: ONE, offset: mapped((each) => -each) }
      : { scale: Float64Array.of(-1), offset: constant };
  }
  return isFirst ? { scale: mapped((each) => 1 / each), offset: NONE } : null;
}

/** Constants in 32-bit floats, one or one a channel; null of all others. */
function laidOut(graph: GraphDraft, name: string, lay: Lay): Float64Array | null {
  const tensor = graph.constant(name);
  const values = tensor === null || tensor.dataType !== ELEMENT.float ? null : floatsOf(tensor);
  if (tensor === null || values === null) return null;
  const dims = dimsOf(tensor);
  if (dims.length > lay.rank) return null;
  const shift = lay.rank - dims.length;
  const isChannel =
    values.length === lay.channels &&
    dims.every((size, axis) => axis + shift === lay.axis || size === 1);
  return values.length === 1 || isChannel ? Float64Array.from(values) : null;
}

/** Source: onnx/onnx, docs/Operators.md, BatchNormalization: (x - mean) / sqrt(var + epsilon) * scale + bias. */
function normalisation(graph: GraphDraft, node: NodeProto, value: string, lay: Lay): Affine | null {
  const isPlain =
    lay.axis === 1 &&
    node.input[0] === value &&
    node.output.filter((name) => name !== "").length === 1 &&
    wholeSetting(node, "training_mode", 0) === 0 &&
    wholeSetting(node, "spatial", 1) === 1;
  const [scale, bias, mean, variance] = node.input.slice(1).map((name) => channelsOf(graph, name));
  if (!isPlain || !scale || !bias || !mean || !variance) return null;
  const epsilon = realSetting(node, "epsilon", 1e-5);
  const factor = scale.map((each, index) => each / Math.sqrt(at(variance, index) + epsilon));
  if (factor.length !== lay.channels) return null;
  return {
    scale: factor,
    offset: bias.map((each, index) => each - at(mean, index) * at(factor, index)),
  };
}

function channelsOf(graph: GraphDraft, name: string): Float64Array | null {
  const tensor = graph.constant(name);
  if (tensor === null || tensor.dataType !== ELEMENT.float || tensor.dims.length !== 1) return null;
  const values = floatsOf(tensor);
  return values === null ? null : Float64Array.from(values);
}
