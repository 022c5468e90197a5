/** An `If` whose condition is the same in every run is replaced by the branch that it takes. */
import { clone, create } from "@bufbuild/protobuf";
import {
  NodeProtoSchema,
  TensorProtoSchema,
  type GraphProto,
  type NodeProto,
  type TensorProto,
} from "onnx-buf";
import type { Draft } from "../draft.ts";
import type { GraphDraft } from "../graph-draft.ts";
import { innerGraphs } from "../../model/onnx/index.ts";
import { wholesOf } from "../tensor.ts";
import { attributeNamed, isOperator, madeNode } from "./_nodes.ts";
import { nodeByNode, type Around, type Rewrite } from "./rewrite.ts";

export const branches: Rewrite = {
  name: "branches",
  summary: "a choice whose condition never changes is replaced by the branch that it takes",
  exactness: "lossless",
  apply: nodeByNode((graph, node, around) => {
    if (isOperator(node, "If")) inline(graph, node, around);
  }),
};

function inline(graph: GraphDraft, node: NodeProto, { draft, values }: Around): void {
  const [condition = ""] = node.input;
  const tensor = graph.constant(condition);
  const [held] =
    tensor === null ? (values.get(condition)?.contents ?? []) : (wholesOf(tensor) ?? []);
  if (held !== 0 && held !== 1) return;
  const name = held === 1 ? "then_branch" : "else_branch";
  const branch = attributeNamed(node, name)?.g;
  if (branch === undefined || branch.sparseInitializer.length > 0) return;
  const renamed = renaming(branch, node, draft);
  for (const each of branch.initializer) {
    graph.addConstant(called(each, renamed.get(each.name) ?? each.name));
  }
  const nodes = branch.node.map((each) => {
    const copy = clone(NodeProtoSchema, each);
    rename(copy, renamed);
    copy.name = draft.fresh(each.name === "" ? (copy.output[0] ?? "") : each.name);
    return copy;
  });
  const written = new Set(nodes.flatMap(({ output }) => output));
  const passed = branch.output.flatMap((each, place) => {
    const output = node.output[place] ?? "";
    if (output === "" || written.has(output)) return [];
    const inputs = [renamed.get(each.name) ?? each.name];
    return [madeNode(draft, { operator: "Identity", inputs, outputs: [output] })];
  });
  graph.replace([node], [...nodes, ...passed], `the condition is always ${held === 1}`);
}

/** New names of what the branch defines: results get those of the choice, once each, all others fresh ones. */
function renaming(branch: GraphProto, node: NodeProto, draft: Draft): ReadonlyMap<string, string> {
  const renamed = new Map<string, string>();
  const written = new Set(branch.node.flatMap(({ output }) => output));
  for (const [place, { name }] of branch.output.entries()) {
    const output = node.output[place] ?? "";
    if (output !== "" && written.has(name) && !renamed.has(name)) renamed.set(name, output);
  }
  const defined = [...branch.initializer.map(({ name }) => name), ...written];
  for (const name of defined) {
    if (name !== "" && !renamed.has(name)) renamed.set(name, draft.fresh(name));
  }
  return renamed;
}

/** The same tensor under another name. */
function called(tensor: TensorProto, name: string): TensorProto {
  return Object.assign(create(TensorProtoSchema), tensor, { name });
}

/** Renames what a node reads and writes, and what graphs inside it read from around. */
function rename(node: NodeProto, names: ReadonlyMap<string, string>): void {
  const renamed = (name: string) => names.get(name) ?? name;
  node.input = node.input.map(renamed);
  node.output = node.output.map(renamed);
  for (const graph of innerGraphs(node)) {
    const own = new Set([
      ...graph.input.map(({ name }) => name),
      ...graph.initializer.map(({ name }) => name),
      ...graph.node.flatMap(({ output }) => output),
    ]);
    const outer = new Map([...names].filter(([name]) => !own.has(name)));
    for (const inner of graph.node) rename(inner, outer);
    for (const output of graph.output) output.name = outer.get(output.name) ?? output.name;
  }
}
