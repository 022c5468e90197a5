/** A safetensors checkpoint as a model: the configuration beside it, checked against its tensors. */
import { ok, refuse } from "../result.ts";
import type { Result } from "../result.ts";
import type { ByteSource } from "./byte-source.ts";
import { isObject } from "./_fields.ts";
import { safetensorsHeader } from "./_safetensors-header.ts";
import { inferredConfig } from "./_tensor-shapes.ts";
import { isAgreed } from "./_tensors.ts";
import type { Tensor } from "./_tensors.ts";
import { decodeHfConfig } from "./hf-config.ts";
import type { Transformer } from "./model.ts";
import { parameterCount } from "./parameter-count.ts";
import { layerCount } from "./layers.ts";

/**
 * The model of a checkpoint's files. Headers only are read. Without a configuration the
 * architecture is taken from names and shapes, where those are Llama's.
 *
 * Errors: bytes that are no safetensors, a configuration that is refused, or one that says another
 * number of parameters than the tensors have.
 */
export async function decodeSafetensors(
  files: readonly ByteSource[],
  given: { readonly source: string; readonly config?: unknown },
): Promise<Result<Transformer>> {
  const tensors: Tensor[] = [];
  for (const file of files) {
    const header = await safetensorsHeader(file);
    if (!header.ok) return header;
    tensors.push(...header.value);
  }
  const config =
    given.config === undefined ? inferredConfig(tensors) : configWithTie(given.config, tensors);
  if (!config.ok) return config;
  const read = decodeHfConfig(config.value, given.source);
  if (!read.ok) return read;
  const notes = given.config === undefined ? [INFERRED] : [];
  return agreed(
    { ...read.value, assumptions: [...(read.value.assumptions ?? []), ...notes] },
    tensors,
  );
}

const INFERRED =
  "no config.json beside the file: architecture taken from names and shapes of tensors";

/** Where a configuration does not say whether the head is tied, a head among the tensors does. */
function configWithTie(config: unknown, tensors: readonly Tensor[]): Result<unknown> {
  if (!isObject(config) || Object.hasOwn(config, "tie_word_embeddings")) return ok(config);
  const hasHead = tensors.some(({ name }) => /(^|\.)lm_head\.weight$/u.test(name));
  const hasTable = tensors.some(({ name }) => name.endsWith("embed_tokens.weight"));
  return ok(hasTable ? { ...config, tie_word_embeddings: !hasHead } : config);
}

function agreed(model: Transformer, tensors: readonly Tensor[]): Result<Transformer> {
  const computed = parameterCount(model).total;
  const listed = listedParameters(model, tensors);
  if (isAgreed(computed, listed)) return ok(model);
  return refuse(
    ["header", "tensors"],
    `about the ${computed} parameters of the configuration`,
    listed,
  );
}

/** A tied head stored again, and layers past the last (they predict further tokens), do not count. */
function listedParameters(model: Transformer, tensors: readonly Tensor[]): number {
  const decoder = model.stacks.at(-1);
  const layers = layerCount(model.stacks.slice(-1));
  const tied = decoder?.head?.kind === "tokens" && decoder.head.tied;
  return tensors
    .filter(({ name }) => !(tied && /(^|\.)(lm_head|embed_out)\.weight$/u.test(name)))
    .filter(({ name }) => model.stacks.length > 1 || layerIndex(name) < layers)
    .reduce((sum, tensor) => sum + tensor.parameters, 0);
}

function layerIndex(name: string): number {
  return Number(/(?:^|\.)(?:layers?|h|blocks)\.(\d+)\./u.exec(name)?.[1] ?? -1);
}
