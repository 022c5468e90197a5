/** The number formats of a checkpoint, from its dtype and its `quantization_config`. */
import { assert } from "../assert.ts";
import type { Numerics, Precision, Storage } from "../precision.ts";
import type { Fields } from "./_fields.ts";
import { numerics } from "./numerics.ts";

/** What a quantiser did to the matrices it touched. */
interface Quantised {
  readonly name: string;
  readonly storage: Storage;
  readonly compute: Precision;
}

/**
 * Number formats as the configuration states them. `config` may hold them at the top or beside the
 * text part of a larger model, so both are asked.
 */
export function checkpointNumerics(given: {
  readonly fields: Fields;
  readonly hasExperts: boolean;
  readonly assumptions: string[];
}): Numerics {
  const { fields, hasExperts, assumptions } = given;
  const plain = plainNumerics(fields, assumptions);
  const config = fields.part("quantization_config") ?? fields.part("quantization");
  if (config === null) return plain;
  const quantised = quantisedBy(config, plain.compute.linear);
  if (quantised === null) return plain;
  const expertsOnly = hasExperts && skipsAttention(config);
  return {
    ...plain,
    name: expertsOnly ? `${quantised.name}-experts` : quantised.name,
    linear: expertsOnly ? plain.linear : quantised.storage,
    experts: quantised.storage,
    kv: cachedIn(config) ?? plain.kv,
    compute: {
      ...plain.compute,
      linear: expertsOnly ? plain.compute.linear : quantised.compute,
      experts: quantised.compute,
    },
  };
}

function plainNumerics(fields: Fields, assumptions: string[]): Numerics {
  const dtype = fields.text("torch_dtype") ?? fields.text("dtype");
  if (dtype === null) {
    assumptions.push("no dtype is stated: weights taken as bf16");
  }
  const found = numerics((dtype ?? "bf16").replace("torch.", ""));
  if (found.ok) return found.value;
  fields.refuse(fields.has("torch_dtype") ? "torch_dtype" : "dtype", found.error.expected);
  return numericsOf("bf16");
}

/** Formats of a name that is ours. */
function numericsOf(name: string): Numerics {
  const found = numerics(name);
  assert(found.ok, `"${name}" must be a named number format`);
  return found.value;
}

/** By `quant_method`; ModelOpt's own file names an algorithm and no method. */
function quantisedBy(config: Fields, plain: Precision): Quantised | null {
  const method = config.text("quant_method") ?? (config.has("quant_algo") ? "modelopt" : null);
  switch (method) {
    case "fp8":
    case "fbgemm_fp8":
      return blockFp8(config);
    case "awq":
    case "gptq":
    case "auto-round":
      return grouped(config, { method, plain });
    case "mxfp4":
      return { name: "mxfp4", storage: { name: "mxfp4", bits: 4.25 }, compute: plain };
    case "modelopt":
    case "modelopt_fp4":
      return modelOpt(config, plain);
    case "compressed-tensors":
      return compressedTensors(config, plain);
    case "bitsandbytes":
      return bitsAndBytes(config, plain);
    case "quark":
      return quark(config, plain);
    default:
      config.refuse("quant_method", METHODS, method);
      return null;
  }
}

const METHODS =
  "one of fp8, fbgemm_fp8, awq, gptq, auto-round, mxfp4, modelopt, compressed-tensors, bitsandbytes, quark";

/** One FP32 scale a block of weights; without blocks one a tensor or channel, which is nothing. */
function blockFp8(config: Fields): Quantised {
  const block = config.list("weight_block_size");
  const values = Number(block?.[0]) * Number(block?.[1]);
  if (!(values >= 1)) return { name: "fp8", storage: { name: "fp8", bits: 8 }, compute: "fp8" };
  return {
    name: "fp8-block",
    storage: { name: "fp8-block", bits: 8 + 32 / values },
    compute: "fp8",
  };
}

/** Weights of `bits` in groups that share a 16-bit scale and a zero point of `bits`. */
function grouped(
  config: Fields,
  given: { readonly method: string; readonly plain: Precision },
): Quantised {
  const bits = weightBits(config, "bits");
  const group = groupSize(config);
  const storage = {
    name: `${given.method}-int${bits}${group === null ? "" : `-g${group}`}`,
    bits: bits + (group === null ? 0 : (16 + bits) / group),
  };
  return { name: `w${bits}a16`, storage, compute: given.plain };
}

/** Null for one scale a channel, which files write as -1. */
function groupSize(config: Fields): number | null {
  return config.raw("group_size") === -1 ? null : config.countOr("group_size", null);
}

function weightBits(config: Fields, name: string): number {
  const bits = config.count(name);
  if (bits <= 16) return bits;
  config.refuse(name, "from 1 to 16 bits a weight");
  return 16;
}

function modelOpt(config: Fields, plain: Precision): Quantised | null {
  const algorithm = (config.text("quant_algo") ?? "").toUpperCase();
  const nvfp4 = { name: "nvfp4", bits: 4.5 };
  if (algorithm.startsWith("FP8")) {
    return { name: "fp8", storage: { name: "fp8", bits: 8 }, compute: "fp8" };
  }
  if (algorithm === "NVFP4") return { name: "nvfp4", storage: nvfp4, compute: "fp4" };
  if (algorithm === "NVFP4_AWQ") return { name: "nvfp4", storage: nvfp4, compute: "fp4" };
  if (algorithm === "W4A16_AWQ" || algorithm === "INT4_AWQ") {
    return { name: "w4a16", storage: { name: "int4-g128", bits: 4 + 20 / 128 }, compute: plain };
  }
  if (algorithm === "MIXED_PRECISION") {
    return { name: "nvfp4", storage: nvfp4, compute: "fp4" };
  }
  config.refuse("quant_algo", "one of FP8, NVFP4, W4A16_AWQ, MIXED_PRECISION");
  return null;
}

/** The group that covers experts or linear layers; files with several mostly split by layer kind. */
function compressedTensors(config: Fields, plain: Precision): Quantised | null {
  const groups = config.part("config_groups");
  const group = groups?.part("group_0") ?? groups?.part("group_1") ?? null;
  const weights = group?.part("weights") ?? null;
  if (group === null || weights === null) {
    config.refuse("config_groups", "a group_0 with weights");
    return null;
  }
  const bits = weightBits(weights, "num_bits");
  const float = weights.text("type") === "float";
  const size = groupSize(weights);
  const activations = group.part("input_activations");
  const compute =
    activations === null ? plain : matrixPrecision(weightBits(activations, "num_bits"), float);
  return {
    name: schemeName({ bits, float, activations: activations !== null }),
    storage: groupStorage({ bits, float, size }),
    compute,
  };
}

function schemeName(given: {
  readonly bits: number;
  readonly float: boolean;
  readonly activations: boolean;
}): string {
  const { bits, float, activations } = given;
  if (!activations) return float && bits === 4 ? "nvfp4-a16" : `w${bits}a16`;
  if (float) return bits === 4 ? "nvfp4" : "fp8";
  return `w${bits}a8-int8`;
}

function matrixPrecision(bits: number, float: boolean): Precision {
  if (float) return bits <= 4 ? "fp4" : "fp8";
  return bits <= 4 ? "int4" : "int8";
}

/** FP4 groups share an 8-bit scale (NVFP4, MXFP4); integer groups a 16-bit one. */
function groupStorage(given: {
  readonly bits: number;
  readonly float: boolean;
  readonly size: number | null;
}): Storage {
  const { bits, float, size } = given;
  const scale = float ? 8 : 16;
  return {
    name: `${float ? "fp" : "int"}${bits}${size === null ? "" : `-g${size}`}`,
    bits: bits + (size === null ? 0 : scale / size),
  };
}

/** NF4 keeps an FP32 scale each 64 values; double quantisation brings that to 0.127 bits (QLoRA, 3). */
function bitsAndBytes(config: Fields, plain: Precision): Quantised {
  if (config.flag("load_in_8bit", false)) {
    return { name: "w8a8-int8", storage: { name: "int8", bits: 8 }, compute: "int8" };
  }
  const scale = config.flag("bnb_4bit_use_double_quant", false) ? 0.127 : 0.5;
  return { name: "nf4", storage: { name: "nf4", bits: 4 + scale }, compute: plain };
}

function quark(config: Fields, plain: Precision): Quantised {
  const whole = config.part("global_quant_config");
  const dtype = whole?.part("weight")?.text("dtype") ?? "fp8_e4m3";
  const weightOnly = whole !== null && whole.part("input_tensors") === null;
  if (dtype.startsWith("fp4")) {
    const compute = weightOnly ? plain : "fp4";
    return { name: "mxfp4", storage: { name: "mxfp4", bits: 4.25 }, compute };
  }
  return { name: "fp8", storage: { name: "fp8", bits: 8 }, compute: weightOnly ? plain : "fp8" };
}

/** Whether the quantiser was told to leave attention alone in every layer. */
function skipsAttention(config: Fields): boolean {
  const names = ["ignore", "exclude_modules", "modules_to_not_convert", "exclude"];
  const skipped = names.flatMap((name) => config.list(name) ?? []);
  return (
    skipped.some(
      (each) =>
        typeof each === "string" && /\*.*attn|attn\.\*|^model\.layers\.\*\.self_attn/u.test(each),
    ) ||
    skipped.filter((each) => typeof each === "string" && each.includes("self_attn")).length >= 8
  );
}

function cachedIn(config: Fields): Storage | null {
  const scheme = config.part("kv_cache_scheme");
  const named = config.text("kv_cache_quant_algo") ?? (scheme === null ? null : "FP8");
  if (named === null) return null;
  return /nvfp4/iu.test(named) ? { name: "nvfp4", bits: 4.5 } : { name: "fp8", bits: 8 };
}
