/**
 * A model in 16-bit floats computes in 32 bits: processors convert around each operator otherwise.
 *
 * Inputs and outputs keep their types. A model with operators outside the standard, or with functions of its
 * own, is left: what those make of wider floats is not known.
 */
import { clone, create } from "@bufbuild/protobuf";
import {
  AttributeProto_AttributeType as Kind,
  AttributeProtoSchema,
  ValueInfoProtoSchema,
} from "onnx-buf";
import type { AttributeProto, NodeProto, TensorProto, ValueInfoProto } from "onnx-buf";
import type { Draft } from "../draft.ts";
import type { GraphDraft } from "../graph-draft.ts";
import { dimsOf, ELEMENT, floatsOf, floatTensor } from "../tensor.ts";
import { isOperator, isStandard, madeNode, rewired, wholeSetting } from "./_nodes.ts";
import type { Rewrite } from "./rewrite.ts";

export const widened: Rewrite = {
  name: "widened",
  summary: "a model in 16-bit floats computes in 32 bits, without a cast around each operator",
  exactness: "restored",
  apply: (graph, { draft }) => {
    if (graph.outer === null && isWidenable(draft)) {
      for (const each of draft.graphs) widen(each, draft);
    }
  },
};

const WHY = "16-bit floats became 32-bit floats";

function isWidenable(draft: Draft): boolean {
  const { graphs, model } = draft;
  const isHalf = graphs.some(
    (graph) =>
      [...graph.constants].some(([, tensor]) => tensor.dataType === ELEMENT.half) ||
      graph.nodes.some((node) => isOperator(node, "Constant") && halfAttribute(node) !== null),
  );
  const isKnown = graphs.every((graph) => graph.nodes.every(isStandard));
  const isHeld = graphs.every((graph) =>
    [...graph.constants].every(
      ([, tensor]) => tensor.dataType !== ELEMENT.half || floatsOf(tensor) !== null,
    ),
  );
  return isHalf && isKnown && isHeld && model.functions.length === 0;
}

function widen(graph: GraphDraft, draft: Draft): void {
  for (const [, tensor] of graph.constants) {
    if (tensor.dataType === ELEMENT.half) graph.swapConstant(wider(tensor), WHY);
  }
  for (const node of graph.nodes) widenNode(graph, draft, node);
  graph.forget(isHalf, WHY);
  const { input, output } = graph.proto;
  if (graph.outer !== null) {
    for (const each of [...input, ...output]) if (isHalf(each)) graph.declare(widerType(each), WHY);
    return;
  }
  for (const { name } of input.filter(isHalf)) castInput(graph, draft, name);
  for (const { name } of output.filter(isHalf)) castOutput(graph, draft, name);
}

function wider(tensor: TensorProto): TensorProto {
  return floatTensor(tensor.name, dimsOf(tensor), floatsOf(tensor) ?? new Float32Array());
}

function isHalf({ type }: ValueInfoProto): boolean {
  return type?.value.case === "tensorType" && type.value.value.elemType === ELEMENT.half;
}

function widerType(declared: ValueInfoProto): ValueInfoProto {
  const copy = clone(ValueInfoProtoSchema, declared);
  if (copy.type?.value.case === "tensorType") copy.type.value.value.elemType = ELEMENT.float;
  return copy;
}

/** The attribute of a node that is a tensor of 16-bit floats. */
function halfAttribute(node: NodeProto): AttributeProto | null {
  return node.attribute.find(({ t }) => t?.dataType === ELEMENT.half) ?? null;
}

function widenNode(graph: GraphDraft, draft: Draft, node: NodeProto): void {
  const made = halfAttribute(node);
  const typed = ["to", "dtype"].find((name) => wholeSetting(node, name, 0) === ELEMENT.half);
  if (made?.t === undefined && typed === undefined) return;
  const attributes = node.attribute.map((each) => {
    if (each === made && each.t !== undefined) {
      return create(AttributeProtoSchema, { name: each.name, type: Kind.TENSOR, t: wider(each.t) });
    }
    return each.name === typed
      ? create(AttributeProtoSchema, { name: typed, type: Kind.INT, i: BigInt(ELEMENT.float) })
      : each;
  });
  const { opType: operator, input: inputs, output: outputs } = node;
  graph.replace([node], [madeNode(draft, { operator, inputs, outputs, attributes })], WHY);
}

function castInput(graph: GraphDraft, draft: Draft, name: string): void {
  const value = draft.fresh(`${name}/wide`);
  if (!graph.reread(name, value, WHY)) return;
  const settings = { to: ELEMENT.float };
  graph.replace(
    [],
    [madeNode(draft, { operator: "Cast", inputs: [name], outputs: [value], settings })],
    WHY,
  );
}

function castOutput(graph: GraphDraft, draft: Draft, name: string): void {
  const writer = graph.producer(name);
  if (writer === null) return;
  const value = draft.fresh(`${name}/wide`);
  graph.reread(name, value, WHY);
  const outputs = writer.output.map((each) => (each === name ? value : each));
  const settings = { to: ELEMENT.half };
  graph.replace(
    [writer],
    [
      rewired(draft, writer, { outputs }),
      madeNode(draft, { operator: "Cast", inputs: [value], outputs: [name], settings }),
    ],
    WHY,
  );
}
