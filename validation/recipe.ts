/**
 * How whoever ran a row had set the engine, where their scripts are public and the row does not say.
 *
 * InferenceX starts its servers with settings of its own for each model and device. Those that decide
 * when a prompt is computed stand here: how many tokens a step may hold, and how the engine lets
 * newcomers wait while others decode. TensorRT-LLM with attention split by data counts iterations whether
 * or not anybody waits (py_executor.py, _balance_adp_requests), so it looks for newcomers every n steps.
 *
 * Source: github.com/SemiAnalysisAI/InferenceX benchmarks/ of early 2026 (dsr1_fp8_b200_trt.sh,
 * dsr1_fp8_b200_trt_mtp.sh, dsr1_fp8_h200_trt_mtp.sh, gptoss_fp4_b200_trt.sh, dsr1_fp4_b200.sh, dsr1_fp8_h200.sh,
 * gptoss_fp4_h200.sh; single_node/ minimaxm2.5_fp8_b200.sh, kimik2.5_fp4_b200.sh, glm5_fp8_b200.sh, glm5_fp4_b200.sh,
 * qwen3.5_fp8_b200.sh, qwen3.5_fp4_b200.sh, qwen3.5_fp8_h200.sh): max_num_tokens, max-num-batched-tokens, attention_dp_config (timeout_iters 60; 50 is the
 * default), batch_wait_timeout_iters 40, scheduler-recv-interval, chunked-prefill-size,
 * gpu-memory-utilization 0.95; .github/configs/nvidia-master.yaml and perf-changelog.yaml (images and
 * spec-decoding of each configuration), dsr1_fp8_b200_trt_mtp.sh (num_nextn_predict_layers)
 */
import { drafts, type Engine, stepTokens } from "../core/estimate/index.ts";
import type { RequestLengths } from "./lengths.ts";
import { isInferenceX, isServingRun } from "./lengths.ts";
import { isMlperf, type Row } from "./row.ts";
import { isInteractive } from "./served-benchmark.ts";

export type Recipe = Partial<
  Pick<
    Engine,
    | "stepTokensMax"
    | "sequencesMax"
    | "gatherSteps"
    | "pollSteps"
    | "promptsAlone"
    | "memory"
    | "speculation"
  >
>;

interface Served {
  readonly row: Row;
  readonly lengths: RequestLengths;
  readonly users: number;
}

/**
 * Settings of the row's engine that differ from its defaults. Those of GLM, Qwen3.5 and Kimi are read from the scripts alone: no row of ours has run
 * them.
 */
export function recipeOf(served: Served): Recipe {
  const { row } = served;
  if (isCapped(row)) return { sequencesMax: Math.max(1, served.users - 1) };
  if (isDraftedInteractive(row)) return { speculation: drafts("mtp") };
  if (!isInferenceX(row)) return stated(row);
  if (/sglang/i.test(row.engine)) return sglangRecipe(served);
  if (/tensorrt/i.test(row.engine)) return tensorrtRecipe(served);
  return vllmRecipe(row);
}

function vllmRecipe(row: Row): Recipe {
  const isBrief = holdsTwoPrompts(row);
  const { input_tokens: nominalInput } = row;
  const steps = isBrief && nominalInput !== undefined ? { stepTokensMax: 2 * nominalInput } : {};
  if (!/minimax/i.test(row.model)) return steps;
  const fraction = isBrief || /fp4/.test(row.precision_weights) ? 0.9 : 0.95;
  return { memory: { fraction, of: "total" }, ...steps };
}

/**
 * Runs on Blackwell whose steps were told to hold twice the nominal prompt: MiniMax's since vLLM 0.19, Kimi's in four bits since the
 * middle of April 2026.
 *
 * Source: SemiAnalysisAI/InferenceX benchmarks/single_node/minimaxm2.5_fp8_b200.sh, minimaxm2.5_fp4_b200.sh and kimik2.5_fp4_b200.sh
 * (max-num-batched-tokens $((ISL * 2))), perf-changelog.yaml (pull requests 947, 1010, 1047)
 */
export function holdsTwoPrompts({ model, hardware, engine_version: version, date }: Row): boolean {
  if (!/\bB[23]00/.test(hardware)) return false;
  if (/minimax/i.test(model)) return Number(/\b0\.(\d+)/.exec(version)?.[1]) >= 19;
  return /kimi/i.test(model) && /B200/.test(hardware) && date >= "2026-04-15";
}

/**
 * MLPerf's interactive DeepSeek-R1, which its own layer may draft for, as no other benchmark's model.
 *
 * Source: mlcommons.org/2026/03/mlperf-inference-gpt-oss (speculative decoding by the MTP head in the interactive scenario)
 */
function isDraftedInteractive(row: Row): boolean {
  return isMlperf(row) && /deepseek-r1/i.test(row.model) && isInteractive(row);
}

/**
 * Options of vLLM's first scheduler that a row spells out: prompts that are not cut go first and alone, and newcomers
 * are looked for every so many steps.
 *
 * Source: vLLM v0.6 docs, engine arguments (num-scheduler-steps, enable-chunked-prefill, max-num-seqs)
 */
function stated({ notes }: Row): Recipe {
  const isWhole = /chunked prefill FALSE|benchmark_throughput\.py/.test(notes);
  const steps = Number(/num-scheduler-step (\d+)/.exec(notes)?.[1] ?? 0);
  const sequences = Number(/max-num-seqs (\d+)/.exec(notes)?.[1] ?? 0);
  return {
    ...(steps > 0 ? { pollSteps: steps } : {}),
    ...(sequences > 0 ? { sequencesMax: sequences } : {}),
    ...(isWhole ? { promptsAlone: true, stepTokensMax: CONTEXT } : {}),
  };
}

/** Tokens of a step that must hold the longest prompt whole, of Llama 3.1. Source: vLLM v0.6 vllm/config.py, SchedulerConfig (max_num_batched_tokens is max_model_len) */
const CONTEXT = 131_072;

/**
 * Undated runs of 8B on TensorRT-LLM: first tokens are late by the time between two answers, whatever
 * lengths and load, which is what one user too many waits (notes/034-first-tokens.md).
 */
export function isCapped(row: Row): boolean {
  return (
    isServingRun(row) && row.date === "" && /tensorrt/i.test(row.engine) && /8B/.test(row.model)
  );
}

function sglangRecipe({ row, users }: Served): Recipe {
  const { hardware, model, precision_weights: weights } = row;
  const isFour = /fp4/.test(weights);
  const isBlackwell = /B[23]00/.test(hardware);
  const polled = users >= 16 ? 30 : 10;
  if (/glm/i.test(model)) {
    if (!isBlackwell) return {};
    return { stepTokensMax: 32_768, ...(isFour ? { pollSteps: 10 } : { sequencesMax: users }) };
  }
  if (/qwen3\.5/i.test(model)) {
    if (!isBlackwell) return { stepTokensMax: 16_384 };
    if (/B300/.test(hardware) && /fp8/.test(weights)) {
      return { stepTokensMax: 16_384, pollSteps: 10 };
    }
    return { stepTokensMax: 32_768, pollSteps: isFour ? 30 : polled };
  }
  if (!isBlackwell) return { stepTokensMax: 32_768 };
  if (/\bB200/.test(hardware) && !isFour && row.accelerators === 4) return ON_FOUR;
  return { stepTokensMax: isFour ? 16_384 : 32_768, pollSteps: polled };
}

/**
 * DeepSeek in eight bits on four B200, whose weights leave little: mem-fraction-static 0.95, of 183,359 MiB, which is all of the 180 GB that
 * NVIDIA promises.
 *
 * Source: dsr1_fp8_b200.sh (TP 4); NVIDIA/TensorRT-LLM issue 10278 (nvidia-smi of a B200)
 */
const ON_FOUR: Recipe = {
  memory: { fraction: 1, of: "total", activationsOutside: true },
  stepTokensMax: 8192,
  sequencesMax: 32,
  pollSteps: 10,
};

function tensorrtRecipe(served: Served): Recipe {
  const { row, lengths, users } = served;
  const isSplit = (row.dp ?? 1) > 1;
  if (/gpt-?oss/i.test(row.model)) {
    return { stepTokensMax: 20_000, ...(isSplit ? { pollSteps: 50 } : {}) };
  }
  const speculation = isDrafted(row) ? ownDrafts(isSplit ? 1 : 3) : undefined;
  const each = speculation === undefined ? users : users / (row.dp ?? 1);
  const decoded = stepTokens(speculation) * each;
  const exact = Math.ceil((decoded + nominal(lengths.input) + 64) / 64) * 64;
  const isExact = speculation !== undefined || /H200/.test(row.hardware);
  const stepTokensMax = isExact ? exact : Math.max(8192, exact);
  const drafting = speculation === undefined ? {} : { speculation };
  if (isSplit) return { stepTokensMax, pollSteps: 60, ...drafting };
  const gathering = isDelayed(served) && speculation === undefined ? { gatherSteps: 40 } : {};
  return { stepTokensMax, ...gathering, ...drafting };
}

/**
 * Runs of DeepSeek with its own drafts: of an image that no others ran, or of the day when the sweep was
 * of these configurations alone.
 */
function isDrafted({ model, engine_version: version, date }: Row): boolean {
  if (!/deepseek/i.test(model)) return false;
  return version === "1.2.0rc6.post3" || (version === "1.1.0rc2.post2" && date === "2026-01-14");
}

/**
 * Of a chat template around random words. Of 0.5,
 * 0.6, 0.65 and 0.7 the least error on H200's fourteen rows (9 %); B200's 34 are then 16 % off, not 60.
 */
const ACCEPTED = 0.65;

function ownDrafts(drafted: number): Recipe["speculation"] {
  return drafts("mtp", { drafted, acceptance: ACCEPTED });
}

/** Prompts wait for company where as many come as go. */
function isDelayed({ row, lengths, users }: Served): boolean {
  const isShort = lengths.input.mean < 2048 && lengths.output.mean < 2048;
  return row.precision_weights.startsWith("fp8") && isShort && users >= 64 && users < 256;
}

/** The longest that is drawn. */
function nominal({ mean, variation }: RequestLengths["input"]): number {
  return mean * (1 + Math.sqrt(3) * variation);
}
