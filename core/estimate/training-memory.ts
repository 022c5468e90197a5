/**
 * Bytes of training on the fullest device.
 *
 * A layer of s·b tokens keeps 34·h bytes of activations a token in 16 bits (of which tensor ranks without sequence parallelism keep 10·h
 * whole), and 5 bytes a score where scores are kept; recomputed in full it keeps its input, 2·h. The first stage of a pipeline holds as
 * many micro-batches as there are stages, and interleaving adds (p − 1)/(p·v). Networks keep what each operator wrote.
 *
 * Symbols: s tokens, b sequences, h hidden size, p stages, v pieces a stage
 * Source: Korthikanti et al. 2022 (arXiv 2205.05198), equations 1 to 6; Rajbhandari et al. 2019
 * (arXiv 1910.02054), section 3.1 (bytes of weights, gradients and Adam)
 */
import { layerCount, networkParameters, type Network, type Transformer } from "../model/index.ts";
import { weightBytes, type Operator } from "../operators/index.ts";
import { storedBytes, type Storage } from "../precision.ts";
import type { Bytes, Fraction } from "../units.ts";
import { deviceMemory, infeasible } from "./infeasible.ts";
import { expandedSplit, isInsideAttention } from "./training-work.ts";
import type { TrainingMemory, TrainingQuery, TrainingSplit } from "./training-types.ts";
import type { Infeasible } from "./types.ts";

const KEPT = 34;
const KEPT_WHOLE = 10;
const SCORE_KEPT = 5;
const INPUT_KEPT = 2;
/** Share of a device that frameworks, workspaces and fragments leave to training. */
export const USABLE = 0.94;
/** Parameters of adapters over those of the model. Source: Hu et al. 2021 (arXiv 2106.09685), table 4 */
export const ADAPTER_SHARE = 0.003;

/** Formats in which bytes count weights: those that are meant, and others. */
const ONE: Storage = { name: "one byte", bits: 8 };
const NONE: Storage = { name: "nothing", bits: 0 };

/** Weights of the fullest device, counted. */
export function deviceParameters({ model, numerics, split }: TrainingQuery): number {
  if (model.kind === "network") {
    const dense = denseParameters(model);
    return dense + (networkParameters(model) - dense) / (split.data * split.context);
  }
  const counted = { ...numerics, linear: ONE, experts: ONE, embedding: ONE, head: ONE };
  const bytes = { ...counted, activations: { name: "bf16", bits: 16 } };
  return weightBytes({ model, parallel: expandedSplit(split), numerics: bytes });
}

/** Of those, experts, whose copies are fewer: they are spread over copies of everything else. */
export function expertParameters(query: TrainingQuery): number {
  const { model, numerics, split } = query;
  if (model.kind === "network" || split.expert === 1) return 0;
  const parallel = expandedSplit(split);
  const others = { linear: NONE, embedding: NONE, head: NONE, activations: NONE };
  const bytes = (experts: Storage) =>
    weightBytes({ model, parallel, numerics: { ...numerics, ...others, experts } });
  return bytes(ONE) - bytes(NONE);
}

/** Devices that hold the same experts. */
export function expertCopies({ data, context, tensor, expert }: TrainingSplit): number {
  return Math.max(1, (data * context * tensor) / Math.max(expert, tensor));
}

/** Of those, the ones that learn and that each copy keeps: a recommender's tables are dealt out, and few rows change. */
export function trainedParameters(query: TrainingQuery): number {
  if (query.model.kind === "network") return denseParameters(query.model);
  return deviceParameters(query) * (query.tuned === "all" ? 1 : ADAPTER_SHARE);
}

/** Tables of so many times the other weights are a recommender's; others have a gradient in every row. */
const DEALT = 10;

function denseParameters(model: Network): number {
  const nodes = model.nodes.filter(({ work }) => work.kind === "gather");
  const [all, tables] = [networkParameters(model), networkParameters({ ...model, nodes })];
  return tables > DEALT * (all - tables) ? all - tables : all;
}

/** What each device holds, or what it lacks. */
export function trainingMemory(
  query: TrainingQuery,
  forward: readonly Operator[],
): TrainingMemory | Infeasible {
  const { system, sharding, optimiser, gradient } = query;
  const { device } = system;
  const capacity = deviceMemory(device);
  if (typeof capacity === "object") return capacity;
  const parameters = deviceParameters(query);
  const trained = trainedParameters(query);
  const share = sharedShare(query);
  const shared = (from: number) => (sharding >= from ? 1 / share : 1);
  const state = (trained * optimiser.state) / shared(1);
  const held = {
    capacity,
    weights: (frozenBytes(query) ?? parameters * WEIGHT_BYTES) / shared(3),
    gradients: (trained * gradient) / shared(2),
    optimiser: query.offload === true ? 0 : state,
    activations: keptBytes(query, forward),
    offloaded: query.offload === true ? state : 0,
  };
  const needed = held.weights + held.gradients + held.optimiser + held.activations;
  if (needed <= USABLE * capacity) return held;
  const message = "weights, gradients, optimiser and activations do not fit";
  return infeasible("memory", message, { needed, available: USABLE * capacity });
}

/** Share of a device's parameters that it keeps of what all copies share. */
export function sharedShare(query: TrainingQuery): Fraction {
  const { split, shardedOver = Infinity } = query;
  const experts = expertParameters(query) / deviceParameters(query);
  const over = (copies: number) => Math.min(copies, shardedOver);
  return (1 - experts) / over(split.data * split.context) + experts / over(expertCopies(split));
}

const WEIGHT_BYTES = 2;

/** Weights that adapters stand beside, as they are stored: QLoRA keeps four bits. Null where weights learn. */
function frozenBytes({ model, numerics, split, tuned }: TrainingQuery): Bytes | null {
  if (tuned === "all" || model.kind === "network") return null;
  return weightBytes({ model, parallel: expandedSplit(split), numerics });
}

function keptBytes(query: TrainingQuery, forward: readonly Operator[]): Bytes {
  const { model, split } = query;
  if (model.kind === "network") {
    return forward.reduce((sum, { count, written }) => sum + count * written, 0);
  }
  const { pipeline, virtual } = split;
  const flights = virtual === 1 ? pipeline : pipeline + (pipeline - 1) / virtual;
  const layers = layerCount(model.stacks) / pipeline;
  return flights * layers * layerBytes(query, model, forward);
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
