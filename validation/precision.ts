/**
 * Number formats of a row, from the words its source uses.
 *
 * Sources name formats by what is stored ("int4 AWQ"), what is multiplied ("matmul bf16") or what a
 * framework calls the mode ("fp16 (AMP)").
 */
import { isDecoder, numerics, withKv, type Model } from "../core/model/index.ts";
import { isReadApart } from "../core/estimate/index.ts";
import type { Device } from "../core/index.ts";
import type { Numerics } from "../core/precision.ts";
import { isOwnBuild } from "./engine.ts";
import { isInferenceX } from "./lengths.ts";
import { holdsTwoPrompts } from "./recipe.ts";
import { collection, isMlperf, isOnHost, type Row } from "./row.ts";

const NAMES: readonly (readonly [RegExp, string])[] = [
  [/q\d_k_[sml]|q\d_k$|q\d_[01]$|iq\d/, "gguf"],
  [/nvfp4/, "nvfp4"],
  [/mxfp4|fp4/, "mxfp4"],
  [/mxfp8|fp8-mx/, "mxfp8"],
  [/fp8.?(\(block|block|\(128x128)|fp8_block/, "fp8-block"],
  [/fp8|float8/, "fp8"],
  [/int8 weight-only|int8-cw/, "w8a16"],
  [/awq|gptq|int4/, "w4a16"],
  [/int8|uint8|8-bit integer/, "int8"],
  [/tf32/, "tf32"],
  [/bf16|bfloat16/, "bf16"],
  [/fp16|float16|^f16|half/, "fp16"],
  [/fp32|float32/, "fp32"],
];

/** Name of the formats that a cell of a table means; null where it says nothing that is known. */
export function formatName(cell: string): string | null {
  const text = cell.toLowerCase();
  const averaged = weightBits(text);
  if (averaged !== null) return `${averaged}bpw`;
  const name = NAMES.find(([pattern]) => pattern.test(text))?.[1];
  if (name !== "gguf") return name ?? null;
  return /i?q\d(_k)?(_[sml01])?/.exec(text)?.[0] ?? null;
}

/**
 * Bits of a weight with its scales: EXL2 names them; MLX has a scale and a bias of two bytes for each group of 64.
 *
 * Source: ml-explore/mlx docs, mlx.core.quantize (group_size 64); turboderp/exllamav2 README, "EXL2 quantization"
 */
function weightBits(text: string): number | null {
  const averaged = Number(/^exl2 ([\d.]+) bpw/.exec(text)?.[1]);
  if (averaged > 0) return averaged;
  const grouped = /^q(\d)(?: g(\d+).*)?$/.exec(text);
  return grouped === null ? null : Number(grouped[1]) + 32 / Number(grouped[2] ?? 64);
}

/**
 * Formats of a model in a row; null where the source names none and the checkpoint cannot stand in.
 *
 * INT8 weights with activations that stay wide are weight-only. Where a matrix unit is named apart
 * from the weights, the weights are cast to it. An empty cell is the checkpoint as published, which
 * is how servers load a model that nobody quantised.
 */
export function numericsOf(
  row: Row,
  model: Model,
  named: string | null,
  device?: Device,
): Numerics | null {
  const stored = storedFormat(row, model, device);
  const multiplied = formatName(matmulCell(row.precision_activations));
  const wanted = stored ?? named ?? submittedFormat(row, model, device);
  const isBlock = wanted === "fp8" && BLOCK_FP8.test(row.model);
  const name = isBlock
    ? "fp8-block"
    : quantisedExperts(row, model, device)
      ? "mxfp4-experts-a8"
      : schemeName(wanted, multiplied, model);
  const chosen = name === null ? model.numerics : numericsNamed(name);
  return chosen === null ? null : withCache(chosen, cacheCell(row, wanted));
}

/**
 * MXFP4 checkpoints of experts on devices with units for four bits, whose servers quantise what comes in.
 *
 * Source: SemiAnalysisAI/InferenceX benchmarks/gptoss_fp4_b200.sh (VLLM_USE_FLASHINFER_MOE_MXFP4_MXFP8);
 * NVIDIA/TensorRT-LLM, MoE backend TRTLLM (w4a8_mxfp4_mxfp8)
 */
function quantisedExperts(row: Row, model: Model, device: Device | undefined): boolean {
  const isStored = model.numerics.experts.name === "mxfp4";
  const format = formatName(row.precision_weights);
  const isNamed = format === "mxfp4" || (format === null && isMlperf(row));
  return isStored && isNamed && device?.peak.fp4 !== undefined;
}

/**
 * Checkpoints in FP8 with a scale for each block of 128 by 128, whose tables say FP8.
 *
 * Source: config.json of Qwen/Qwen3-235B-A22B-FP8 and Qwen/Qwen3-VL-235B-A22B-Instruct-FP8, weight_block_size
 */
const BLOCK_FP8 = /^Qwen\/Qwen3.*-FP8$/;

/**
 * Format of the weights as they ran. MLPerf's field prints what a submission started from, so TensorRT's
 * of a language model in 16 bits were quantised to FP8 on the way; its FP4 is NVFP4.
 *
 * Source: mlcommons/inference_results_v4.1 closed/NVIDIA/configs, precision = fp8 of llama2-70b, gptj
 * and mixtral-8x7b, whose system descriptions print fp16
 */
function storedFormat(row: Row, model: Model, device: Device | undefined): string | null {
  if (isTritonOnHost(row)) return "int8";
  const stored =
    isMixed(row) || isSixteen(row, model)
      ? "fp16"
      : (formatName(row.precision_weights) ?? formatName(SYSTEM_FORMAT.exec(row.notes)?.[1] ?? ""));
  const isCast = NEURON.test(row.engine) && row.precision_activations !== "fp32";
  if (stored === "fp32" && isCast) return "bf16";
  if (stored === "w4a16" && WIDENED.test(row.engine)) return "bf16";
  if (isOwnBuild(row) && isDecoder(model) && stored === "fp16") return "fp8";
  if (collection(row) !== "mlpi" || !/tensorrt/i.test(row.engine)) return stored;
  if (!isDecoder(model))
    return model.kind === "transformer" && HOPPER.test(row.hardware) ? "fp8" : stored;
  if (isSpeech(model)) return stored;
  if (stored === "mxfp4") return "nvfp4";
  return stored === "fp16" ? narrowFormat(row, device) : stored;
}

/**
 * Models that listen, which TensorRT-LLM computes in sixteen bits.
 *
 * Source: NVIDIA/TensorRT-LLM examples/models/core/whisper/README.md (float16; INT8 of weights alone)
 */
export function isSpeech(model: Model): boolean {
  return model.kind === "transformer" && isReadApart(model);
}

/**
 * What submissions quantise a language model to: four bits where a device multiplies them, in AMD's scaled by 32, else eight.
 *
 * Source: NVIDIA, "NVIDIA Blackwell Platform Sets New LLM Inference Records in MLPerf Inference v4.1" (FP4 of Llama-2-70B on
 * B200); amd/Llama-2-70b-chat-hf-WMXFP4-AMXFP4-KVFP8 of AMD's v5.1
 */
function narrowFormat({ hardware }: Row, device: Device | undefined): string {
  if (device === undefined || device.kind === "cpu") return "fp8";
  const { fp4, fp8, fp16, bf16 } = device.peak;
  const hasFloats = (fp8 ?? fp16 ?? bf16 ?? device.vector) !== undefined;
  if (fp4 === undefined) return hasFloats ? "fp8" : "int8";
  return /\bamd\b/i.test(hardware) ? "mxfp4" : "nvfp4";
}

/**
 * Networks of Triton on CPUs whose field prints the format of what comes in: OpenVINO graphs in INT8.
 *
 * Source: mlcommons/inference_results_v1.0 closed/NVIDIA, configs (precision "fp32", model_name "3dunet_int8_openvino") and
 * README (calibration_triton_cpu)
 */
function isTritonOnHost({ engine, notes }: Row): boolean {
  return /openvino/i.test(engine) && /running Triton/.test(notes);
}

/** Format in the name of a system, where the field says "No change.": "1-node-4S-CPX-OpenVINO-BF16". */
const SYSTEM_FORMAT = /1-node-\dS-[\w-]*-(BF16|INT8)\b/;

/** Graphs that widen weights of four bits in a node before each product, which then moves them as wide. Source: huggingface/optimum-habana docs, "Quantization" (GPTQ and AWQ); habana_frameworks torch.ops.hpu.convert_from_uint4 */
const WIDENED = /optimum habana/i;

/** Compilers that cast FP32 products to BF16 unless told not to. Source: AWS Neuron documentation, "Mixed precision and performance-accuracy tuning" (--auto-cast matmult) */
const NEURON = /\bneuronx?\b/i;

/** Devices whose encoders NVIDIA submitted in FP8, whatever the field prints. Source: mlcommons/inference_results_v3.0 closed/NVIDIA/configs/bert (use_fp8) */
const HOPPER = /\b(H100|H200|GH200)\b/;

/**
 * The cache's format, of which only old tables print. NVIDIA's own FP8 and NVFP4 checkpoints, which
 * TensorRT-LLM serves, keep it in FP8; vLLM follows the NVFP4 ones, and AMD's MXFP4 ones of MLPerf.
 *
 * Source: hf_quant_config.json of nvidia/Llama-3.3-70B-Instruct-FP4 and -FP8 (kv_cache_quant_algo FP8);
 * NVIDIA/TensorRT-LLM docs, "Numerical precision" (FP8 KV cache); amd/Llama-2-70b-chat-hf-WMXFP4-AMXFP4-KVFP8 (its name)
 */
function cacheCell(row: Row, stored: string | null): string {
  if (NAMED_ALONE.test(row.source_location)) return "bf16";
  const isSilent = isMlperf(row) || /^(aice|trtl)/.test(collection(row));
  if (row.precision_kv !== "" || !isSilent) return row.precision_kv;
  const isQuantised = stored === "fp8" || stored === "nvfp4";
  if (isInferenceX(row) && isCachedInEight(row)) return "fp8";
  if (/tensorrt/i.test(row.engine)) return isQuantised ? "fp8" : "";
  if (!/vllm/i.test(row.engine)) return "";
  const isAmd = stored === "mxfp4" && isMlperf(row) && /\bamd\b/i.test(row.hardware);
  return stored === "nvfp4" || isAmd ? "fp8" : "";
}

/**
 * Servers that InferenceX's scripts tell to: SGLang's and gpt-oss on B200 and B300, MiniMax and Kimi since their steps are told to hold two
 * prompts, Qwen3.5 in FP8 on any device.
 *
 * Source: SemiAnalysisAI/InferenceX benchmarks/dsr1_fp4_b200.sh, glm5_fp8_b200.sh, qwen3.5_fp8_h200.sh (kv-cache-dtype fp8_e4m3),
 * gptoss_fp4_b200.sh, gptoss_fp4_b200_trt.sh (fp8; H100's and H200's have none), minimaxm2.5_fp8_b200.sh
 */
function isCachedInEight(row: Row): boolean {
  const isBoard = /\bB[23]00/.test(row.hardware);
  const isNamed = /gpt-?oss/i.test(row.model) || /sglang/i.test(row.engine);
  const isWide = /bf16/i.test(row.precision_weights);
  if (isBoard && isNamed) return !isWide;
  return holdsTwoPrompts(row) || (/qwen3\.5/i.test(row.model) && /fp8/.test(row.precision_weights));
}

/**
 * Runs of a checkpoint that holds scales for a cache in FP8, whose table takes the name for the format: vLLM keeps the model's
 * own unless it is told otherwise, and on four devices no more than eight prompts of 32,784 tokens run at once.
 *
 * Source: vLLM v0.6 docs, engine arguments (kv-cache-dtype, default auto)
 */
const NAMED_ALONE = /h100sxm5_vs_mi300x\/csv_data/;

/**
 * The format of an MLPerf inference row that names none: what submitters who do name one ran for the same
 * accuracy target, eight bits, or sixteen where 99.9 % was asked of a language model that loses by it.
 *
 * Source: precision_weights of MLPerf v2.1 to v5.1 rows that state it
 */
function submittedFormat(row: Row, model: Model, device: Device | undefined): string | null {
  if (isMlperf(row) && AS_PUBLISHED.test(row.engine)) return "fp32";
  if (PIPELINE.test(row.engine) && row.phase === "single_batch_latency") return "fp16";
  if (row.task !== "inference" || !isMlperf(row)) return null;
  if (VIDEO.test(row.model)) return device?.peak.fp8 === undefined ? "bf16" : "fp8";
  if (SIXTEEN_BITS.test(row.model)) return "fp16";
  if (model.kind === "network") return "int8";
  if (isSpeech(model) && device?.kind !== "cpu") return "fp16";
  if (isDecoder(model)) {
    const isWide = isPreview(row) && device?.peak.fp8 === undefined;
    return isWide ? "fp16" : narrowFormat(row, device);
  }
  return /99\.9/.test(row.model) || /accuracy 99\.9%/.test(row.notes) ? "fp16" : "int8";
}

/**
 * MLCommons' own code and runtimes of boards run a checkpoint as it is published: rows of TFLite and ArmNN that print the
 * format print this one, and runs with power are as fast.
 */
const AS_PUBLISHED = /MLCommons|onnx ?runtime|TFLite|ArmNN|^tf v/i;

/**
 * Pipelines of images and videos whose tables name no format.
 *
 * Source: ml-energy/leaderboard benchmark/diffusion, kwargs.json of the models (torch_dtype float16)
 */
const PIPELINE = /^diffusers/;

/** Of video, in eight bits where a device multiplies them. Source: huggingface.co/centml/wan2.2-t2v-a14b-diffusers-mlpinf-fp8 */
const VIDEO = /\bwan[ -]?2/i;

/** Networks that submitters who name a format ran in sixteen bits, or in eight in a small part. */
const SIXTEEN_BITS = /rnn-?t|diffusion/i;

/**
 * Recommenders at 99.9 %: tables in INT8, which the cell names, and layers in FP16, at three fifths of the rate. Processors
 * submit one run for both targets (as fast within 5 %), and RNN-T in both formats, whatever the name of the system says.
 */
const MIXED = /dlrm-(dcn|v2)/i;

function isMixed(row: Row): boolean {
  const isHost = isMlperf(row) && isOnHost(row);
  if (isHost && /rnn-?t/i.test(row.model)) return !AS_PUBLISHED.test(row.engine);
  return MIXED.test(row.model) && (isHost || isOfHighTarget(row));
}

/** Whether 99.9 % was asked, or both targets of one run. */
function isOfHighTarget({ model, notes }: Row): boolean {
  return /99\.9/.test(`${model} ${notes}`);
}

/**
 * An encoder at 99.9 % whose system prints both "int8,fp16": the rounds that print the format of each benchmark have it
 * in FP16 at the same rate.
 */
function isSixteen(row: Row, { kind }: Model): boolean {
  const isBoth = /int8.*fp16/.test(row.precision_weights);
  return kind === "transformer" && isBoth && isOfHighTarget(row);
}

/** Runs of language models on TensorRT before TensorRT-LLM came out. Source: its releases, 0.5 of October 2023 */
function isPreview({ date, engine }: Row): boolean {
  return /tensorrt/i.test(engine) && date !== "" && date < "2023-10";
}

function matmulCell(cell: string): string {
  return cell.startsWith("input ") ? "" : cell;
}

function schemeName(stored: string | null, multiplied: string | null, model: Model): string | null {
  if (stored === null) return multiplied;
  if (stored === "fp8" && isEightBit(model)) return null;
  if (stored === "mxfp4") return model.numerics.experts.name === "mxfp4" ? null : "mxfp4";
  if (stored === "int8") return int8Scheme(multiplied, model);
  if (stored === "fp32" && (multiplied === "bf16" || multiplied === "fp16")) return multiplied;
  if (stored === "fp32" && multiplied === "tf32") return multiplied;
  return stored;
}

/** Published in FP8, or with experts in MXFP4 that a table counts among FP8: that is what it ran. */
function isEightBit({ numerics }: Model): boolean {
  return numerics.linear.name.startsWith("fp8") || numerics.experts.name === "mxfp4";
}

function int8Scheme(multiplied: string | null, model: Model): string {
  if (multiplied === "bf16" || multiplied === "fp16") return "w8a16";
  return model.kind === "network" ? "int8-all" : "w8a8-int8";
}

function numericsNamed(name: string): Numerics | null {
  const found = numerics(name);
  return found.ok ? found.value : null;
}

function withCache(chosen: Numerics, cell: string): Numerics {
  const kv = formatName(cell);
  const changed = kv === null ? null : withKv(chosen, kv);
  return changed?.ok === true ? changed.value : chosen;
}
