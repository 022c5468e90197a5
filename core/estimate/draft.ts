/**
 * What drafts tokens beside a model: its layers, weights and cache.
 *
 * Source: notes/004-speculation.md
 */
import type { Layer, Stack, Transformer } from "../model/index.ts";
import {
  type Parallel,
  sequenceCache,
  type SequenceCache,
  weightBytes,
} from "../operators/index.ts";
import type { Bytes } from "../units.ts";
import type { DraftMethod, Speculation } from "./speculation.ts";
import type { Placement } from "./types.ts";

/**
 * What drafts beside `model`: the draft model itself; for "mtp" one more of the model's last layers and
 * for "eagle" a dense one where the model has any, with the model's own embedding and head; null where
 * text is only looked up. The projection that joins a state with a token, about a tenth of a layer, is left out.
 *
 * Source: DeepSeek-AI 2024, "DeepSeek-V3", section 2.2 (a module is one block, embedding and head
 * shared); Li et al. 2024, "EAGLE", section 3 (one decoder layer, embedding and head of the model)
 */
export function draftOf(
  { method, model: own }: Speculation,
  model: Transformer,
): Transformer | null {
  if (method === "ngram") return null;
  if (own !== undefined) return own;
  const stack = model.stacks.at(-1);
  const layer = stack === undefined ? undefined : draftLayer(stack, method);
  if (stack === undefined || layer === undefined) return null;
  return { ...model, stacks: [{ ...stack, layers: [{ count: 1, layer }] }] };
}

function draftLayer({ layers }: Stack, method: DraftMethod): Layer | undefined {
  const dense = layers.find(({ layer }) => layer.feedForward?.kind !== "experts");
  return (method === "eagle" ? dense : undefined)?.layer ?? layers.at(-1)?.layer;
}

/** A draft runs on all ranks of a stage, with no stages of its own. */
export function draftParallel(parallel: Parallel): Parallel {
  return { ...parallel, pipeline: 1 };
}

/** Weights of the draft on one device, besides what it shares with the model. */
export function draftWeightBytes(
  model: Transformer,
  { parallel, numerics, engine: { speculation } }: Placement,
): Bytes {
  const draft = speculation === undefined ? null : draftOf(speculation, model);
  if (draft === null) return 0;
  const split = { parallel: draftParallel(parallel), numerics };
  const whole = weightBytes({ model: draft, ...split });
  if (speculation?.model !== undefined) return whole;
  const stacks = draft.stacks.map((stack) => ({ ...stack, layers: [] }));
  return whole - weightBytes({ model: { ...draft, stacks }, ...split });
}

/** What a sequence keeps on one device, the draft's own cache included. */
export function sharedCache(
  model: Transformer,
  { parallel, numerics, engine: { speculation } }: Placement,
): SequenceCache {
  const own = sequenceCache({ model, parallel, numerics });
  const draft = speculation === undefined ? null : draftOf(speculation, model);
  if (draft === null) return own;
  const more = sequenceCache({ model: draft, parallel: draftParallel(parallel), numerics });
  return {
    parts: [...own.parts, ...more.parts],
    state: own.state + more.state,
    perSourceToken: own.perSourceToken + more.perSourceToken,
  };
}
