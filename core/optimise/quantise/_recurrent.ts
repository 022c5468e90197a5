/**
 * LSTM layers with weights of 8 bits, a scale for each gate of each unit, what comes in put into 8 bits as it comes.
 *
 * Source: microsoft/onnxruntime, docs/ContribOperators.md, com.microsoft.DynamicQuantizeLSTM
 */
import { create } from "@bufbuild/protobuf";
import { NodeProtoSchema, type NodeProto, type TensorProto } from "onnx-buf";
import { assert } from "../../assert.ts";
import type { Draft } from "../draft.ts";
import type { GraphDraft } from "../graph-draft.ts";
import { dimsOf, ELEMENT, elementCount, floatsOf, floatTensor, rawTensor } from "../tensor.ts";
import { isOperator, wholeSetting } from "../rewrites/_nodes.ts";
import { CONTRIB, label } from "./_nodes.ts";
import type { DynamicRecipe } from "./recipe.ts";
import { channelWeights, matrixOrder, turned } from "./_weights.ts";

export interface Recurrent {
  readonly node: NodeProto;
  readonly label: string;
  /** Of inputs and of what was put out before: [directions, 4 * units, inputs]. */
  readonly weights: readonly TensorProto[];
}

/** Of the opset from which a layer gives what it does today. */
const OPSET = 7;

/** Layers whose weights are floats of the file, less those that a recipe keeps. */
export function recurrentLayers(
  draft: Draft,
  graph: GraphDraft,
  kept: readonly string[] = [],
): readonly Recurrent[] {
  if (draft.opset() < OPSET) return [];
  return graph.nodes
    .filter((node) => isOperator(node, "LSTM") && wholeSetting(node, "layout", 0) === 0)
    .flatMap((node) => {
      const weights = [1, 2].flatMap((at) => graph.constant(node.input[at] ?? "") ?? []);
      const isFloat = weights.every((each) => each.dataType === ELEMENT.float && floatsOf(each));
      const layer = { node, label: label(node), weights };
      return weights.length === 2 && isFloat && !kept.includes(layer.label) ? [layer] : [];
    });
}

/** Numbers of the weights of all. */
export function recurrentCount(layers: readonly Recurrent[]): number {
  return layers
    .flatMap(({ weights }) => weights)
    .reduce((sum, { dims }) => sum + elementCount(dims), 0);
}

/** Edits all that `recipe` does not keep, and says which. */
export function quantiseRecurrent(
  draft: Draft,
  recipe: Pick<DynamicRecipe, "kept" | "pairsSaturate">,
): readonly Recurrent[] {
  return draft.graphs.flatMap((graph) => {
    const layers = recurrentLayers(draft, graph, recipe.kept);
    for (const layer of layers) rewrite(draft, graph, layer, recipe.pairsSaturate);
    return layers;
  });
}

function rewrite(
  draft: Draft,
  graph: GraphDraft,
  { node, label: name, weights }: Recurrent,
  pairsSaturate: boolean,
): void {
  draft.requireOpset(CONTRIB, 1);
  const stored = weights.map((tensor) => storedCodes(draft, graph, tensor, pairsSaturate));
  const rest = Array.from({ length: 5 }, (_, at) => node.input[3 + at] ?? "");
  const codes = stored.map((each) => each.codes);
  const steps = stored.flatMap(({ scales, zeros }) => [scales, zeros]);
  const added = create(NodeProtoSchema, {
    ...node,
    opType: "DynamicQuantizeLSTM",
    domain: CONTRIB,
    input: [node.input[0] ?? "", ...codes, ...rest, ...steps],
    attribute: node.attribute.filter((each) => each.name !== "layout"),
  });
  graph.replace([node], [added], `${name} multiplies in 8 bits`);
}

/** Names of codes [directions, inputs, 4 * units], and of scales and zero points [directions, 4 * units]. */
function storedCodes(
  draft: Draft,
  graph: GraphDraft,
  tensor: TensorProto,
  pairsSaturate: boolean,
): { readonly codes: string; readonly scales: string; readonly zeros: string } {
  const values = floatsOf(tensor);
  const [directions = 0, rows = 0, inputs = 0] = dimsOf(tensor);
  assert(values !== null, "a layer has weights of floats");
  const size = rows * inputs;
  const codes = new Int8Array(directions * size);
  const scales = new Float32Array(directions * rows);
  for (let direction = 0; direction < directions; direction += 1) {
    const own = values.subarray(direction * size, (direction + 1) * size);
    const coded = channelWeights(own, matrixOrder([rows, inputs], true), pairsSaturate);
    scales.set(coded.scales, direction * rows);
    codes.set(turned(coded.codes, rows, inputs), direction * size);
  }
  const fresh = (part: string) => draft.fresh(`${tensor.name}_${part}`);
  const bytes = (part: string, dims: readonly number[], raw: Uint8Array<ArrayBuffer>) =>
    graph.addConstant(rawTensor(fresh(part), ELEMENT.int8, dims, raw));
  return {
    codes: bytes("codes", [directions, inputs, rows], new Uint8Array(codes.buffer)),
    zeros: bytes("zeros", [directions, rows], new Uint8Array(directions * rows)),
    scales: graph.addConstant(floatTensor(fresh("scales"), [directions, rows], scales)),
  };
}
