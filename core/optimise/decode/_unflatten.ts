/** Products that exporters flatten tokens for: Reshape, Gemm, Reshape, and a chain that computes the shape. */
import type { NodeProto } from "onnx-buf";
import type { InferredValue } from "../../model/onnx/index.ts";
import type { Draft } from "../draft.ts";
import type { GraphDraft } from "../graph-draft.ts";
import { isOperator, realSetting, madeNode, wholeSetting } from "../rewrites/_nodes.ts";

type Values = ReadonlyMap<string, InferredValue>;

/** MatMul and Add take tokens as they stand: same numbers, and a dozen small nodes fewer for each product. */
export function unflatten(draft: Draft, values: Values): void {
  const graph = draft.main;
  for (const node of Array.from(graph.nodes)) {
    const found = flattened(graph, node, values);
    if (found === null) continue;
    const { flat, apart } = found;
    const [, weights = "", bias = ""] = node.input;
    const output = apart.output[0] ?? "";
    const product = bias === "" ? output : draft.fresh(`${output}_product`);
    const inputs = [flat.input[0] ?? "", weights];
    const added = [madeNode(draft, { operator: "MatMul", inputs, outputs: [product] })];
    if (bias !== "") {
      added.push(madeNode(draft, { operator: "Add", inputs: [product, bias], outputs: [output] }));
    }
    graph.replace([node, apart], added, "tokens are multiplied as they stand, not flattened");
  }
}

/** The Reshape before and after a plain Gemm, where the second restores all dims but the last. */
function flattened(
  graph: GraphDraft,
  gemm: NodeProto,
  values: Values,
): { readonly flat: NodeProto; readonly apart: NodeProto } | null {
  if (!isOperator(gemm, "Gemm") || graph.constant(gemm.input[1] ?? "") === null) return null;
  const isPlain =
    realSetting(gemm, "alpha", 1) === 1 &&
    realSetting(gemm, "beta", 1) === 1 &&
    wholeSetting(gemm, "transA", 0) === 0 &&
    wholeSetting(gemm, "transB", 0) === 0;
  const flat = graph.producer(gemm.input[0] ?? "");
  const apart = graph.onlyConsumer(gemm.output[0] ?? "");
  if (!isPlain || flat === null || apart === null) return null;
  if (!isOperator(flat, "Reshape") || !isOperator(apart, "Reshape")) return null;
  const before = values.get(flat.input[0] ?? "")?.shape ?? null;
  const after = values.get(apart.output[0] ?? "")?.shape ?? null;
  const [inputs, out] = values.get(gemm.input[1] ?? "")?.shape ?? [];
  if (before === null || after === null || before.length !== after.length) return null;
  const isRestored = before.slice(0, -1).join() === after.slice(0, -1).join();
  return isRestored && before.at(-1) === inputs && after.at(-1) === out ? { flat, apart } : null;
}
