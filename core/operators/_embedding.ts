/**
 * What turns tokens, image patches or audio frames into hidden states.
 *
 * A token table is split over tensor ranks by rows and the partial results are summed; patch and frame
 * embeddings are whole on each device.
 *
 * Source: vllm-project/vllm vllm/model_executor/layers/vocab_parallel_embedding.py;
 * Dosovitskiy et al., "An Image is Worth 16x16 Words" (arXiv 2010.11929), section 3.1;
 * Radford et al., "Whisper" (arXiv 2212.04356), section 2.2 (two convolutions, the second of stride 2)
 */
import { patchCount, type Embedding, type Stack } from "../model/index.ts";
import { storedBytes } from "../precision.ts";
import type { Tokens } from "../units.ts";
import { allReduce, elementwise, matmul, traffic, wideLinear, type Linear } from "./_emit.ts";
import type { Operator } from "./operator.ts";
import type { Scope, Shard } from "./_scope.ts";

type Patches = Extract<Embedding, { kind: "patches" }>;
type Frames = Extract<Embedding, { kind: "frames" }>;
type Table = Extract<Embedding, { kind: "tokens" }>;

/** Tokens of one input of a stack whose embedding fixes it (an image, a spectrogram); null for text. */
export function inputTokens(stack: Stack): Tokens | null {
  const { embedding } = stack;
  if (embedding.kind === "tokens") return null;
  if (embedding.kind === "frames") return embedding.frames / 2;
  return patchCount(embedding) + (embedding.classToken ? 1 : 0);
}

/** Projections of an embedding; a plain token table has none. */
export function embeddingLinears(embedding: Embedding, shard: Shard): readonly Linear[] {
  const { hidden } = shard;
  if (embedding.kind === "patches") return [patchLinear(embedding, shard)];
  if (embedding.kind === "frames") return frameLinears(embedding, shard);
  if (embedding.width === null || embedding.width === hidden) return [];
  const inputs = embedding.width;
  return [wideLinear(shard, { name: "embedding/widen", inputs, outputs: hidden })];
}

function patchLinear(patches: Patches, shard: Shard): Linear {
  return wideLinear(shard, {
    name: "embedding/patches",
    inputs: patches.channels * patches.patch ** 2,
    outputs: shard.hidden,
    bias: patches.bias ? shard.hidden : 0,
  });
}

function frameLinears(frames: Frames, shard: Shard): readonly Linear[] {
  const { hidden } = shard;
  const shape = { outputs: hidden, bias: hidden };
  return [
    wideLinear(shard, { name: "embedding/frames", inputs: frames.mels * frames.kernel, ...shape }),
    wideLinear(shard, { name: "embedding/halve", inputs: hidden * frames.kernel, ...shape }),
  ];
}

/** Values of tables and norms on one device. */
export function embeddingTables(embedding: Embedding, shard: Shard): number {
  const { hidden, tensor } = shard;
  const width = embedding.kind === "tokens" ? (embedding.width ?? hidden) : hidden;
  const positions = embedding.positions * width;
  if (embedding.kind === "frames") return positions;
  const norm = embedding.norm === null ? 0 : embedding.norm === "layer" ? 2 * width : width;
  if (embedding.kind === "patches") {
    return positions + norm + (embedding.classToken ? hidden : 0);
  }
  const rows = embedding.shared ? 0 : Math.ceil(embedding.vocab / tensor);
  return (rows + embedding.types) * width + positions + norm;
}

export function embeddingOperators(embedding: Embedding, scope: Scope): Operator[] {
  const operators =
    embedding.kind === "tokens"
      ? gather(embedding, scope)
      : embeddingLinears(embedding, scope).map((part, index, parts) =>
          matmul(scope, part, scope.tokens * 2 ** (parts.length - 1 - index)),
        );
  const hasNorm = embedding.kind !== "frames" && embedding.norm !== null;
  if (embedding.positions > 0 || hasNorm) {
    const values = scope.tokens * scope.hidden;
    operators.push(
      elementwise(scope, { name: "embedding/position", read: 2 * values, written: values }),
    );
  }
  return operators;
}

function gather(table: Table, scope: Scope): Operator[] {
  const elements = scope.tokens * (table.width ?? scope.hidden);
  return [
    traffic(scope, {
      name: "embedding/gather",
      elements,
      read: storedBytes(elements, scope.numerics.embedding),
      written: storedBytes(elements, scope.wide),
    }),
    ...allReduce(scope, "embedding/all-reduce", elements),
    ...embeddingLinears(table, scope).map((part) => matmul(scope, part, scope.tokens)),
  ];
}
