/** Ranges of the values inside a model, seen while it runs samples. */
import { create } from "@bufbuild/protobuf";
import {
  TypeProto_TensorSchema,
  TypeProtoSchema,
  ValueInfoProtoSchema,
  type ModelProto,
  type NodeProto,
} from "onnx-buf";
import { encodeOnnxFile, inferValues, type InferredValue } from "../../model/onnx/index.ts";
import type { Draft } from "../draft.ts";
import type { GraphDraft } from "../graph-draft.ts";
import type { HostTensor, Outcome, Runner, Session, Tensors } from "../runner.ts";
import { ELEMENT, elementCount } from "../tensor.ts";
import { layersOf } from "./_layers.ts";
import { placement } from "./_placement.ts";
import { joined, spreadOf, type ChannelLayout, type Spread } from "./_spread.ts";

/** What samples showed of the values of a model, by name. */
export interface Calibration {
  readonly spreads: ReadonlyMap<string, Spread>;
  readonly sampleCount: number;
}

/** Bytes of values that a run may give back at once. */
const BYTES_MAX = 2 ** 28;

/** Of a value whose size no rule knows. */
const BYTES_ASSUMED = 2 ** 22;

/**
 * Runs `feeds` through the model, a few values exposed at a time, and keeps how their numbers spread.
 *
 * A run that fails is the answer: without ranges there is nothing to quantise with.
 */
export async function calibrate(
  draft: Draft,
  feeds: readonly Tensors[],
  runner: Runner,
  session: Session,
): Promise<Outcome<Calibration>> {
  const model = draft.sealed();
  const spreads = new Map<string, Spread>();
  for (const tap of tapsFor(draft, feeds)) {
    const exposed = encodeOnnxFile(withOutputs(model, tap));
    const at = Math.max(1, Math.floor(BYTES_MAX / Math.max(1, tap.bytes)));
    for (let start = 0; start < feeds.length; start += at) {
      const answer = await runner.outputs(exposed, feeds.slice(start, start + at), session);
      if (answer.kind === "failed") return answer;
      for (const outputs of answer.value) see(spreads, outputs, tap.channels);
    }
  }
  for (const { name } of draft.main.proto.input) {
    const layout = channelAxis(draft.main, name);
    for (const feed of feeds) see(spreads, pick(feed, name), new Map([[name, layout]]));
  }
  return { kind: "done", value: { spreads, sampleCount: feeds.length } };
}

/** How many times {@link calibrate} runs the model on each of `feeds`. */
export function calibrationPasses(draft: Draft, feeds: readonly Tensors[]): number {
  return Math.max(1, tapsFor(draft, feeds).length);
}

function tapsFor(draft: Draft, [sample = {}]: readonly Tensors[]): readonly Tap[] {
  const { model } = draft;
  const known = inferValues(model, openSizes(model, sample));
  return tapsOf(draft.main, known.ok ? known.value : new Map<string, InferredValue>());
}

/** Values exposed in one run. */
interface Tap {
  /** Along which axis the channels of each stand; null has none. */
  readonly channels: Map<string, number | null>;
  /** Of one sample. */
  bytes: number;
}

function tapsOf(graph: GraphDraft, values: ReadonlyMap<string, InferredValue>): readonly Tap[] {
  const taps: Tap[] = [];
  for (const name of watchedValues(graph)) {
    const value = values.get(name);
    if (value !== undefined && value.type !== 0 && value.type !== ELEMENT.float) continue;
    const bytes = bytesOf(value);
    let tap = taps.at(-1);
    if (tap === undefined || tap.bytes + bytes > BYTES_MAX / 8) {
      tap = { channels: new Map(), bytes: 0 };
      taps.push(tap);
    }
    tap.channels.set(name, channelAxis(graph, name));
    tap.bytes += bytes;
  }
  return taps;
}

/** Values that some recipe may put into 8 bits, inputs of the graph left out. */
function watchedValues(graph: GraphDraft): ReadonlySet<string> {
  const { layers } = layersOf(graph);
  const rules = { isKnown: () => true, chained: true, opset: Infinity };
  const { carried } = placement(graph, layers, rules);
  const roots = [...carried].flatMap(([value, root]) => (value === root ? [value] : []));
  const names = new Set([...layers.map(({ input }) => input), ...roots]);
  for (const { name } of graph.proto.input) names.delete(name);
  return names;
}

function bytesOf(value: InferredValue | undefined): number {
  const sizes = value?.shape ?? null;
  if (sizes === null || sizes.some((size) => typeof size === "string")) return BYTES_ASSUMED;
  return 4 * elementCount(sizes.map(Number));
}

/** Where the readers of a value see its channels: first after the samples for pictures, last for matrices. */
function channelAxis(graph: GraphDraft, value: string): number | null {
  const reads = (node: NodeProto) => node.input[0] === value;
  for (const node of graph.consumers(value).filter(reads)) {
    if (node.opType === "Conv") return 1;
    if (node.opType === "MatMul" || node.opType === "Gemm") return -1;
  }
  return null;
}

function see(
  spreads: Map<string, Spread>,
  outputs: Tensors,
  channels: ReadonlyMap<string, number | null>,
): void {
  for (const [name, axis] of channels) {
    const tensor = outputs[name];
    if (tensor === undefined || tensor.type !== ELEMENT.float) continue;
    const next = spreadOf(floatsIn(tensor), layoutOf(tensor.dims, axis));
    const before = spreads.get(name);
    spreads.set(name, before === undefined ? next : joined(before, next));
  }
}

function layoutOf(dims: readonly number[], axis: number | null): ChannelLayout | null {
  if (axis === null || dims.length < 2) return null;
  const place = axis < 0 ? dims.length + axis : axis;
  return { count: dims[place] ?? 1, inner: elementCount(dims.slice(place + 1)) };
}

/** The numbers of a tensor of 32-bit floats. */
export function floatsIn({ bytes }: HostTensor): Float32Array {
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice();
  return new Float32Array(aligned.buffer, aligned.byteOffset, Math.floor(aligned.byteLength / 4));
}

function pick(feed: Tensors, name: string): Tensors {
  const tensor = feed[name];
  return tensor === undefined ? {} : { [name]: tensor };
}

/** `model` with other outputs: what it computes besides is left out by the engine. */
function withOutputs(model: ModelProto, { channels }: Tap): ModelProto {
  const { graph } = model;
  if (graph === undefined) return model;
  const tensorType = create(TypeProto_TensorSchema, { elemType: ELEMENT.float });
  const type = create(TypeProtoSchema, { value: { case: "tensorType", value: tensorType } });
  const output = [...channels.keys()].map((name) => create(ValueInfoProtoSchema, { name, type }));
  return { ...model, graph: { ...graph, output } };
}

/** Sizes that the graph leaves open, as a sample has them. */
function openSizes(model: ModelProto, sample: Tensors): Readonly<Record<string, number>> {
  const sizes: Record<string, number> = {};
  for (const { name, type } of model.graph?.input ?? []) {
    if (type?.value.case !== "tensorType") continue;
    for (const [axis, { value }] of (type.value.value.shape?.dim ?? []).entries()) {
      const size = sample[name]?.dims[axis];
      if (value.case === "dimParam" && size !== undefined) sizes[value.value] = size;
    }
  }
  return sizes;
}
