/**
 * Moves the range of a value's channels into weights that read it: results stay, what is rounded is more alike.
 *
 * A value has one scale for all channels, weights one for each output; so a channel that is larger than others is
 * made smaller where it is written and larger where it is read.
 * Source: Xiao et al. 2022, "SmoothQuant", arXiv:2211.10438, equation 4; for convolutions, Nagel et al. 2019,
 * "Data-free quantization through weight equalization and bias correction", arXiv:1906.04721, section 4.1
 */
import { create } from "@bufbuild/protobuf";
import { NodeProtoSchema, type NodeProto, type TensorProto } from "onnx-buf";
import { assert } from "../../assert.ts";
import type { Draft } from "../draft.ts";
import type { GraphDraft } from "../graph-draft.ts";
import { isOperator, wholeSetting } from "../rewrites/_nodes.ts";
import { dimsOf, floatsOf, floatTensor } from "../tensor.ts";
import type { Calibration } from "./calibrate.ts";
import { layerOf, layersOf, type Layer } from "./_layers.ts";

/** A constant that a node reads, whose numbers are divided by the factor of their channel. */
interface Divided {
  readonly node: NodeProto;
  readonly input: number;
  /** Channel of the number at `index`. */
  readonly channelOf: (index: number) => number;
}

/**
 * Scales every value that only layers read and whose writer can take the factors; how many those are.
 *
 * `strength` 1 evens the value out, 0 its weights, 0.5 shares between them. Ranges of `draft` are others afterwards:
 * static recipes need a new calibration.
 */
export function smooth(draft: Draft, calibration: Calibration, strength: number): number {
  const graph = draft.main;
  draft.begin("smooth");
  let count = 0;
  const inputs = new Set(layersOf(graph).layers.map(({ input }) => input));
  for (const value of inputs) {
    const largest = calibration.spreads.get(value)?.channels?.largest ?? null;
    const readers = largest === null ? null : readersOf(graph, value, largest.length);
    if (largest === null || readers === null) continue;
    const pictures = readers.filter(({ isPicture }) => isPicture).length;
    if (pictures > 0 && pictures < readers.length) continue;
    const writers = writersOf(graph, value, largest.length, pictures > 0);
    if (writers === null) continue;
    const factors = factorsOf(largest, readers, strength);
    const inverse = factors.map((factor) => 1 / factor);
    rescale(
      draft,
      [
        ...writers.map((each) => ({ ...each, by: inverse })),
        ...readers.map((each) => ({ ...each.weights, by: factors })),
      ],
      value,
    );
    count += 1;
  }
  return count;
}

interface Reader {
  readonly weights: Divided;
  readonly values: Float32Array;
  /** Whether each channel has weights and a scale of its own. */
  readonly isApart: boolean;
  /** Whether its channels stand first, as those of pictures. */
  readonly isPicture: boolean;
}

/** The layers that read a value, where nothing else does. */
function readersOf(graph: GraphDraft, value: string, channels: number): readonly Reader[] | null {
  if (graph.isOutput(value)) return null;
  const readers: Reader[] = [];
  for (const node of graph.consumers(value)) {
    const layer = layerOf(graph, node);
    if (layer === null || typeof layer === "string" || layer.input !== value) return null;
    const channelOf = inputChannel(layer, channels);
    const values = floatsOf(layer.weights);
    if (channelOf === null || values === null || layer.weights.name !== node.input[1]) return null;
    const isPicture = layer.kind === "Conv";
    const weights = { node, input: 1, channelOf };
    readers.push({ weights, values, isApart: layer.isDepthwise, isPicture });
  }
  return readers;
}

/** Input channel of the weight at an index; null where groups mix them. */
function inputChannel(layer: Layer, channels: number): ((index: number) => number) | null {
  const [first = 1, second = 1, ...window] = layer.dims;
  const places = window.reduce((total, size) => total * size, 1);
  if (layer.kind !== "Conv") {
    return layer.axis === 1 ? (index) => Math.floor(index / second) : (index) => index % second;
  }
  if (layer.isDepthwise && first === channels) return (index) => Math.floor(index / places);
  return second === channels ? (index) => Math.floor(index / places) % second : null;
}

/** The constants that a value is proportional to, channel by channel; null where there are none. */
function writersOf(
  graph: GraphDraft,
  value: string,
  channels: number,
  isPicture: boolean,
): readonly Divided[] | null {
  const node = graph.producer(value);
  if (node === null) return null;
  const [first = "", second = ""] = node.input;
  const above = (name: string) =>
    graph.onlyConsumer(name) === node ? writersOf(graph, name, channels, isPicture) : null;
  if (isOperator(node, "Relu", "LeakyRelu")) return above(first);
  const isConv = isOperator(node, "Conv");
  if (isConv === isPicture) {
    const weights = layerWriters(graph, node, channels);
    if (weights !== null) return weights;
  }
  if (isPicture) {
    return isOperator(node, "BatchNormalization") ? listed(graph, node, [1, 2], channels) : null;
  }
  if (isOperator(node, "LayerNormalization") && wholeSetting(node, "axis", -1) === -1) {
    return listed(graph, node, [1, 2], channels);
  }
  const place = graph.constant(second) === null ? 0 : 1;
  if (isOperator(node, "Mul")) return listed(graph, node, [place], channels);
  if (!isOperator(node, "Add")) return null;
  const added = listed(graph, node, [place], channels);
  const scaled = above(place === 1 ? first : second);
  return added === null || scaled === null ? null : [...added, ...scaled];
}

/** Constants of one number a channel. */
function listed(
  graph: GraphDraft,
  node: NodeProto,
  places: readonly number[],
  channels: number,
): readonly Divided[] | null {
  const found = places.filter((place) => (node.input[place] ?? "") !== "");
  const isList = (tensor: TensorProto | null) =>
    tensor !== null && floatsOf(tensor) !== null && dimsOf(tensor).join() === String(channels);
  if (!found.every((place) => isList(graph.constant(node.input[place] ?? "")))) return null;
  return found.map((input) => ({ node, input, channelOf: (index: number) => index }));
}

function layerWriters(
  graph: GraphDraft,
  node: NodeProto,
  channels: number,
): readonly Divided[] | null {
  const layer = layerOf(graph, node);
  if (layer === null || typeof layer === "string" || layer.order.channelCount !== channels) {
    return null;
  }
  if (layer.weights.name !== node.input[1]) return null;
  const { channelStride: stride, channelCount } = layer.order;
  const channelOf = (index: number) =>
    stride === 1 && layer.axis === 1 ? index % channelCount : Math.floor(index / stride);
  const weights = { node, input: 1, channelOf };
  if (layer.bias === null) return [weights];
  return [weights, { node, input: 2, channelOf: (index) => index }];
}

/** What each channel is divided by where it is written. */
function factorsOf(
  largest: Float64Array,
  readers: readonly Reader[],
  strength: number,
): Float64Array {
  const weights = new Float64Array(largest.length);
  for (const {
    values,
    weights: { channelOf },
  } of readers) {
    for (const [index, value] of values.entries()) {
      const channel = channelOf(index);
      weights[channel] = Math.max(weights[channel] ?? 0, Math.abs(value));
    }
  }
  // Weights that stand apart have scales of their own, which follow any factor.
  const share = readers.every(({ isApart }) => isApart) ? 1 : strength;
  return largest.map((most, channel) => {
    const weight = weights[channel] ?? 0;
    return most > 0 && weight > 0 ? most ** share / weight ** (1 - share) : 1;
  });
}

function rescale(
  draft: Draft,
  changes: readonly (Divided & { readonly by: Float64Array })[],
  value: string,
): void {
  const graph = draft.main;
  const byNode = new Map<NodeProto, string[]>();
  for (const { node, input, channelOf, by } of changes) {
    const tensor = graph.constant(node.input[input] ?? "");
    const values = tensor === null ? null : floatsOf(tensor);
    assert(tensor !== null && values !== null, "constants of floats were found before");
    const scaled = values.map((each, index) => each * (by[channelOf(index)] ?? 1));
    const name = graph.addConstant(
      floatTensor(draft.fresh(`${tensor.name}_smooth`), dimsOf(tensor), scaled),
    );
    const inputs = byNode.get(node) ?? [...node.input];
    inputs[input] = name;
    byNode.set(node, inputs);
  }
  const removed = [...byNode.keys()];
  const added = [...byNode].map(([node, input]) => create(NodeProtoSchema, { ...node, input }));
  graph.replace(removed, added, `channels of "${value}" are of like size`);
}
