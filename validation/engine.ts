/** The engine that served a row, as the catalogue knows engines. */
import type { Device } from "../core/index.ts";
import type { Attention, Model, Transformer } from "../core/model/index.ts";
import { present } from "../core/present.ts";
import type { Tokens } from "../core/units.ts";
import { dated, engineOn, versioned, type Engine } from "../core/estimate/index.ts";
import { collection, isMlperf, type Row } from "./row.ts";

const ENGINES: readonly (readonly [RegExp, string])[] = [
  [/sglang/i, "sglang"],
  [/tensorrt|triton/i, "tensorrt-llm"],
  [/vllm|neuron|jetstream|tgi/i, "vllm"],
];

/** An engine that batches as requests come; the first of the catalogue where the row's is not in it. */
export function servingEngine(row: Row, engines: readonly Engine[], device: Device): Engine | null {
  const wanted = ENGINES.find(([words]) => words.test(row.engine))?.[1] ?? "vllm";
  const engine = engines.find(({ id }) => id === wanted) ?? engines[0];
  if (engine === undefined) return null;
  const placed = withExpertsOf(row, aged(row, engineOn(engine, device), device));
  if (TGI.test(row.engine)) return { ...placed, ...ONE_BY_ONE };
  return wanted === "tensorrt-llm" && isCompiled(row)
    ? { ...placed, ...COMPILED_TENSORRT }
    : placed;
}

const TGI = /\btgi\b/i;

/**
 * TGI computes waiting prompts in a batch of their own, as many whole ones as the test's limit of 130,000 tokens holds. Its
 * router is no part of the processes that compute, so vLLM's host times are not its own.
 *
 * Source: huggingface/text-generation-inference docs, "Launcher arguments" (max-batch-prefill-tokens) and router/src/queue.rs;
 * dstackai/benchmarks amd/inference/tgi/benchmark-task.dstack.yml
 */
const ONE_BY_ONE = {
  id: "tgi",
  promptsAlone: true,
  stepTokensMax: 130_000,
  sequencesMax: 8192,
} as const;

/**
 * ML.ENERGY serves DeepSeek's models by kernels of FlashInfer, which compute no rows but those of tokens.
 *
 * Source: ml-energy/benchmark configs/vllm, monolithic.env.yaml of deepseek-ai models (VLLM_USE_FLASHINFER_MOE_FP8)
 */
function withExpertsOf(row: Row, engine: Engine): Engine {
  const { rowsAside, ...own } = engine;
  const isOther = collection(row) === "mle3" && row.model.startsWith("deepseek-ai/");
  return rowsAside === undefined || !isOther ? engine : own;
}

/**
 * TensorRT-LLM before 1.0 ran engines that were compiled beforehand, prompts too: no host launches their
 * kernels.
 *
 * Source: NVIDIA/TensorRT-LLM release notes, 1.0 (PyTorch is the default back end)
 */
const COMPILED_TENSORRT = { id: "tensorrt-llm-0" } as const;

/**
 * Its own tables print its version; others print that of their server, or none. MLPerf's submissions ran compiled engines
 * behind NVIDIA's harness before 1.0 came out.
 */
function isCompiled(row: Row): boolean {
  const { date, engine_version: version, notes } = row;
  if (collection(row) === "trtl") return version.startsWith("0.") && !/PyTorch backend/.test(notes);
  return isMlperf(row) && date !== "" && date < "2025-08";
}

/** JetStream decodes in a thread of its own, so the host times of vLLM's first scheduler are not its own (AI-Hypercomputer/JetStream, core/orchestrator.py). */
const OWN_THREADS = /jetstream/i;

/**
 * Whether the engine is a build of the submitter's own, "0.4.3+rocm614": as old as its date, but with the host's share of a
 * step cut as releases had it later.
 *
 * Source: AMD's MLPerf v4.1 submission of Llama-2-70B (scheduling and sampling of vLLM rewritten)
 */
export function isOwnBuild(row: Row): boolean {
  if (row.date === "" || !isMlperf(row)) return false;
  return /\d\+\w/.test(`${row.engine} ${row.engine_version}`);
}

/** Builds from before vLLM processed outputs while the devices computed the next step. Source: vLLM release notes, 0.6 (asynchronous output processing) */
function isInTurn(row: Row): boolean {
  return /\bvLLM 0\.[1-5]\.\d+\+/i.test(`${row.engine} ${row.engine_version}`);
}

/** Host times of vLLM 0.6 to 0.13, before scheduling overlapped the device. Source: catalogue/engines/vllm.json, generations */
const IN_TURN = { id: "vllm-0.13" } as const;

/**
 * Whether a submission's language model ran in a loop of its own around a framework: as old as its date, without the host
 * times that an engine had then; where the host is the device, loops take as much.
 *
 * Source: mlcommons/inference_results_v4.0 closed/Intel-HabanaLabs/code (PyTorch and HPU graphs)
 */
function isOtherHarness(row: Row): boolean {
  return row.date !== "" && isMlperf(row) && !/vllm|tensorrt|sglang/i.test(row.engine);
}

/**
 * Months of runs that print none. vLLM was built from its repository with an option of 0.5.4 or later, in the month of the
 * article.
 *
 * Source: ml-energy/leaderboard-v2, commits of July 2024; dstackai/benchmarks amd/tgi_vs_vllm/vllm/.dstack.yml
 * (disable-frontend-multiprocessing); dstack.ai/blog, "Benchmarking Llama 3.1 405B on 8x AMD MI300X GPUs", October 2024
 */
const MONTHS: readonly (readonly [RegExp, string])[] = [
  [/^mle2 /, "2024-07"],
  [/tgi_vs_vllm\//, "2024-10"],
];

function placeOf(row: Row): string {
  return `${collection(row)} ${row.source_location}`;
}

/**
 * `engine` as old as what the row ran: by its version, else by its date. A version that came out before the device is that of a container.
 */
export function aged(row: Row, engine: Engine, { launched, kind }: Device): Engine {
  if (OWN_THREADS.test(row.engine)) return engine;
  if (isOwnBuild(row) || (kind !== "cpu" && isOtherHarness(row))) {
    const host = isInTurn(row) ? IN_TURN : {};
    return { ...engine, ...host, age: dated(engine, row.date).age ?? 0 };
  }
  const isOwn = row.engine.toLowerCase().includes(engine.id);
  const version = isOwn ? versioned(engine, row.engine_version) : null;
  const made = launched === undefined ? engine : dated(engine, launched);
  if (version !== null && (version.age ?? 0) <= (made.age ?? Infinity)) return version;
  const date = MONTHS.find(([place]) => place.test(placeOf(row)))?.[1] ?? row.date;
  return date === "" ? engine : dated(engine, date);
}

/**
 * An engine that computes one batch of `sequences` from start to end: benchmarks of phases and of whole
 * batches have no scheduler, and take all the memory there is.
 */
export function batchEngine(engines: readonly Engine[], sequences: number): Engine | null {
  const engine = engines.find(({ id }) => id === "static");
  if (engine === undefined) return null;
  const memory = { fraction: 0.98, of: "total", activationsOutside: true } as const;
  return { ...engine, memory, sequencesMax: Math.max(1, Math.ceil(sequences)), runtime: 0 };
}

/**
 * Attention that decodes each query head by itself. 15 keys and values a unit and cycle is what TensorRT-LLM's batches of
 * Mistral-7B have on A100 in FP16 and on H200 in FP8 alike; those of Llama-2-70B in 0.5 and 0.6 follow, and MLPerf's GPT-J.
 */
export const ON_VECTORS = { vectorAttention: 15 } as const;

/**
 * TensorRT-LLM before its kernels of attention on matrix units (0.7: eight query heads a key head, of 128; 0.10: any
 * group) decoded on vector units.
 *
 * Source: NVIDIA/TensorRT-LLM cpp/tensorrt_llm/kernels/decoderMaskedMultiheadAttention/decoderXQARunner.h of each release,
 * shouldUse (nbQHeadsPerKV)
 */
export function withAttentionOf(row: Row, engine: Engine, model: Model): Engine {
  const release = Number(/^0\.(\d+)/.exec(row.engine_version)?.[1]);
  if (collection(row) !== "trtl" || model.kind === "network" || !(release < 10)) return engine;
  const isOnMatrices = release >= 7 && attentions(model).every(isOfEight);
  return isOnMatrices ? engine : { ...engine, ...ON_VECTORS };
}

function attentions({ stacks }: Transformer): readonly Attention[] {
  const layers = stacks.flatMap((stack) => stack.layers.map(({ layer }) => layer));
  return layers.flatMap(({ mixers }) => mixers.filter((mixer) => mixer.kind === "attention"));
}

function isOfEight({ heads, kvHeads, headDim }: Attention): boolean {
  return heads === 8 * kvHeads && headDim === 128;
}

/** By engine, and notes behind a bar. */
const KERNELS: readonly (readonly [RegExp, string])[] = [
  [/^autoawq.*kernel gemv/i, "autoawq-gemv"],
  [/^autoawq/i, "autoawq"],
  [/^[^|]*llama\.cpp/i, "llama-cpp"],
  [/^[^|]*(neuronx|optimum-neuron)/i, "neuronx"],
  [/^[^|]*openvino/i, "openvino"],
];

/** Optimum Habana's exchanges run in the vendor's library, over ports of the cards. Source: docs.habana.ai, HCCL (collectives over RoCE ports) */
const HPU_GRAPHS = { ringed: ["Intel"] } as const;

/**
 * Its cache is as long as prompt and answer from the start, unless it grows by buckets, as where weights are quantised.
 *
 * Source: huggingface/optimum-habana examples/text-generation/README.md (growing bucket optimisation; FP8)
 */
const WHOLE = { padded: "whole" } as const;

/**
 * Optimum Neuron's prompts of 4,096 tokens and more attend in a kernel of their own, on cores that are not joined.
 *
 * Source: aws-neuron/neuronx-distributed-inference modules/attention/attention_base.py, get_flash_attention_strategy
 */
const FUSED_FROM: Tokens = 4096;

/** `engine` as the kernels and graphs of the row's own engine run it. */
export function withKernelsOf(row: Row, engine: Engine, engines: readonly Engine[]): Engine {
  if (/optimum habana/i.test(row.engine)) {
    return { ...engine, ...HPU_GRAPHS, ...(row.precision_weights === "bf16" ? WHOLE : {}) };
  }
  const id = KERNELS.find(([words]) => words.test(`${row.engine}|${row.notes}`))?.[1];
  const found = engines.find((each) => each.id === id);
  if (found === undefined) return engine;
  const { flopsPerCycle, bytesPerCycle, pieces, reading, padded } = found;
  const fusedFrom = /optimum-neuron/i.test(row.engine) ? FUSED_FROM : undefined;
  const kernels = { fusedFrom, flopsPerCycle, bytesPerCycle, pieces, reading, padded };
  return { ...engine, ...present(kernels) };
}
