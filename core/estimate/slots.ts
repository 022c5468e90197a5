/**
 * Requests one lane runs at once: what the cache holds, and not more than its scheduler allows.
 *
 * Paged engines take blocks as answers grow, so a request holds its prompt and half its answer on average; in-flight batching sets the
 * whole answer aside at the start, and so does a static batch. Half a block is lost at the end of each.
 *
 * Source: Kwon et al. 2023, "PagedAttention" (SOSP), section 4; NVIDIA/TensorRT-LLM
 * docs/source/features/paged-attention-ifb-scheduler.md, GUARANTEED_NO_EVICT
 */
import type { Transformer } from "../model/index.ts";
import { sequenceBytes } from "../operators/index.ts";
import type { Tokens } from "../units.ts";
import { sharedCache } from "./draft.ts";
import type { Engine, Load, Memory, Placement } from "./types.ts";

export function slots(args: {
  readonly model: Transformer;
  readonly memory: Memory;
  readonly placement: Placement;
  readonly load: Load;
}): number {
  const { model, memory, load, placement } = args;
  const { engine, parallel } = placement;
  const tokens = heldTokens(engine, load);
  const held = sequenceBytes(sharedCache(model, placement), { tokens });
  const fit = held > 0 ? memory.cache / held / parallel.pipeline : Infinity;
  return Math.max(1, Math.min(engine.sequencesMax, fit));
}

function heldTokens(engine: Engine, load: Load): Tokens {
  const answer = engine.scheduler === "chunked" ? load.output.mean / 2 : load.output.mean;
  return load.input.mean + answer + engine.block / 2;
}
