/**
 * Products by constant matrices, and recurrent layers, weights of 8 bits, what comes in put into 8 bits as it comes: in
 * the form that ONNX Runtime joins into one operator.
 *
 * Never convolutions: ConvInteger has no fast kernel on processors.
 * Source: microsoft/onnxruntime, onnxruntime/core/optimizer/matmul_integer_to_float.cc,
 * dynamic_quantize_matmul_fusion.cc
 */
import type { NodeProto } from "onnx-buf";
import { assert } from "../../assert.ts";
import type { Draft } from "../draft.ts";
import type { GraphDraft } from "../graph-draft.ts";
import { ELEMENT, floatsOf, floatTensor, rawTensor } from "../tensor.ts";
import { matrixLayers, unable, weightBytes, type Layer } from "./_layers.ts";
import { madeNode } from "../rewrites/_nodes.ts";
import { quantiseRecurrent, recurrentCount } from "./_recurrent.ts";
import { upgraded } from "./_upgrade.ts";
import type { DynamicRecipe, Summary } from "./recipe.ts";
import { channelWeights, turned } from "./_weights.ts";

/** The opset from which DynamicQuantizeLinear is an operator. */
const OPSET = 11;

export function quantiseDynamic(draft: Draft, recipe: DynamicRecipe): Summary {
  const age = upgraded(draft);
  const found = draft.graphs.map((graph) => ({ graph, ...matrixLayers(graph, recipe.kept) }));
  const left = found.flatMap(({ others }) => others);
  const all = found.flatMap(({ layers }) => layers);
  if (age !== null && draft.opset() < OPSET) {
    return { quantised: [], left: [...left, ...unable(all, age)], bytesBefore: 0, bytesAfter: 0 };
  }
  const recurrent = quantiseRecurrent(draft, recipe);
  for (const { graph, layers } of found) {
    const pass = new DynamicPass(draft, graph, recipe.pairsSaturate);
    for (const layer of layers) pass.rewrite(layer);
  }
  const bytes = weightBytes(all) + 4 * recurrentCount(recurrent);
  return {
    quantised: [...recurrent, ...all].map((layer) => layer.label),
    left,
    bytesBefore: bytes,
    bytesAfter: bytes / 4,
  };
}

class DynamicPass {
  readonly #draft: Draft;
  readonly #graph: GraphDraft;
  readonly #pairsSaturate: boolean;
  /** Codes, scale and zero point of a value that several products read. */
  readonly #entered = new Map<string, readonly string[]>();

  constructor(draft: Draft, graph: GraphDraft, pairsSaturate: boolean) {
    this.#draft = draft;
    this.#graph = graph;
    this.#pairsSaturate = pairsSaturate;
  }

  rewrite(layer: Layer): void {
    const added: NodeProto[] = [];
    const write = (
      operator: string,
      inputs: readonly string[],
      output = this.#draft.fresh(`${layer.output}_${operator}`),
      settings: Readonly<Record<string, number>> = {},
    ) => {
      added.push(madeNode(this.#draft, { operator, inputs, outputs: [output], settings }));
      return output;
    };
    const [codes, scale, zero] = this.#enter(layer.input, added);
    const weights = this.#weights(layer);
    const sums = write("MatMulInteger", [codes, weights.codes, zero, weights.zeros]);
    const numbers = write("Cast", [sums], undefined, { to: ELEMENT.float });
    const scales = write("Mul", [scale, weights.scales]);
    const bias = layer.bias?.name ?? null;
    const product = write("Mul", [numbers, scales], bias === null ? layer.output : undefined);
    if (bias !== null) write("Add", [product, bias], layer.output);
    this.#graph.replace([layer.node], added, `${layer.label} multiplies in 8 bits`);
  }

  #enter(value: string, added: NodeProto[]): readonly [string, string, string] {
    const outputs =
      this.#entered.get(value) ??
      ["codes", "scale", "zero"].map((part) => this.#draft.fresh(`${value}_${part}`));
    if (!this.#entered.has(value)) {
      const operator = "DynamicQuantizeLinear";
      added.push(madeNode(this.#draft, { operator, inputs: [value], outputs }));
      this.#entered.set(value, outputs);
    }
    const [codes = "", scale = "", zero = ""] = outputs;
    return [codes, scale, zero];
  }

  #weights(layer: Layer): { codes: string; scales: string; zeros: string } {
    const { weights, order } = layer;
    const values = floatsOf(weights);
    assert(values !== null, "a layer has weights of floats");
    const coded = channelWeights(values, order, this.#pairsSaturate);
    const [inputs, out] = [order.offsets.length, order.channelCount];
    const rows = layer.axis === 1 ? coded.codes : turned(coded.codes, out, inputs);
    const fresh = (part: string) => this.#draft.fresh(`${weights.name}_${part}`);
    const add = (part: string, dims: readonly number[], bytes: Uint8Array<ArrayBuffer>) =>
      this.#graph.addConstant(rawTensor(fresh(part), ELEMENT.int8, dims, bytes));
    return {
      codes: add("codes", [inputs, out], new Uint8Array(rows.buffer)),
      zeros: add("zeros", [out], new Uint8Array(out)),
      scales: this.#graph.addConstant(floatTensor(fresh("scales"), [out], coded.scales)),
    };
  }
}
