/**
 * A model of opset 7 to 12 as one of 13, where operators of 8 bits are at home and scales have an axis.
 *
 * Between these versions some operators take as inputs what were attributes, Softmax stops to flatten, and Resize says
 * where its points lie.
 * Source: onnx/onnx, docs/Changelog.md, versions 8 to 13
 */
import type { NodeProto } from "onnx-buf";
import { inferValues, type InferredValue } from "../../model/onnx/index.ts";
import type { Draft } from "../draft.ts";
import type { GraphDraft } from "../graph-draft.ts";
import {
  attributeNamed,
  isStandard,
  madeNode,
  textSetting,
  wholeSetting,
  wholesSetting,
} from "../rewrites/_nodes.ts";
import { floatsOf, floatTensor, wholeTensor } from "../tensor.ts";
import { label } from "./_nodes.ts";

const OLDEST = 7;
const AIM = 13;

/** Operators that are given what they lack by no rule here. */
const REFUSED: ReadonlySet<string> = new Set(["Scan", "Scatter", "TopK"]);

/** Why the model stays at its opset; null where it is at 13 or later now. */
export function upgraded(draft: Draft): string | null {
  const from = draft.opset();
  if (from >= AIM) return null;
  if (from < OLDEST) return `opset ${from} is too old`;
  if (draft.model.functions.length > 0) return "it has functions of its own";
  const inferred = inferValues(draft.sealed());
  const values = inferred.ok ? inferred.value : new Map<string, InferredValue>();
  for (const graph of draft.graphs) {
    for (const node of graph.nodes) {
      if (isStandard(node) && !canUpgrade(graph, node, from)) {
        return `${node.opType} "${label(node)}" means something else from opset ${AIM} on`;
      }
    }
  }
  for (const graph of draft.graphs) {
    for (const node of Array.from(graph.nodes)) {
      if (!isStandard(node)) continue;
      const isFlat = FLATTENING.has(node.opType);
      const next = isFlat ? flattened(draft, node, values) : upgradedNode(draft, graph, node, from);
      if (next.length > 0) graph.replace([node], next, `as opset ${AIM} writes it`);
    }
  }
  draft.requireOpset("", AIM);
  return null;
}

const FLATTENING: ReadonlySet<string> = new Set(["Softmax", "LogSoftmax", "Hardmax"]);

function canUpgrade(graph: GraphDraft, node: NodeProto, from: number): boolean {
  if (isResize(node, from)) return scalesOf(graph, node)?.every((scale) => scale >= 1) === true;
  if (node.opType === "BatchNormalization") return wholeSetting(node, "spatial", 1) === 1;
  return !REFUSED.has(node.opType);
}

function isResize({ opType }: NodeProto, from: number): boolean {
  return opType === "Upsample" || (opType === "Resize" && from < 11);
}

/** How many times as large each axis becomes; null where that is computed. */
function scalesOf(graph: GraphDraft, node: NodeProto): readonly number[] | null {
  const stored = graph.constant(node.input[1] ?? "");
  const values = stored === null ? attributeNamed(node, "scales")?.floats : floatsOf(stored);
  return values === undefined || values === null ? null : [...values];
}

/** Attributes that become inputs, in the order of the inputs, and the opset that has them so. */
const MOVED: ReadonlyMap<string, { readonly since: number; readonly names: readonly string[] }> =
  new Map([
    ["Clip", { since: 11, names: ["min", "max"] }],
    ["Slice", { since: 10, names: ["starts", "ends", "axes"] }],
    ["Pad", { since: 11, names: ["pads", "value"] }],
    ["Squeeze", { since: 13, names: ["axes"] }],
    ["Unsqueeze", { since: 13, names: ["axes"] }],
    ["ReduceSum", { since: 13, names: ["axes"] }],
    ["Split", { since: 13, names: ["split"] }],
    ["Dropout", { since: 12, names: ["ratio"] }],
  ]);

/** Attributes of before that say what is always so later. */
const GONE: ReadonlySet<string> = new Set(["BatchNormalization.spatial"]);

/** Over all axes from its own on at once: as a matrix, unless its own is the last. */
function flattened(
  draft: Draft,
  node: NodeProto,
  values: ReadonlyMap<string, InferredValue>,
): readonly NodeProto[] {
  const { opType: operator, output } = node;
  const [source = ""] = node.input;
  const axis = wholeSetting(node, "axis", 1);
  const settings = { axis: -1 };
  if (axis === -1 || axis === (values.get(source)?.shape?.length ?? Infinity) - 1) {
    return [madeNode(draft, { operator, inputs: [source], outputs: output, settings })];
  }
  const fresh = (part: string) => draft.fresh(`${source}_${part}`);
  const [shape, rows, shares] = [fresh("shape"), fresh("rows"), fresh("shares")];
  return [
    { operator: "Shape", inputs: [source], outputs: [shape] },
    { operator: "Flatten", inputs: [source], outputs: [rows], settings: { axis } },
    { operator, inputs: [rows], outputs: [shares], settings },
    { operator: "Reshape", inputs: [shares, shape], outputs: output },
  ].map((made) => madeNode(draft, made));
}

function upgradedNode(
  draft: Draft,
  graph: GraphDraft,
  node: NodeProto,
  from: number,
): readonly NodeProto[] {
  const { opType: operator, attribute, output: outputs } = node;
  if (isResize(node, from)) return [resized(draft, graph, node)];
  const kept = attribute.filter(({ name }) => !GONE.has(`${operator}.${name}`));
  if (kept.length < attribute.length) {
    return [madeNode(draft, { operator, inputs: node.input, outputs, attributes: kept })];
  }
  const moved = MOVED.get(operator);
  if (moved === undefined || from >= moved.since) return [];
  const stored = moved.names.map((name) => inputOf(draft, graph, node, name));
  const last = stored.findLastIndex((name) => name !== "");
  const inputs = [...node.input, ...stored.slice(0, last + 1)];
  const attributes = attribute.filter(({ name }) => !moved.names.includes(name));
  return [madeNode(draft, { operator, inputs, outputs, attributes })];
}

/** Corners lay on corners; of what grows, the nearest point was the one before. */
function resized(draft: Draft, graph: GraphDraft, node: NodeProto): NodeProto {
  const [input = ""] = node.input;
  const stem = draft.fresh(`${label(node)}_scales`);
  const scales = Float32Array.from(scalesOf(graph, node) ?? []);
  const stored = graph.addConstant(floatTensor(stem, [scales.length], scales));
  const settings = {
    mode: textSetting(node, "mode", "nearest"),
    coordinate_transformation_mode: "asymmetric",
    nearest_mode: "floor",
  };
  const inputs = [input, "", stored];
  return madeNode(draft, { operator: "Resize", inputs, outputs: node.output, settings });
}

/** The tensor that holds what the attribute `name` held; "" where it has none. */
function inputOf(draft: Draft, graph: GraphDraft, node: NodeProto, name: string): string {
  const found = attributeNamed(node, name);
  if (found === undefined) return "";
  const stem = draft.fresh(`${label(node)}_${name}`);
  const list = wholesSetting(node, name) ?? [];
  return graph.addConstant(
    list.length > 0 ? wholeTensor(stem, list) : floatTensor(stem, [], Float32Array.of(found.f)),
  );
}
