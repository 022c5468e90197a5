/**
 * A model of opset 9 to 12 as one of 13, where operators of 8 bits are at home and scales have an axis.
 *
 * Between these versions some operators take as inputs what were attributes, and Softmax stops to flatten.
 * Source: onnx/onnx, docs/Changelog.md, versions 10 to 13
 */
import type { NodeProto } from "onnx-buf";
import { inferValues, type InferredValue } from "../../model/onnx/index.ts";
import type { Draft } from "../draft.ts";
import type { GraphDraft } from "../graph-draft.ts";
import {
  attributeNamed,
  isStandard,
  madeNode,
  wholeSetting,
  wholesSetting,
} from "../rewrites/_nodes.ts";
import { floatTensor, wholeTensor } from "../tensor.ts";
import { label } from "./_nodes.ts";

const OLDEST = 9;
const AIM = 13;

/** Operators that are given what they lack by no rule here. */
const REFUSED: ReadonlySet<string> = new Set(["Resize", "Scan", "TopK", "Upsample"]);

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
      if (isStandard(node) && !canUpgrade(node, from, values)) {
        return `${node.opType} "${label(node)}" means something else from opset ${AIM} on`;
      }
    }
  }
  for (const graph of draft.graphs) {
    for (const node of Array.from(graph.nodes)) {
      const next = isStandard(node) ? upgradedNode(draft, graph, node, from) : null;
      if (next !== null) graph.replace([node], [next], `as opset ${AIM} writes it`);
    }
  }
  draft.requireOpset("", AIM);
  return null;
}

const FLATTENING: ReadonlySet<string> = new Set(["Softmax", "LogSoftmax", "Hardmax"]);

function canUpgrade(
  node: NodeProto,
  from: number,
  values: ReadonlyMap<string, InferredValue>,
): boolean {
  if (FLATTENING.has(node.opType)) {
    const rank = values.get(node.input[0] ?? "")?.shape?.length;
    const axis = wholeSetting(node, "axis", 1);
    return axis === -1 || (rank !== undefined && axis === rank - 1);
  }
  return node.opType === "Resize" ? from >= 11 : !REFUSED.has(node.opType);
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

function upgradedNode(
  draft: Draft,
  graph: GraphDraft,
  node: NodeProto,
  from: number,
): NodeProto | null {
  const { opType: operator, attribute, output: outputs } = node;
  if (FLATTENING.has(operator)) {
    return madeNode(draft, { operator, inputs: node.input, outputs, settings: { axis: -1 } });
  }
  const moved = MOVED.get(operator);
  if (moved === undefined || from >= moved.since) return null;
  const stored = moved.names.map((name) => inputOf(draft, graph, node, name));
  const last = stored.findLastIndex((name) => name !== "");
  return madeNode(draft, {
    operator,
    inputs: [...node.input, ...stored.slice(0, last + 1)],
    outputs,
    attributes: attribute.filter(({ name }) => !moved.names.includes(name)),
  });
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
