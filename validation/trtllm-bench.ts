/**
 * How NVIDIA's offline tables of TensorRT-LLM were run: a test of so many requests of one length, all queued at once,
 * on an engine that the benchmark itself had set.
 *
 * Source: NVIDIA/TensorRT-LLM docs/source/performance/perf-overview.md of 0.14 to 1.0, "Preparing a Dataset" and "Running
 * the Benchmark" (requests by lengths; share of the memory that is free, 0.95 in most runs); tensorrt_llm/bench/build/tuning.py,
 * calc_engine_setting and finetune_setting (sequences and tokens of a step)
 */
import type { Device, Numerics, Parallel, Transformer } from "../core/index.ts";
import { parameterCount } from "../core/model/index.ts";
import type { Engine } from "../core/estimate/index.ts";
import type { Tokens } from "../core/units.ts";
import { collection, type Row } from "./row.ts";

/** Requests of a test by its prompt and answer together, up to so many tokens; other lengths of later tables alike. */
const REQUESTS: readonly (readonly [Tokens, number])[] = [
  [256, 30_000],
  [2500, 3000],
  [5500, 1500],
  [Infinity, 1000],
];

/** Requests that the row's test queued; null of another test. */
export function benchRequests(row: Row): number | null {
  if (!isBench(row)) return null;
  const tokens = (row.input_tokens ?? 0) + (row.output_tokens ?? 0);
  return REQUESTS.find(([longest]) => tokens <= longest)?.[1] ?? null;
}

/** Whether the row is of a table that trtllm-bench made. */
function isBench(row: Row): boolean {
  return (
    collection(row) === "trtl" &&
    row.batch_or_concurrency === "max" &&
    row.phase === "offline_throughput" &&
    row.notes.startsWith("max-load offline")
  );
}

/** What the benchmark sets by itself: since 0.15, as releases before had one default for all. */
export function benchEngine(
  row: Row,
  asked: {
    readonly model: Transformer;
    readonly device: Device;
    readonly parallel: Parallel;
    readonly numerics: Numerics;
  },
): Partial<Engine> | null {
  const { input_tokens: input = 0, output_tokens: output = 1, engine_version: version } = row;
  if (!isBench(row)) return null;
  if (/^0\.1[0-4]/.test(version)) return { sequencesMax: 4096 };
  const stages = asked.parallel.pipeline;
  const held = Math.min(4096, sequencesHeld(asked, input + output)) / stages;
  return {
    memory: { fraction: FREE_SHARE, of: "free" },
    sequencesMax: roundedSequences(held),
    stepTokensMax: roundedTokens(Math.min(32_768, held * (1 + input / output))),
  };
}

const FREE_SHARE = 0.95;

/** Requests whose cache the benchmark thinks there is room for, windows and activations left out. */
function sequencesHeld(
  { model, device, parallel, numerics }: Parameters<typeof benchEngine>[1],
  tokens: Tokens,
): number {
  const { tensor, data, pipeline } = parallel;
  const ranks = tensor * data;
  const memory = (device.memory?.visible ?? device.memory?.capacity ?? 0) * ranks * pipeline;
  const bits = Math.floor(Math.min(numerics.linear.bits, numerics.experts.bits));
  const weights = (parameterCount(model).total * bits) / 8;
  const perToken = model.stacks
    .flatMap(({ layers }) => layers)
    .map(
      ({ count, layer }) =>
        count * layer.mixers.reduce((sum, mixer) => sum + keyBytes(mixer, ranks, numerics), 0),
    )
    .reduce((sum, bytes) => sum + bytes, 0);
  return Math.max(1, (FREE_SHARE * (memory - weights)) / (perToken * tokens));
}

type Mixer = Transformer["stacks"][number]["layers"][number]["layer"]["mixers"][number];

function keyBytes(mixer: Mixer, ranks: number, { kv }: Numerics): number {
  if (mixer.kind !== "attention") return 0;
  return (2 * Math.max(ranks, mixer.kvHeads) * mixer.headDim * kv.bits) / 8;
}

function roundedSequences(held: number): number {
  if (held < 256) return Math.max(64, 32 * Math.ceil(held / 32));
  const step = held < 1024 ? 128 : 256;
  return step * Math.ceil(held / step);
}

function roundedTokens(tokens: Tokens): Tokens {
  if (tokens < 4096) return Math.max(2048, 256 * Math.ceil(tokens / 256));
  const step = tokens < 8192 ? 512 : 1024;
  return step * Math.ceil(tokens / step);
}
