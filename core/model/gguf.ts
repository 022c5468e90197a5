/**
 * A GGUF file as a model: its metadata as a configuration, its tensors as true bits a weight.
 *
 * Source: docs/gguf.md of ggml; keys of gguf-py/gguf/constants.py in llama.cpp.
 */
import { ok, refuse } from "../result.ts";
import type { Result } from "../result.ts";
import type { Numerics, Precision, Storage } from "../precision.ts";
import type { ByteSource } from "./byte-source.ts";
import { ggufConfig } from "./_gguf-config.ts";
import { ggufHeader } from "./_gguf-header.ts";
import type { GgufHeader } from "./_gguf-header.ts";
import { isAgreed, storageOf } from "./_tensors.ts";
import type { Tensor } from "./_tensors.ts";
import { decodeHfConfig } from "./hf-config.ts";
import type { Transformer } from "./model.ts";
import { parameterCount } from "./parameter-count.ts";

/**
 * The model in a GGUF file. Only the header is read: milliseconds whatever the file's size.
 *
 * `parts` are the other files of a split model; without them the parameter count is not compared.
 * Errors: bytes that are no GGUF, counts the file cannot hold, metadata that lacks a figure or
 * contradicts the tensors.
 */
export async function decodeGguf(
  file: ByteSource,
  given: { readonly source: string; readonly parts?: readonly ByteSource[] },
): Promise<Result<Transformer>> {
  const header = await ggufHeader(file);
  if (!header.ok) return header;
  const tensors: Tensor[] = [...header.value.tensors];
  for (const part of given.parts ?? []) {
    const more = await ggufHeader(part);
    if (!more.ok) return more;
    tensors.push(...more.value.tensors);
  }
  return modelOf({ metadata: header.value.metadata, tensors }, given.source);
}

/** How many files a split model has; 1 where it is whole. */
export async function ggufPartCount(file: ByteSource): Promise<number> {
  const header = await ggufHeader(file);
  const parts = header.ok ? header.value.metadata.get("split.count") : undefined;
  return typeof parts === "number" && parts > 1 ? parts : 1;
}

function modelOf(header: GgufHeader, source: string): Result<Transformer> {
  const config = ggufConfig(header);
  if (!config.ok) return config;
  const read = decodeHfConfig(config.value.config, source);
  if (!read.ok) {
    const [field, ...rest] = read.error.path;
    const key = config.value.keys.get(String(field)) ?? String(field);
    return { ok: false, error: { ...read.error, path: ["metadata", key, ...rest] } };
  }
  const model = { ...read.value, numerics: ggufNumerics(header.tensors) };
  const name = header.metadata.get("general.name");
  const named = typeof name === "string" && name !== "" ? { ...model, name } : model;
  return agreed(named, header);
}

/** Tensors count when all of them are here: a split file lists its own only. */
function agreed(model: Transformer, header: GgufHeader): Result<Transformer> {
  const total = header.metadata.get("split.tensors.count");
  if (typeof total === "number" && total > header.tensors.length) {
    const note = `${header.tensors.length} of ${total} tensors are in this file: bits a weight are theirs`;
    return ok({ ...model, assumptions: [...(model.assumptions ?? []), note] });
  }
  const computed = parameterCount(model).total;
  const listed = listedParameters(model, header.tensors);
  if (isAgreed(computed, listed)) return ok(model);
  return refuse(["tensors"], `about the ${computed} parameters of the metadata`, listed);
}

/** Rotary tables are no parameters; blocks past the last layer predict further tokens. */
function listedParameters(model: Transformer, tensors: readonly Tensor[]): number {
  const runs = model.stacks.flatMap((stack) => stack.layers);
  const layers = runs.reduce((sum, run) => sum + run.count, 0);
  return tensors
    .filter(({ name }) => !name.startsWith("rope_") && blockIndex(name) < layers)
    .reduce((sum, tensor) => sum + tensor.parameters, 0);
}

function blockIndex(name: string): number {
  return Number(/^blk\.(\d+)\./u.exec(name)?.[1] ?? -1);
}

const FP16: Storage = { name: "fp16", bits: 16 };

/** Kernels widen quantised weights to FP16; a file of floats multiplies in what it holds. */
function ggufNumerics(tensors: readonly Tensor[]): Numerics {
  const linear = storageOf(tensors, "linear") ?? storageOf(tensors, "experts") ?? FP16;
  const embedding = storageOf(tensors, "embedding") ?? linear;
  const experts = storageOf(tensors, "experts") ?? linear;
  const compute = COMPUTE.get(experts.name) ?? "fp16";
  return {
    name: experts.name,
    linear,
    experts,
    embedding,
    head: storageOf(tensors, "head") ?? embedding,
    activations: FP16,
    kv: FP16,
    compute: { linear: compute, experts: compute, head: compute, attention: compute },
  };
}

const COMPUTE: ReadonlyMap<string, Precision> = new Map<string, Precision>([
  ["f32", "fp32"],
  ["bf16", "bf16"],
]);
