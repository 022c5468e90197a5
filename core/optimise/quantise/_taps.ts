/** Values inside a model that runs give back, so that their ranges are seen. */
import { create } from "@bufbuild/protobuf";
import {
  TypeProto_TensorSchema,
  TypeProtoSchema,
  ValueInfoProtoSchema,
  type ModelProto,
  type NodeProto,
} from "onnx-buf";
import type { InferredValue } from "../../model/onnx/index.ts";
import type { Draft } from "../draft.ts";
import type { GraphDraft } from "../graph-draft.ts";
import { madeNode } from "../rewrites/_nodes.ts";
import { ELEMENT, elementCount, wholeTensor } from "../tensor.ts";
import { layersOf } from "./_layers.ts";
import { placement } from "./_placement.ts";

/** A value and what is exposed of it. */
export interface Shown {
  readonly name: string;
  /** The output that shows it. */
  readonly shown: string;
  /** Along which its channels stand; null where it has none. */
  readonly axis: number | null;
  /** Of a large picture, one in so many rows and columns is shown. */
  readonly step: number;
}

/** Values exposed in one run. */
export interface Tap {
  readonly values: readonly Shown[];
  /** Of one sample. */
  readonly bytes: number;
}

/** Each of no more than `bytesMax`, unless one value alone is more. */
export function tapsOf(
  draft: Draft,
  known: ReadonlyMap<string, InferredValue>,
  bytesMax: number,
): readonly Tap[] {
  const graph = draft.main;
  const isThinned = draft.opset() >= STEPS_OPSET;
  const taps: { values: Shown[]; bytes: number }[] = [];
  for (const name of watchedValues(graph)) {
    const value = known.get(name);
    if (value !== undefined && value.type !== 0 && value.type !== ELEMENT.float) continue;
    const step = isThinned ? stepOf(value) : 1;
    const bytes = Math.ceil(bytesOf(value) / step ** 2);
    let tap = taps.at(-1);
    if (tap === undefined || tap.bytes + bytes > bytesMax) {
      tap = { values: [], bytes: 0 };
      taps.push(tap);
    }
    const shown = step > 1 ? draft.fresh(`${name}/thinned`) : name;
    tap.values.push({ name, shown, axis: channelAxis(graph, name), step });
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

/** The opset from which Slice has steps. */
const STEPS_OPSET = 10;
/** Of a picture: a quarter of a million numbers tell how all spread. */
const PICTURE_BYTES = 2 ** 20;

/** Of [samples, channels, rows, columns]. */
function stepOf(value: InferredValue | undefined): number {
  const [, , rows, columns] = value?.shape?.length === 4 ? value.shape : [];
  if (typeof rows !== "number" || typeof columns !== "number") return 1;
  const step = Math.ceil(Math.sqrt(bytesOf(value) / PICTURE_BYTES));
  return Math.max(1, Math.min(step, rows, columns));
}

/** Of a value whose size no rule knows. */
const BYTES_ASSUMED = 2 ** 22;

function bytesOf(value: InferredValue | undefined): number {
  const sizes = value?.shape ?? null;
  if (sizes === null || sizes.some((size) => typeof size === "string")) return BYTES_ASSUMED;
  return 4 * elementCount(sizes.map(Number));
}

/** Where the readers of a value see its channels: first after the samples for pictures, last for matrices. */
export function channelAxis(graph: GraphDraft, value: string): number | null {
  const reads = (node: NodeProto) => node.input[0] === value;
  for (const node of graph.consumers(value).filter(reads)) {
    if (node.opType === "Conv") return 1;
    if (node.opType === "MatMul" || node.opType === "Gemm") return -1;
  }
  return null;
}

/** The model with other outputs: what it computes besides is left out by the engine. */
export function exposedModel(draft: Draft, { values }: Tap): ModelProto {
  const model = draft.sealed();
  const { graph } = model;
  if (graph === undefined) return model;
  const tensorType = create(TypeProto_TensorSchema, { elemType: ELEMENT.float });
  const type = create(TypeProtoSchema, { value: { case: "tensorType", value: tensorType } });
  const output = values.map(({ shown }) => create(ValueInfoProtoSchema, { name: shown, type }));
  const pair = (a: number, b = a) => wholeTensor(draft.fresh("thinned"), [a, b]);
  const [first, last, axes] = [pair(0), pair(Number.MAX_SAFE_INTEGER), pair(2, 3)];
  const steps = new Map(values.map(({ step }) => [step, pair(step)]));
  const thinned = values
    .filter(({ step }) => step > 1)
    .map(({ name, shown, step }) => {
      const bounds = [first, last, axes, steps.get(step)].map((each) => each?.name ?? "");
      return madeNode(draft, { operator: "Slice", inputs: [name, ...bounds], outputs: [shown] });
    });
  const node = [...graph.node, ...thinned];
  const initializer = [...graph.initializer, first, last, axes, ...steps.values()];
  return { ...model, graph: { ...graph, node, initializer, output } };
}
