/**
 * Activations of 8 bits without a sign, weights of 8 bits with one: as pairs of QuantizeLinear and
 * DequantizeLinear, which engines turn into operators of 8 bits.
 */
import { create } from "@bufbuild/protobuf";
import { NodeProtoSchema, type NodeProto } from "onnx-buf";
import { inOrder } from "../../model/onnx/index.ts";
import type { Draft } from "../draft.ts";
import type { GraphDraft } from "../graph-draft.ts";
import { floatsOf } from "../tensor.ts";
import { assert } from "../../assert.ts";
import { biasCodes, meanError } from "./_bias.ts";
import type { Calibration } from "./calibrate.ts";
import { stepOfRange } from "./_codes.ts";
import { layersOf, unable, weightBytes, type Layer } from "./_layers.ts";
import { label } from "./_nodes.ts";
import { Pairs, type NamedStep } from "./_pairs.ts";
import { placement, valuesOf, type Placement } from "./_placement.ts";
import { chosenRange } from "./_range.ts";
import { quantiseRecurrent, recurrentCount } from "./_recurrent.ts";
import type { StaticRecipe, Summary } from "./recipe.ts";
import { upgraded } from "./_upgrade.ts";
import { channelWeights } from "./_weights.ts";

/** Layers whose values calibration never saw, or saw as NaN, stay as they are; recurrent ones need no ranges. */
export function quantiseStatic(
  draft: Draft,
  recipe: StaticRecipe,
  calibration: Calibration,
): Summary {
  const graph = draft.main;
  const left: { node: string; why: string }[] = [];
  const age = upgraded(draft);
  const layers = chosenLayers(graph, recipe, calibration, left);
  const none = { quantised: [], bytesBefore: 0, bytesAfter: 0 };
  if (age !== null && draft.opset() < CODES_OPSET) return { ...none, left: unable(layers, age) };
  if (layers.length === 0) return { ...none, left };
  const place = placement(graph, layers, {
    isKnown: (value) => doubt(value, calibration) === null,
    chained: recipe.chained,
    opset: draft.opset(),
  });
  const pass = new StaticPass(draft, recipe, calibration, place);
  pass.enter();
  const byNode = new Map(layers.map((layer) => [layer.node, layer]));
  for (const node of inOrder([...graph.nodes])) pass.rewrite(node, byNode.get(node) ?? null);
  const recurrent = quantiseRecurrent(draft, recipe);
  const bytes = weightBytes(layers) + 4 * recurrentCount(recurrent);
  return {
    quantised: [...layers, ...recurrent].map((layer) => layer.label),
    left,
    bytesBefore: bytes,
    bytesAfter: bytes / 4,
  };
}

/** The opset from which engines have convolutions of 8 bits. */
const CODES_OPSET = 10;

function chosenLayers(
  graph: GraphDraft,
  recipe: StaticRecipe,
  calibration: Calibration,
  left: { node: string; why: string }[],
): readonly Layer[] {
  const { layers, others } = layersOf(graph);
  left.push(...others);
  const kept = new Set(recipe.kept);
  return layers.filter((layer) => {
    if (kept.has(layer.label) || (layer.isDepthwise && !recipe.depthwise)) return false;
    const doubts = valuesOf(graph, layer).flatMap((value) => doubt(value, calibration) ?? []);
    if (doubts[0] !== undefined) left.push({ node: layer.label, why: doubts[0] });
    return doubts.length === 0;
  });
}

/** Why a value has no range to rely on. */
function doubt(value: string, { spreads }: Calibration): string | null {
  const spread = spreads.get(value);
  if (spread === undefined || spread.count === 0) return `no sample shows the range of "${value}"`;
  return spread.strayCount > 0 ? `"${value}" is not finite` : null;
}

class StaticPass {
  readonly #graph: GraphDraft;
  readonly #draft: Draft;
  readonly #recipe: StaticRecipe;
  readonly #calibration: Calibration;
  readonly #place: Placement;
  readonly #pairs: Pairs;
  readonly #steps = new Map<string, NamedStep>();
  /** What units read in the place of an input of the graph. */
  readonly #entered = new Map<string, string>();

  constructor(draft: Draft, recipe: StaticRecipe, calibration: Calibration, place: Placement) {
    this.#draft = draft;
    this.#graph = draft.main;
    this.#recipe = recipe;
    this.#calibration = calibration;
    this.#place = place;
    this.#pairs = new Pairs(draft, draft.main);
  }

  /** Puts inputs of the graph into 8 bits, for units alone: other nodes read them as they are. */
  enter(): void {
    for (const value of this.#place.carried.keys()) {
      if (this.#graph.producer(value) !== null) continue;
      const inside = this.#draft.fresh(`${value}_numbers`);
      const nodes = this.#pairs.through(value, inside, this.#step(value));
      this.#graph.replace([], nodes, `"${value}" enters in 8 bits`);
      this.#entered.set(value, inside);
    }
  }

  /** `node` reads and writes 8 bits, where the placement says so. */
  rewrite(node: NodeProto, layer: Layer | null): void {
    const { carried, units, absorbed } = this.#place;
    if (!this.#graph.has(node)) return;
    const activation = absorbed.get(node);
    const written = (activation ?? node).output;
    if (!units.has(node) && !written.some((value) => carried.has(value))) return;
    const added: NodeProto[] = [];
    let input: readonly string[] = node.input;
    if (units.has(node)) input = input.map((value) => this.#entered.get(value) ?? value);
    if (layer !== null) input = [input[0] ?? "", ...this.#constants(layer, added)];
    const output = written.map((value) => {
      if (!carried.has(value)) return value;
      const raw = this.#draft.fresh(`${value}_raw`);
      added.push(...this.#pairs.through(raw, value, this.#step(value)));
      return raw;
    });
    const removed = activation === undefined ? [node] : [node, activation];
    const what = layer === null ? "carries" : "computes in";
    const clipped =
      activation === undefined ? "" : `, whose range does the work of ${label(activation)}`;
    const why = `${label(node)} ${what} 8 bits${clipped}`;
    this.#graph.replace(
      removed,
      [...added, create(NodeProtoSchema, { ...node, input: [...input], output })],
      why,
    );
  }

  /** Names of the weights and the bias of a layer in 8 and 32 bits; `added` receives the nodes that make them. */
  #constants(layer: Layer, added: NodeProto[]): readonly string[] {
    const values = floatsOf(layer.weights);
    assert(values !== null, "a layer has weights of floats");
    const step = this.#step(layer.input);
    const given = layer.bias === null ? null : floatsOf(layer.bias);
    const pairsSaturate = this.#recipe.pairsSaturate && !layer.isDepthwise;
    const scaleLeast = (channel: number) =>
      (Math.abs(given?.[channel] ?? 0) / step.scale) * 2 ** -30;
    const coded = channelWeights(values, layer.order, pairsSaturate, scaleLeast);
    const weights = this.#pairs.constant(
      layer.weights.name,
      coded.codes,
      layer.dims,
      coded.scales,
      layer.axis,
    );
    added.push(weights.node);
    const means = this.#calibration.spreads.get(layer.input)?.channels?.mean ?? null;
    const error =
      this.#recipe.biasCorrected && means !== null && layer.kind !== "MatMul"
        ? meanError(layer, values, coded, means)
        : null;
    if (given === null && error === null) return [weights.name];
    const { codes, scales } = biasCodes(given, error, step.scale, coded.scales);
    const stem = layer.bias?.name ?? `${layer.label}_bias`;
    const bias = this.#pairs.constant(stem, codes, [codes.length], scales, 0);
    added.push(bias.node);
    return [weights.name, bias.name];
  }

  #step(value: string): NamedStep {
    const root = this.#place.carried.get(value) ?? value;
    const known = this.#steps.get(root);
    if (known !== undefined) return known;
    const spread = this.#calibration.spreads.get(root);
    assert(spread !== undefined, `"${root}" was seen`);
    const step = this.#pairs.named(root, stepOfRange(chosenRange(spread, this.#recipe.range)));
    this.#steps.set(root, step);
    return step;
  }
}
