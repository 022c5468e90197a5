/**
 * Weights alone in 4 or 8 bits, a scale for each block of inputs: MatMulNBits of ONNX Runtime.
 *
 * `accuracy_level` is 4, sums of 8 bits, always: at level 0, 8 bits run 20 times slower than floats.
 * Source: microsoft/onnxruntime, docs/ContribOperators.md, com.microsoft.MatMulNBits
 */
import type { NodeProto, TensorProto } from "onnx-buf";
import { assert } from "../../assert.ts";
import type { Draft } from "../draft.ts";
import type { GraphDraft } from "../graph-draft.ts";
import { ELEMENT, floatsOf, floatTensor, rawTensor } from "../tensor.ts";
import { blockCodes, type BlockRule } from "./_block-codes.ts";
import { matrixLayers, weightBytes, type Layer } from "./_layers.ts";
import { madeNode } from "../rewrites/_nodes.ts";
import { CONTRIB } from "./_nodes.ts";
import type { Summary, WeightRecipe } from "./recipe.ts";

export function quantiseWeights(draft: Draft, recipe: WeightRecipe): Summary {
  const found = draft.graphs.map((graph) => ({ graph, ...matrixLayers(graph, recipe.kept) }));
  const all = found.flatMap(({ layers }) => layers);
  if (all.length > 0) draft.requireOpset(CONTRIB, 1);
  let bytesAfter = 0;
  for (const { graph, layers } of found) {
    for (const layer of layers) bytesAfter += rewrite(draft, graph, layer, recipe);
  }
  return {
    quantised: all.map((layer) => layer.label),
    left: found.flatMap(({ others }) => others),
    bytesBefore: weightBytes(all),
    bytesAfter,
  };
}

/** Bytes of the weights that are written. */
function rewrite(draft: Draft, graph: GraphDraft, layer: Layer, rule: BlockRule): number {
  const values = floatsOf(layer.weights);
  assert(values !== null, "a layer has weights of floats");
  const { codes, scales, zeros, blockCount } = blockCodes(values, layer.order, rule);
  const out = layer.order.channelCount;
  const add = (part: string, make: (name: string) => TensorProto) =>
    graph.addConstant(make(draft.fresh(`${layer.weights.name}_${part}`)));
  const bytes = codes.length / (out * blockCount);
  const input = [
    layer.input,
    add("blocks", (name) => rawTensor(name, ELEMENT.uint8, [out, blockCount, bytes], codes)),
    add("scales", (name) => floatTensor(name, [scales.length], scales)),
  ];
  if (zeros !== null) {
    input.push(add("zeros", (name) => rawTensor(name, ELEMENT.uint8, [zeros.length], zeros)));
  }
  const bias = layer.bias?.name ?? null;
  const product = bias === null ? layer.output : draft.fresh(`${layer.output}_product`);
  const settings = {
    K: layer.order.offsets.length,
    N: out,
    bits: rule.bits,
    block_size: rule.block,
    accuracy_level: 4,
  };
  const added: NodeProto[] = [
    madeNode(draft, {
      operator: "MatMulNBits",
      inputs: input,
      outputs: [product],
      settings,
      domain: CONTRIB,
    }),
  ];
  if (bias !== null) {
    const outputs = [layer.output];
    added.push(madeNode(draft, { operator: "Add", inputs: [product, bias], outputs }));
  }
  graph.replace([layer.node], added, `${layer.label} reads weights of ${rule.bits} bits`);
  return codes.length + scales.length * 4 + (zeros?.length ?? 0);
}
