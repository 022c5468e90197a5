/**
 * The training step of a row: what it states, and where it states no split, the fastest that fits.
 *
 * What was measured was run, so a row that fits no memory by our count is answered with whole layers
 * recomputed and memory left out of the question.
 */
import {
  ADAM,
  MOMENTUM,
  trainingStep,
  type AttentionKernels,
  type Coefficients,
  type TrainingEstimate,
  type TrainingQuery,
  type TrainingSplit,
} from "../core/estimate/index.ts";
import type { Device, Model, Network, System } from "../core/index.ts";
import { hasExperts, isDecoder } from "../core/model/index.ts";
import { refusalOf, unlisted } from "./answer.ts";
import { imageOf } from "./image.ts";
import { collection, type Row } from "./row.ts";
import { withoutPlace } from "./serving-query.ts";
import {
  devicesOf,
  isFusedUnpadded,
  isPretrainedUnpadded,
  networkOf,
  recomputeOf,
  releasedOf,
  shardingOf,
  sizesOf,
  tokensOf,
  trainingNumerics,
} from "./training-row.ts";
import { trainedLabel } from "./trained-label.ts";
import type { World } from "./world.ts";

const ALONE: TrainingSplit = {
  tensor: 1,
  pipeline: 1,
  virtual: 1,
  context: 1,
  expert: 1,
  data: 1,
};

export function trained(row: Row, world: World): TrainingEstimate | string {
  const device = world.device(row.hardware);
  if (device === null) return unlisted("device", row.hardware);
  const named = world.model(trainedLabel(row), imageOf(row));
  if (named === null) return unlisted("model", row.model);
  const queries = trainingQueries(row, world, { device, model: named.model });
  if (typeof queries === "string") return queries;
  return fastest(queries, world.coefficients);
}

function fastest(
  queries: readonly TrainingQuery[],
  coefficients: Coefficients,
): TrainingEstimate | string {
  let best: TrainingEstimate | string = "infeasible: split";
  for (const query of queries) {
    const answer = run(query, coefficients);
    if (typeof answer === "string") best = typeof best === "string" ? answer : best;
    else if (typeof best === "string" || answer.samplesPerSecond.p50 > best.samplesPerSecond.p50)
      best = answer;
  }
  return best;
}

/** The step as asked; smaller micro-batches or more recomputing where the device would overflow. */
function run(query: TrainingQuery, coefficients: Coefficients): TrainingEstimate | string {
  const answer = trainingStep(query, coefficients);
  const again = (changed: Partial<TrainingQuery>) => run({ ...query, ...changed }, coefficients);
  if (answer.kind === "training-estimate") return answer;
  if (answer.reason !== "memory") return refusalOf(answer);
  if (query.microBatch > 1) return again({ microBatch: Math.ceil(query.microBatch / 2) });
  if (query.recompute !== "full") return again({ recompute: "full" });
  const unlimited = withoutLimit(query.system);
  if (unlimited.device.memory?.capacity === query.system.device.memory?.capacity) {
    return refusalOf(answer);
  }
  return again({ system: unlimited });
}

interface Subject {
  readonly device: Device;
  readonly model: Model;
}

function trainingQueries(
  row: Row,
  world: World,
  { device, model }: Subject,
): readonly TrainingQuery[] | string {
  const numerics = trainingNumerics(row, model, device);
  if (numerics === null) return `precision "${row.precision_weights}" not known`;
  const tokens = readsText(model) ? tokensOf(row) : 0;
  if (tokens === null) return "condition missing: input length";
  const system = withoutPlace(world.system(device));
  const network = networkOf(row) ?? system.network;
  const isNetwork = model.kind === "network";
  const base = {
    model,
    system: { ...system, network },
    numerics,
    tokens,
    recompute: recomputeOf(row) ?? "none",
    sharding: shardingOf(row),
    attention: attentionOf(row),
    tuned: /lora/i.test(row.model + row.notes) ? "adapters" : "all",
    optimiser: row.model === "Transformer-XL" ? LAMB : isNetwork ? MOMENTUM : ADAM,
    gradient: predatesFusion(row) ? 4 : 2,
    eager: isEager(row),
    overlapped: isOverlapped(row),
    channelsFirst: isChannelsFirst(row, model),
    capped: /tokendrop/.test(row.model),
    fusedExperts: isFusedExperts(row),
    ...releasedOf(row),
  } as const;
  const queries = splitsOf(row, model).flatMap((split) => {
    const { batch = BATCH_CHOSEN * split.data, microBatch } = sizesOf(row, split.data);
    const perCopy = batch / split.data;
    if (perCopy < 1) return [];
    const micro = Math.min(perCopy, microBatch ?? (isNetwork ? perCopy : MICRO_CHOSEN));
    const sequenceParallel = split.tensor > 1;
    const isLimited = microBatch === undefined || isPlacedByMemory(model);
    const run = isLimited ? base.system : withoutLimit(base.system);
    const shared = sliceOf(row, split);
    return [{ ...base, ...shared, system: run, split, batch, microBatch: micro, sequenceParallel }];
  });
  return queries.length === 0 ? "condition missing: batch" : queries;
}

/**
 * LAMB whose eighteen operations each read their operands from memory and write their result: 40 values of 4 bytes.
 *
 * Source: NVIDIA/DeepLearningExamples PyTorch/LanguageModeling/Transformer-XL/pytorch/lamb.py (lamb_kernel),
 * wt103_base.yaml (optim: jitlamb)
 */
const LAMB = { name: "LAMB, operation by operation", state: 12, between: 160 } as const;

/** MaxText shards within a slice, and slices are copies. */
function sliceOf(row: Row, { tensor, data }: TrainingSplit): { readonly shardedOver?: number } {
  const slices = Number(/(\d+) slice\(s\)/.exec(row.notes)?.[1] ?? 1);
  return slices > 1 ? { shardedOver: Math.max(1, (data * tensor) / slices / tensor) } : {};
}

/** Whether where its samples lie depends on the memory of a device. */
function isPlacedByMemory(model: Model): boolean {
  return model.kind === "network" && model.inputs.some(({ drawn }) => drawn !== undefined);
}

/** What was measured was run, whatever memory we count for it. */
function withoutLimit(system: System): System {
  const { device } = system;
  const { bandwidth } = device.memory ?? {};
  const memory = { capacity: Infinity, ...(bandwidth === undefined ? {} : { bandwidth }) };
  return { ...system, device: { ...device, memory } };
}

/** Samples of a device, and of a micro-batch of text, where the row leaves them to whoever ran it. */
const BATCH_CHOSEN = 128;
const MICRO_CHOSEN = 32;

function readsText(model: Model): boolean {
  return model.kind === "transformer" && model.stacks.at(-1)?.embedding.kind === "tokens";
}

/** Repositories from before fused attention and compiled graphs. */
function predatesFusion(row: Row): boolean {
  return /^(dle|lamb)$/.test(collection(row));
}

function attentionOf(row: Row): AttentionKernels {
  if (isFirstFused(row) || isFusedUnpadded(row)) return "early";
  const isApart =
    predatesFusion(row) ||
    /PyTorch 1\./.test(row.engine_version) ||
    hasSinks(row) ||
    predatesGaudi(row);
  return isApart ? "scores" : "fused";
}

/** Text on Gaudi before its software had fused attention. Source: docs.habana.ai, release notes of 1.13, November 2023 (FusedSDPA) */
function predatesGaudi({ hardware, model, date }: Row): boolean {
  return /gaudi/i.test(hardware) && /bert|gpt/i.test(model) && date !== "" && date < "2023-11";
}

/** Year and month of the first container whose fused attention takes a learnt share of the softmax. */
const SINKS_FUSED = 2026 + 5 / 12;

/**
 * gpt-oss adds a learnt sink to each softmax. Its rows say that one release lost cuDNN's kernel for it: 328 ms a micro-batch
 * of four by 4,096, nine a layer, which is what scores in memory cost; releases before June 2026 lack as much.
 *
 * Source: NVIDIA-NeMo/Megatron-Bridge docs/performance-summary-archive.md, footnote of 26.06.01; the month is of its rows
 */
function hasSinks(row: Row): boolean {
  if (!/GPT.?OSS/i.test(row.model) || !/Megatron/.test(row.engine)) return false;
  const { released = Infinity } = releasedOf(row);
  return released < SINKS_FUSED || /cuDNN regression/.test(row.notes);
}

/** Year and month of the first container whose experts run in one kernel. */
const EXPERTS_FUSED = 2026 + 5 / 12;

/**
 * Experts in MXFP8 on Blackwell since then: products, activation and quantising in one grouped kernel, its buffers sized beforehand.
 *
 * Source: NVIDIA/Megatron-LM docs, "MoE Paged Stash" (sync-free: HybridEP, Transformer Engine's fused grouped experts; pull request 4247 of
 * April 2026); that Megatron-Bridge's tables use it from the containers of June 2026 on is an assumption, whose month is of its rows
 */
function isFusedExperts(row: Row): boolean {
  const { released = 0 } = releasedOf(row);
  const isNarrow = /^(mxfp8|fp8-mx)$/.test(row.precision_weights);
  return isNarrow && /Megatron-Bridge/.test(row.engine) && released >= EXPERTS_FUSED;
}

/** Triton's port of the first FlashAttention. Source: mosaicml/llm-foundry, attn_impl of its benchmark configurations */
function isFirstFused(row: Row): boolean {
  return /llm-foundry/.test(row.engine);
}

function isEager(row: Row): boolean {
  return predatesFusion(row) && !isPretrainedUnpadded(row) && !/XLA/.test(row.notes);
}

/** Libraries of large language models: Megatron since 2023, XLA, and what MLPerf submissions are built on. */
function isOverlapped(row: Row): boolean {
  return /Megatron|NeMo|MaxText/.test(row.engine) || collection(row) === "mlpt";
}

/**
 * Networks of one dimension have no other layout in PyTorch; Lambda's runs leave its default, and so do these two.
 *
 * Source: lambdal/deeplearning-benchmark, pytorch/scripts/config_v2 (no --memory-format among the arguments);
 * NVIDIA/DeepLearningExamples PyTorch/Segmentation/nnUNet/utils/args.py (--layout NCDHW),
 * PyTorch/Detection/Efficientdet/scripts/D0 (--memory-format nchw)
 */
function isChannelsFirst(row: Row, model: Model): boolean {
  if (model.kind !== "network" || !/PyTorch/.test(row.engine)) return false;
  const isLeft = collection(row) === "lamb" || /^(nnU-Net|EfficientDet)/.test(row.model);
  return isLeft || (predatesFusion(row) && model.nodes.every(isFlat));
}

function isFlat({ work }: Network["nodes"][number]): boolean {
  return work.kind !== "convolution" || work.kernel.length === 1;
}

function splitsOf(row: Row, model: Model): readonly TrainingSplit[] {
  const devices = devicesOf(row);
  if (model.kind === "network") return [{ ...ALONE, data: devices }];
  const isStated = row.tp !== undefined || row.pp !== undefined;
  if (isStated && !/Neuron/.test(row.engine)) return [statedSplit(row, devices)];
  const isLarge = isDecoder(model) && !predatesFusion(row);
  if (!isLarge) return [{ ...ALONE, data: devices }];
  const splits = searched(row, devices);
  const isTuned = hasExperts(model) && collection(row).startsWith("mlp");
  return isTuned ? splits.filter(isWhole).flatMap(withExperts) : splits;
}

/** Sequences of models of experts are short enough for one device. */
function isWhole({ context }: TrainingSplit): boolean {
  return context === 1;
}

function withExperts(split: TrainingSplit): readonly TrainingSplit[] {
  const ranks = split.tensor * split.data;
  return EXPERTS.filter((expert) => ranks % expert === 0).map((expert) => ({ ...split, expert }));
}

function statedSplit(row: Row, devices: number): TrainingSplit {
  const noted = (name: RegExp) => Number(name.exec(row.notes)?.[1] ?? 1) || 1;
  const { tp: tensor = 1, pp: pipeline = 1, ep = 1 } = row;
  const context = Math.max(noted(/\bCP (\d+)/i), noted(/context parallel (\d+)/));
  const virtual = pipeline === 1 ? 1 : noted(/VP (\d+)/);
  const data = Math.max(1, devices / (tensor * pipeline * context));
  return { tensor, pipeline, virtual, context, expert: ep, data };
}

const WAYS = [1, 2, 4, 8, 16] as const;
/** Devices that submissions spread experts over. */
const EXPERTS = [1, 8, 32, 64] as const;

function searched(row: Row, devices: number): readonly TrainingSplit[] {
  const isSharded = shardingOf(row) === 3;
  return WAYS.slice(0, 4).flatMap((tensor) =>
    (isSharded ? [1] : WAYS).flatMap((pipeline) =>
      WAYS.slice(0, 4).flatMap((context) => {
        const data = devices / (tensor * pipeline * context);
        const split = { ...ALONE, tensor, pipeline, context, data };
        return Number.isInteger(data) ? [split] : [];
      }),
    ),
  );
}
