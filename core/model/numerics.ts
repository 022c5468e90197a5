/**
 * Named number formats of whole models: what is stored in how many bits, and what is multiplied.
 *
 * Bits are true bits, scales included. Embedding and head stay in 16 bits unless a scheme says
 * otherwise, which is what serving engines and the checkpoints of AWQ, GPTQ, FP8 and NVFP4 do.
 * Values between operators stay in 16 bits too: low-bit kernels quantise their input on the way in.
 *
 * Source: AWQ and GPTQ, group 128: 4 + 16/128 (scale) + 4/128 (zero point) = 4.15625, which gives
 * the 3.89 GB of TheBloke/Llama-2-7B-AWQ. NVFP4: 4 + 8/16. MXFP4 and MXFP8 (OCP Microscaling
 * 1.0): one 8-bit scale each 32. Block FP8 (DeepSeek-V3, 3.3): one FP32 scale each 128 × 128.
 */
import { ok, refuse } from "../result.ts";
import type { Result } from "../result.ts";
import type { Numerics, Precision, Storage } from "../precision.ts";
import { GGUF_MIXES } from "./_gguf-types.ts";
import type { Model } from "./model.ts";

const FP32: Storage = { name: "fp32", bits: 32 };
const BF16: Storage = { name: "bf16", bits: 16 };
const FP16: Storage = { name: "fp16", bits: 16 };
const FP8: Storage = { name: "fp8", bits: 8 };

interface Scheme {
  /** Of everything a scheme leaves alone. */
  readonly rest?: Storage;
  /** Of projections and feed-forwards; where absent they are left alone. */
  readonly linear?: Storage;
  /** Of experts; where absent they are as `linear`. */
  readonly experts?: Storage;
  readonly embedding?: Storage;
  readonly head?: Storage;
  readonly kv?: Storage;
  /** What quantised matrices are multiplied in. */
  readonly compute: Precision;
  /** What everything else is multiplied in; where absent, as quantised matrices. */
  readonly computeRest?: Precision;
}

const SCHEMES: ReadonlyMap<string, Scheme> = new Map<string, Scheme>([
  ["fp32", { rest: FP32, compute: "fp32" }],
  ["tf32", { rest: FP32, compute: "tf32" }],
  ["bf16", { rest: BF16, compute: "bf16" }],
  ["fp16", { rest: FP16, compute: "fp16" }],
  ["fp8", { linear: FP8, compute: "fp8", computeRest: "bf16" }],
  [
    "fp8-block",
    {
      linear: { name: "fp8-block", bits: 8 + 32 / (128 * 128) },
      compute: "fp8",
      computeRest: "bf16",
    },
  ],
  ["mxfp8", { linear: { name: "mxfp8", bits: 8.25 }, compute: "fp8", computeRest: "bf16" }],
  ["w8a8-int8", { linear: { name: "int8", bits: 8 }, compute: "int8", computeRest: "bf16" }],
  ["w8a16", { linear: { name: "int8", bits: 8 }, compute: "bf16" }],
  ["w4a16", { linear: { name: "int4-g128", bits: 4 + 20 / 128 }, compute: "bf16" }],
  [
    "w4a8-fp8",
    { linear: { name: "int4-g128", bits: 4 + 20 / 128 }, compute: "fp8", computeRest: "bf16" },
  ],
  [
    "w4a8-int8",
    { linear: { name: "int4-g128", bits: 4 + 20 / 128 }, compute: "int8", computeRest: "bf16" },
  ],
  ["nvfp4", { linear: { name: "nvfp4", bits: 4.5 }, compute: "fp4", computeRest: "bf16" }],
  ["nvfp4-a16", { linear: { name: "nvfp4", bits: 4.5 }, compute: "bf16" }],
  ["mxfp4", { linear: { name: "mxfp4", bits: 4.25 }, compute: "fp4", computeRest: "bf16" }],
  ["mxfp4-a8", { linear: { name: "mxfp4", bits: 4.25 }, compute: "fp8", computeRest: "bf16" }],
  ["mxfp4-a16", { linear: { name: "mxfp4", bits: 4.25 }, compute: "bf16" }],
  ["fp8-experts", { linear: BF16, experts: FP8, compute: "fp8", computeRest: "bf16" }],
  [
    "w4a16-experts",
    { linear: BF16, experts: { name: "int4-g128", bits: 4 + 20 / 128 }, compute: "bf16" },
  ],
  [
    "nvfp4-experts",
    { linear: BF16, experts: { name: "nvfp4", bits: 4.5 }, compute: "fp4", computeRest: "bf16" },
  ],
  ["mxfp4-experts", { linear: BF16, experts: { name: "mxfp4", bits: 4.25 }, compute: "bf16" }],
  [
    "mxfp4-experts-a8",
    { linear: BF16, experts: { name: "mxfp4", bits: 4.25 }, compute: "fp8", computeRest: "bf16" },
  ],
  ["int8-all", { rest: { name: "int8", bits: 8 }, compute: "int8" }],
  ...GGUF_MIXES.map(([name, bits]): [string, Scheme] => [
    name,
    {
      linear: { name, bits },
      embedding: { name, bits },
      head: { name, bits },
      rest: FP16,
      compute: "fp16",
    },
  ]),
]);

/** Other spellings people and engines use. */
const SPELLINGS: ReadonlyMap<string, string> = new Map([
  ["float32", "fp32"],
  ["float", "fp32"],
  ["bfloat16", "bf16"],
  ["float16", "fp16"],
  ["half", "fp16"],
  ["fp8-per-tensor", "fp8"],
  ["w8a8-fp8", "fp8"],
  ["fp8-e4m3", "fp8"],
  ["int8", "w8a8-int8"],
  ["w8a8", "w8a8-int8"],
  ["smoothquant", "w8a8-int8"],
  ["awq", "w4a16"],
  ["gptq", "w4a16"],
  ["int4", "w4a16"],
  ["awq-int4", "w4a16"],
  ["fp4", "nvfp4"],
  ["w4a4", "nvfp4"],
]);

/** Names {@link numerics} knows, without other spellings. */
export const NUMERICS_NAMES: readonly string[] = [...SCHEMES.keys()];

/** The number formats behind a name such as "fp8", "w4a16" or "q4_k_m"; refuses a name nobody uses. */
export function numerics(name: string): Result<Numerics> {
  const plain = name.trim().toLowerCase().replaceAll(/[\s/]/g, "-");
  const known = SPELLINGS.get(plain) ?? plain;
  const scheme = SCHEMES.get(known) ?? SCHEMES.get(known.replaceAll("-", "_")) ?? weightBits(known);
  if (scheme === undefined)
    return refuse(["numerics"], `one of ${NUMERICS_NAMES.join(", ")}`, name);
  return ok(expanded(known, scheme));
}

/** Weights of any number of bits on average, scales included: "4.5bpw". */
function weightBits(name: string): Scheme | undefined {
  const bits = Number(/^(\d(?:\.\d+)?)-?bpw$/.exec(name)?.[1]);
  const linear = { name, bits };
  return bits > 0
    ? { linear, embedding: linear, head: linear, rest: FP16, compute: "fp16" }
    : undefined;
}

/** The model with its weights in other formats, its cache as it was unless the scheme names one. */
export function withNumerics<M extends Model>(model: M, name: string): Result<M> {
  const found = numerics(name);
  return found.ok ? ok({ ...model, numerics: found.value }) : found;
}

/** Cache formats by the names engines use for them. */
const KV_STORAGES: ReadonlyMap<string, Storage> = new Map([
  ["fp32", FP32],
  ["bf16", BF16],
  ["fp16", FP16],
  ["fp8", FP8],
  ["int8", { name: "int8", bits: 8 }],
  ["nvfp4", { name: "nvfp4", bits: 4.5 }],
  ["q8_0", { name: "q8_0", bits: 8.5 }],
  ["q4_0", { name: "q4_0", bits: 4.5 }],
]);

/** The same formats with another one for the cache, which engines choose apart from the weights. */
export function withKv(given: Numerics, kv: string): Result<Numerics> {
  const storage = KV_STORAGES.get(kv);
  if (storage === undefined)
    return refuse(["kv"], `one of ${[...KV_STORAGES.keys()].join(", ")}`, kv);
  return ok({ ...given, kv: storage });
}

function expanded(name: string, scheme: Scheme): Numerics {
  const rest = scheme.rest ?? BF16;
  const linear = scheme.linear ?? rest;
  const computeRest = scheme.computeRest ?? scheme.compute;
  return {
    name,
    linear,
    experts: scheme.experts ?? linear,
    embedding: scheme.embedding ?? rest,
    head: scheme.head ?? rest,
    activations: rest,
    kv: scheme.kv ?? rest,
    compute: {
      linear: scheme.experts === undefined ? scheme.compute : computeRest,
      experts: scheme.compute,
      head: computeRest,
      attention: computeRest,
    },
  };
}
