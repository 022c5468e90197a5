/**
 * Operators of one micro-batch on one device: forward, and backward from it.
 *
 * Networks are expanded unfused: normalisation needs the statistics of the whole batch, and each operator's
 * output is kept for the way back. A product's backward is two of equal FLOPs: the gradient of its input, and that of its weights, which
 * is added to what earlier micro-batches left. Attention kept on chip multiplies five times where the
 * forward multiplied twice. Work that is traffic reads the gradient beside what it read.
 *
 * A context rank computes s/c queries; its share of the causal triangle is that of queries that start at
 * s·(1 − 1/c)/2, as ranks take equal shares of early and late positions.
 *
 * Source: Shoeybi et al. 2019 (arXiv 1909.08053), section 3; Dao 2023 (arXiv 2307.08691), section 3.2
 * (five products backward); Dubey et al. 2024 (arXiv 2407.21783), section 3.3.2 (context shares)
 */
import { deviceCount, expand, expandNetwork, inputTokens, passBeside } from "../operators/index.ts";
import type { Convolution, Operator, Parallel, Segment } from "../operators/index.ts";
import { product, type Transformer } from "../model/index.ts";
import { power } from "../power.ts";
import type { TrainingQuery, TrainingSplit } from "./training-types.ts";

/** Bytes a score is moved by, forward: written and read around softmax and dropout, with the mask. */
const SCORE_BYTES = 11;
/** Bytes a logit is moved by in the cross entropy, forward and backward. */
const LOGIT_BYTES = 12;

/** The split of one pipeline as `expand` takes it: experts lie over tensor ranks and, beyond, over copies. */
export function expandedSplit({ tensor, pipeline, expert }: TrainingSplit): Parallel {
  return { tensor, pipeline, data: Math.max(1, Math.ceil(expert / tensor)), expert };
}

export function trainedDevices({ tensor, pipeline, context, data }: TrainingSplit): number {
  return deviceCount({ tensor, pipeline, data: 1, expert: 1 }) * context * data;
}

/** One forward pass of a micro-batch. */
export function forwardOperators(query: TrainingQuery): readonly Operator[] {
  const { model, microBatch, numerics } = query;
  const apart = (body: readonly Operator[]) =>
    query.attention === "scores" ? body.flatMap((each) => [each, ...scores(each)]) : body;
  if (model.kind === "network") {
    const body = apart(expandNetwork(model, microBatch, numerics, { fused: false }));
    return query.channelsFirst === true ? body.flatMap(transposed) : body;
  }
  const plain = apart(model.stacks.flatMap((_, stack) => stackOperators(query, model, stack)));
  return plain
    .flatMap((each) => (query.fusedExperts === true ? [each] : [each, ...permuted(each)]))
    .map((each) => passes(exchanged(sequenceSplit(each, query), query), query));
}

/** Times that a token of an expert is moved in 16 bits: sorted by expert and back, each read and written. */
const SORTED = 4;
/** And an inner value: the activation reads both halves of a gated layer, and writes its product. */
const ACTIVATED = 3;
const HALF_BYTES = 2;

/**
 * Around products of experts, which serving kernels do in one: tokens are put in order of their experts and
 * back, and the activation is kept for the way back.
 *
 * Source: NVIDIA/Megatron-LM megatron/core/transformer/moe (permute, unpermute, grouped products)
 */
function permuted(operator: Operator): readonly Operator[] {
  const { work } = operator;
  if (work.kind !== "grouped-matmul") return [];
  const values = work.pairs * (SORTED * work.hidden + ACTIVATED * work.intermediate);
  const bytes = (values * HALF_BYTES) / 2;
  const elements = work.pairs * work.hidden;
  return [passBeside(operator, { name: "experts/permute", elements, bytes })];
}

/**
 * Share of an exchange among tensor ranks that products hide, a slice of rows at a time.
 *
 * Source: NVIDIA, "Communication Overlap" of NeMo (tensor parallel); chosen by eye on NeMo and Megatron-Bridge
 * rows of dense models, in-sample there
 */
const HIDDEN = 0.6;

/** Exchanges as training libraries run them: beside products, and once a host for the experts in it. */
function exchanged(operator: Operator, query: TrainingQuery): Operator {
  const { work, count } = operator;
  if (work.kind !== "collective") return operator;
  if (work.pattern === "all-reduce" && query.overlapped === true)
    return { ...operator, count: count * (1 - HIDDEN) };
  if (work.pattern === "send") return betweenStages(operator, work, query);
  return work.pattern === "all-to-all" ? oncePerHost(operator, work, query) : operator;
}

/** Stages are the outermost of all splits: the next one is a whole stage's devices away. Source: Narayanan et al. 2021, section 3 */
function betweenStages(
  operator: Operator,
  work: Extract<Operator["work"], { kind: "collective" }>,
  { split }: TrainingQuery,
): Operator {
  return { ...operator, work: { ...work, ranks: work.ranks * split.context * split.data } };
}

/**
 * A token goes once to each host that has one of its k experts: of H hosts, H·(1 − (1 − 1/H)^k).
 *
 * Source: DeepSeek-AI 2024 (arXiv 2412.19437), section 3.2.2 (cross-node all-to-all)
 */
function oncePerHost(
  operator: Operator,
  work: Extract<Operator["work"], { kind: "collective" }>,
  { model, system }: TrainingQuery,
): Operator {
  const hosts = work.ranks / system.perHost;
  if (hosts <= 1 || model.kind === "network") return operator;
  const layers = model.stacks.flatMap((stack) => stack.layers);
  const chosen = layers.map(({ layer: { feedForward } }) =>
    feedForward?.kind === "experts" ? feedForward.active : 1,
  );
  const most = Math.max(...chosen);
  const reached = hosts * (1 - power(1 - 1 / hosts, most));
  return { ...operator, work: { ...work, bytes: (work.bytes * reached) / most } };
}

/** Widest operands that matrix units take only with the channels of a pixel side by side. */
const INTERLEAVED_BITS = 16;

/**
 * Half-precision convolutions of channel planes turn their input and output round in memory.
 *
 * Source: NVIDIA, "Convolutional Layers User's Guide", "Tensor Layouts in Memory: NCHW vs NHWC"
 */
function transposed(operator: Operator): readonly Operator[] {
  const { work } = operator;
  if (work.kind !== "convolution" || work.activations.bits > INTERLEAVED_BITS) return [operator];
  const bytes = operator.read + operator.written;
  const name = "convolution/transpose";
  const turned = passBeside(operator, { name, elements: operator.written, bytes });
  return [operator, { ...turned, group: "pointwise" }];
}

function stackOperators(query: TrainingQuery, model: Transformer, stack: number): Operator[] {
  const { microBatch: sequences, numerics, split } = query;
  const parallel = expandedSplit(split);
  const segment = stackSegment(query, model, stack);
  const rows = { sequences: sequences * segment.query, query: 1, prefix: 0 };
  const ask = (segments: readonly Segment[]) =>
    expand({ model, step: { segments, stack }, parallel, numerics });
  const isHead = ({ group }: Operator) => group === "head";
  const last = model.stacks[stack];
  if (last?.role !== "decoder") return [...ask([segment])];
  const body = ask([segment]).filter((each) => !isHead(each) && !each.name.startsWith("head"));
  return [...body, ...ask([rows]).filter(isHead).map(crossEntropy)];
}

function stackSegment(query: TrainingQuery, model: Transformer, stack: number): Segment {
  const { microBatch: sequences, tokens, split } = query;
  const own = model.stacks[stack];
  const whole = (own === undefined ? null : inputTokens(own)) ?? tokens;
  const first = model.stacks[0];
  const source = (first === undefined ? null : inputTokens(first)) ?? tokens;
  const prefix = (whole * (1 - 1 / split.context)) / 2;
  const alone = { sequences, query: whole / split.context, prefix };
  return stack === 0 ? alone : { ...alone, source };
}

/** Sampling is replaced by the loss, in FP32. */
function crossEntropy(operator: Operator): Operator {
  if (operator.work.kind !== "elementwise") return operator;
  const logits = operator.read / 2;
  return { ...operator, name: "head/loss", read: logits * (LOGIT_BYTES - 4), written: logits * 4 };
}

/** Scores in memory: softmax, mask and dropout over queries times keys of each head. */
function scores(operator: Operator): readonly Operator[] {
  const { work } = operator;
  if (work.kind !== "attention") return [];
  const elements = work.sequences * work.heads * work.query * work.context;
  const bytes = (elements * SCORE_BYTES) / 2;
  const pass = passBeside(operator, { name: "attention/scores", elements, bytes });
  return [{ ...pass, flops: elements }];
}

function sequenceSplit(operator: Operator, { split, sequenceParallel }: TrainingQuery): Operator {
  if (!sequenceParallel || operator.group !== "norm") return operator;
  return { ...operator, count: operator.count / split.tensor };
}

/**
 * Passes over memory where an interpreter runs bias, dropout, activation and residual sum each as a kernel,
 * over those of kernels that join them. Source: chosen by eye on Lambda's BERT rows, in-sample there
 */
const PASSES_EAGER = 2.5;

function passes(operator: Operator, { eager }: TrainingQuery): Operator {
  if (!eager || operator.work.kind !== "elementwise" || operator.group === "head") return operator;
  return { ...operator, count: operator.count * PASSES_EAGER };
}

/** Attention inside a layer, which selective recomputing does again. */
export function isInsideAttention({ name, work }: Operator): boolean {
  return work.kind === "attention" || name === "attention/scores";
}

/** Work that full recomputing does not do again: what stands outside the layers. */
export function isOutsideLayers({ group, name }: Operator): boolean {
  return group === "head" || group === "embedding" || name === "pipeline/send";
}

/** Of 2.5 times the arithmetic at a lower rate. Source: Dao 2023, figures 4 and 5 */
const BACKWARD_ATTENTION = 3;
const BACKWARD_TRAFFIC = 1.5;
/** Bytes a weight's gradient is read and written by when it is added up in FP32. */
const ACCUMULATED = 8;

/** What one forward operator asks for on the way back. */
export function backwardOperators(
  operator: Operator,
  tuned: TrainingQuery["tuned"],
): readonly Operator[] {
  const { work, count } = operator;
  const times = (factor: number) => [{ ...operator, count: count * factor }];
  const products = tuned === "all" ? 2 : 1;
  switch (work.kind) {
    case "matmul":
      return tuned === "all"
        ? [inputGradient(operator, work), weightGradient(operator, work)]
        : [inputGradient(operator, work)];
    case "convolution":
      if (!isSummedByTap(work)) return times(products);
      return times(BACKWARD_DEPTHWISE + BACKWARD_TAP * product(work.kernel));
    case "grouped-matmul":
    case "recurrent":
      return times(products);
    case "attention":
    case "scan":
      return times(BACKWARD_ATTENTION);
    case "elementwise":
      return times(BACKWARD_TRAFFIC);
    case "gather":
    case "collective":
      return times(1);
    case "host":
      return [];
  }
}

/**
 * Gradients of depthwise weights are sums over all pixels with no product to batch, one for each tap of the kernel. So are
 * those of groups along one axis, which libraries have no products for either: 128 taps of wav2vec 2.0 take most of its step.
 *
 * Source: chosen by eye on EfficientNets (9 and 25 taps) and QuartzNet (33 to 87) of DeepLearningExamples, in-sample there
 */
const BACKWARD_DEPTHWISE = 12;
const BACKWARD_TAP = 0.6;

function isSummedByTap({ groups, n, kernel }: Convolution): boolean {
  return groups > 1 && (n === 1 || kernel.length === 1);
}

type MatmulWork = Extract<Operator["work"], { kind: "matmul" }>;

/** [m, n] · [n, k]. */
function inputGradient(operator: Operator, work: MatmulWork): Operator {
  return { ...operator, work: { ...work, n: work.k, k: work.n } };
}

/** [k, m] · [m, n], added to [k, n]. */
function weightGradient(operator: Operator, work: MatmulWork): Operator {
  const { m, n, k, batch, activations } = work;
  const kept = batch * k * n * (ACCUMULATED / 2);
  const read = (batch * m * (k + n) * activations.bits) / 8 + kept;
  return {
    ...operator,
    work: { ...work, m: k, n, k: m, weights: activations },
    read,
    written: kept,
  };
}
