/** The engine that served a row, as the catalogue knows engines. */
import type { Device } from "../core/index.ts";
import { engineOn, type Engine } from "../core/estimate/index.ts";
import { collection, type Row } from "./row.ts";

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
  const placed = engineOn(engine, device);
  if (wanted === "vllm" && isFirstGeneration(row)) return { ...placed, ...FIRST_VLLM };
  return wanted === "tensorrt-llm" && isCompiled(row)
    ? { ...placed, ...COMPILED_TENSORRT }
    : placed;
}

/**
 * TensorRT-LLM before 1.0 ran engines that were compiled beforehand, prompts too: no host launches their
 * kernels.
 *
 * Source: NVIDIA/TensorRT-LLM release notes, 1.0 (PyTorch is the default back end)
 */
const COMPILED_TENSORRT = { id: "tensorrt-llm-0" } as const;

/** Its own tables print its version; others print that of their server, or none. */
function isCompiled(row: Row): boolean {
  return collection(row) === "trtl" && row.engine_version.startsWith("0.");
}

/**
 * vLLM before 0.6: the host prepares, samples and detokenises each sequence while the device waits, and
 * waiting prompts go first, by themselves.
 *
 * Source: vllm.ai/blog, "vLLM v0.6.0: 2.7x throughput improvement"; vLLM 0.5 docs, enable_chunked_prefill
 */
const FIRST_VLLM = { id: "vllm-0.5", promptsAlone: true } as const;

/** By the version it prints; the runs of ML.ENERGY's second leaderboard are of mid-2024. */
function isFirstGeneration(row: Row): boolean {
  if (!/vllm/i.test(row.engine)) return false;
  const version = /(\d+)\.(\d+)/.exec(`${row.engine_version} ${row.engine}`);
  if (version === null) return collection(row) === "mle2";
  return Number(version[1]) === 0 && Number(version[2]) < 6;
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

/** `engine` as the kernels of the row's own engine run it. */
export function withKernelsOf(row: Row, engine: Engine, engines: readonly Engine[]): Engine {
  if (!/llama\.cpp/i.test(row.engine)) return engine;
  const flopsPerCycle = engines.find(({ id }) => id === "llama-cpp")?.flopsPerCycle;
  return flopsPerCycle === undefined ? engine : { ...engine, flopsPerCycle };
}
