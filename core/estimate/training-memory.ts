/**
 * Bytes of training on the fullest device.
 *
 * A layer of s·b tokens keeps 34·h bytes of activations a token in 16 bits (of which tensor ranks without
 * sequence parallelism keep 10·h whole), and 5 bytes a score where scores are kept; recomputed in full it
 * keeps its input, 2·h. The first stage of a pipeline holds as many micro-batches as there are stages, and
 * interleaving adds (p − 1)/(p·v). Networks keep what each operator wrote.
 *
 * Symbols: s tokens, b sequences, h hidden size, p stages, v pieces a stage
 * Source: Korthikanti et al. 2022 (arXiv 2205.05198), equations 1 to 6; Rajbhandari et al. 2019
 * (arXiv 1910.02054), section 3.1 (bytes of weights, gradients and Adam)
 */
import { networkParameters, type Network, type Transformer } from "../model/index.ts";
import { weightBytes, type Operator } from "../operators/index.ts";
import { storedBytes, type Storage } from "../precision.ts";
import type { Bytes } from "../units.ts";
import { expandedSplit, isInsideAttention } from "./training-work.ts";
import type { TrainingMemory, TrainingQuery } from "./training-types.ts";
import type { Infeasible } from "./types.ts";

const KEPT = 34;
const KEPT_WHOLE = 10;
const SCORE_KEPT = 5;
const INPUT_KEPT = 2;
/** Share of a device that frameworks, workspaces and fragments leave to training. */
const USABLE = 0.94;
/** Parameters of adapters over those of the model. Source: Hu et al. 2021 (arXiv 2106.09685), table 4 */
const ADAPTER_SHARE = 0.003;

/** Weights of the fullest device, counted. */
export function deviceParameters({ model, numerics, split }: TrainingQuery): number {
  if (model.kind === "network") {
    const dense = denseParameters(model);
    return dense + (networkParameters(model) - dense) / (split.data * split.context);
  }
  const one: Storage = { name: "one byte", bits: 8 };
  const counted = { ...numerics, linear: one, experts: one, embedding: one, head: one };
  const bytes = { ...counted, activations: { name: "bf16", bits: 16 } };
  return weightBytes({ model, parallel: expandedSplit(split), numerics: bytes });
}

/** Of those, the ones that learn and that each copy keeps: tables of embeddings are dealt out, and few rows change. */
export function trainedParameters(query: TrainingQuery): number {
  if (query.model.kind === "network") return denseParameters(query.model);
  return deviceParameters(query) * (query.tuned === "all" ? 1 : ADAPTER_SHARE);
}

function denseParameters(model: Network): number {
  const tables = model.nodes.filter(({ work }) => work.kind === "gather");
  return networkParameters(model) - networkParameters({ ...model, nodes: tables });
}

/** What each device holds, or what it lacks. */
export function trainingMemory(
  query: TrainingQuery,
  forward: readonly Operator[],
): TrainingMemory | Infeasible {
  const { system, split, sharding, optimiser, gradient } = query;
  const { device } = system;
  const capacity = device.memory?.visible ?? device.memory?.capacity;
  if (capacity === undefined) {
    const message = `the memory of "${device.name}" is not known`;
    return { kind: "infeasible", reason: "figures", message };
  }
  const parameters = deviceParameters(query);
  const trained = trainedParameters(query);
  const copies = split.data * split.context;
  const shared = (from: number) => (sharding >= from ? copies : 1);
  const held = {
    capacity,
    weights: (parameters * WEIGHT_BYTES) / shared(3),
    gradients: (trained * gradient) / shared(2),
    optimiser: (trained * optimiser.state) / shared(1),
    activations: keptBytes(query, forward),
  };
  const needed = held.weights + held.gradients + held.optimiser + held.activations;
  if (needed <= USABLE * capacity) return held;
  const message = "weights, gradients, optimiser and activations do not fit";
  return { kind: "infeasible", reason: "memory", message, needed, available: USABLE * capacity };
}

const WEIGHT_BYTES = 2;

function keptBytes(query: TrainingQuery, forward: readonly Operator[]): Bytes {
  const { model, split } = query;
  if (model.kind === "network") {
    return forward.reduce((sum, { count, written }) => sum + count * written, 0);
  }
  const { pipeline, virtual } = split;
  const flights = virtual === 1 ? pipeline : pipeline + (pipeline - 1) / virtual;
  const layers = stackLayers(model) / pipeline;
  return flights * layers * layerBytes(query, model, forward);
}

function stackLayers(model: Transformer): number {
  return model.stacks.reduce((sum, { layers }) => sum + layerCount(layers), 0);
}

function layerCount(layers: Transformer["stacks"][number]["layers"]): number {
  return layers.reduce((sum, { count }) => sum + count, 0);
}

function layerBytes(
  { microBatch, tokens, split, recompute, sequenceParallel, attention }: TrainingQuery,
  model: Transformer,
  forward: readonly Operator[],
): Bytes {
  const { tensor, context } = split;
  const hidden = model.stacks.at(-1)?.hidden ?? 0;
  const rows = (microBatch * tokens) / context;
  if (recompute === "full") return (INPUT_KEPT * rows * hidden) / (sequenceParallel ? tensor : 1);
  const whole = sequenceParallel ? KEPT / tensor : KEPT_WHOLE + (KEPT - KEPT_WHOLE) / tensor;
  const isKept = attention === "scores" && recompute === "none";
  const inside = isKept
    ? forward.filter(isInsideAttention).find(({ work }) => work.kind === "elementwise")
    : undefined;
  const elements = inside?.work.kind === "elementwise" ? inside.work.elements : 0;
  return whole * rows * hidden + storedBytes(8 * SCORE_KEPT * elements, { name: "bit", bits: 1 });
}
