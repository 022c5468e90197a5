/** Ranges of the values inside a model, seen while it runs samples. */
import type { ModelProto } from "onnx-buf";
import { encodeOnnxFile, inferValues } from "../../model/onnx/index.ts";
import type { Draft } from "../draft.ts";
import type { HostTensor, Outcome, Runner, Session, Tensors } from "../runner.ts";
import { ELEMENT, elementCount } from "../tensor.ts";
import { channelAxis, exposedModel, tapsOf, type Shown, type Tap } from "./_taps.ts";
import { joined, spreadOf, type ChannelLayout, type Spread } from "./_spread.ts";

/** What samples showed of the values of a model, by name. */
export interface Calibration {
  readonly spreads: ReadonlyMap<string, Spread>;
  readonly sampleCount: number;
}

/** Bytes of values that a run may give back at once. */
const BYTES_MAX = 2 ** 28;

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
  const spreads = new Map<string, Spread>();
  for (const tap of tapsFor(draft, feeds)) {
    const exposed = encodeOnnxFile(exposedModel(draft, tap));
    const at = Math.max(1, Math.floor(BYTES_MAX / Math.max(1, tap.bytes)));
    for (let start = 0; start < feeds.length; start += at) {
      const answer = await runner.outputs(exposed, feeds.slice(start, start + at), session);
      if (answer.kind === "failed") return answer;
      for (const outputs of answer.value) see(spreads, outputs, tap.values);
    }
  }
  for (const { name } of draft.main.proto.input) {
    const value = { name, shown: name, axis: channelAxis(draft.main, name) };
    for (const feed of feeds) see(spreads, feed, [value]);
  }
  return { kind: "done", value: { spreads, sampleCount: feeds.length } };
}

/** How many times {@link calibrate} runs the model on each of `feeds`. */
export function calibrationPasses(draft: Draft, feeds: readonly Tensors[]): number {
  return Math.max(1, tapsFor(draft, feeds).length);
}

function tapsFor(draft: Draft, [sample = {}]: readonly Tensors[]): readonly Tap[] {
  const { model } = draft;
  const known = inferValues(model, sampleSizes(model, sample));
  return tapsOf(draft, known.ok ? known.value : new Map(), BYTES_MAX / 2);
}

function see(
  spreads: Map<string, Spread>,
  outputs: Tensors,
  values: readonly Omit<Shown, "step">[],
): void {
  for (const { name, shown, axis } of values) {
    const tensor = outputs[shown];
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

/** Sizes that the graph leaves open, as a sample has them. */
function sampleSizes(model: ModelProto, sample: Tensors): Readonly<Record<string, number>> {
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
