/**
 * Memory of the most loaded device of a placement, and what it leaves for the cache.
 *
 * Engines fill what they may take with blocks of cache once they know what else there is: weights, the activations of their largest step,
 * buffers of collectives, context and graphs. What the driver shows is what counts: a device sold as 80 GB shows 85.1e9 bytes.
 *
 * Source: vllm-project/vllm vllm/v1/worker/gpu_worker.py, determine_available_memory;
 * sgl-project/sglang python/sglang/srt/model_executor/model_runner.py, profile_max_num_token;
 * NVIDIA/TensorRT-LLM docs/source/reference/memory.md; validation in memory.test.ts against engines' logs
 */
import type { Device, System } from "../catalogue/index.ts";
import type { Transformer } from "../model/index.ts";
import {
  absorbedBytes,
  deviceCount,
  inputTokens,
  type Parallel,
  type SplitProblem,
  splitProblem,
  weightBytes,
} from "../operators/index.ts";
import type { Bytes, Tokens } from "../units.ts";
import { activationBytes } from "./_activations.ts";
import { engineOn } from "./engine.ts";
import { deviceMemory, infeasible } from "./infeasible.ts";
import { draftParallel, draftWeightBytes, sharedCache } from "./draft.ts";
import type { Engine, Infeasible, Load, Memory, Placement } from "./types.ts";

interface Question extends Asked {
  readonly system: Pick<System, "device">;
}

interface Asked {
  readonly model: Transformer;
  readonly placement: Placement;
  /** Says how long requests are, for layers with a window; absent is as long as the model allows. */
  readonly load?: Load;
}

/** What a placement takes of a device before there is a request, and what is left for the cache. */
export type Room = Omit<Memory, "bytesPerToken" | "bytesPerSequence" | "tokensMax">;

/**
 * The budget of `placement` on a device of `system`, or what is missing.
 *
 * A sequence of about the load's length takes `bytesPerSequence + tokens · bytesPerToken`: a layer whose
 * window is full counts as fixed, any other as growing.
 *
 * Errors: "figures" where the device's memory is unknown; "split" where the model cannot be divided so;
 * "memory" where weights, activations and buffers do not fit; "cache" where one request of the load does not.
 */
export function memory(question: Question): Memory | Infeasible {
  const left = room(question);
  return "kind" in left ? left : filled(question, left);
}

/** The part of {@link memory} that holds for every load. */
export function room({ model, system, placement }: Question): Room | Infeasible {
  const { device } = system;
  const capacity = deviceMemory(device);
  if (typeof capacity === "object") return capacity;
  const problem =
    splitProblem(model, placement.parallel) ?? draftProblem(placement.engine, placement.parallel);
  if (problem !== null) return problem;
  const engine = engineOn(placement.engine, device);
  const held = heldBytes(model, { ...placement, engine }, { capacity, device });
  const cache = cacheBytes(capacity, held, engine);
  if (cache <= 0) return tooLarge(capacity, cache, engine);
  return { capacity, ...held, cache };
}

/** {@link memory} where the room is known. */
export function filled(question: Asked, left: Room): Memory | Infeasible {
  const { placement, load } = question;
  const { data } = placement.parallel;
  const growth = sequenceGrowth(question);
  const tokensMax = blockTokens(left.cache, growth, placement.engine.block) * data;
  const { bytesPerToken, bytesPerSequence } = growth;
  const request = load === undefined ? 0 : load.input.mean + load.output.mean;
  if (tokensMax < request * data) {
    const message = `one request of ${request} tokens does not fit in the cache of ${tokensMax}`;
    return infeasible("cache", message, { needed: request, available: tokensMax });
  }
  return { ...left, bytesPerToken, bytesPerSequence, tokensMax };
}

function draftProblem({ speculation }: Engine, parallel: Parallel): SplitProblem | null {
  const draft = speculation?.model;
  return draft === undefined ? null : splitProblem(draft, draftParallel(parallel));
}

type Held = Pick<Memory, "weights" | "activations" | "communication" | "runtime">;

function heldBytes(
  model: Transformer,
  placement: Placement,
  { capacity, device }: { readonly capacity: Bytes; readonly device: Device },
): Held {
  const { parallel, numerics, engine } = placement;
  const { logitBytes, stepTokensMax: tokens, sequencesMax: sequences } = engine;
  const split = { model, parallel, numerics };
  // Cards that meet over their host keep next to nothing for it: 0.20 to 0.25 GiB outside the allocator in all.
  const exchanges = deviceCount(parallel) > 1 && device.link !== undefined;
  return {
    weights: weightBytes(split) + absorbedBytes(split) + draftWeightBytes(model, placement),
    activations: activationBytes({ ...split, tokens, sequences, logitBytes }),
    communication: exchanges ? (engine.communication ?? 0) : 0,
    runtime: (engine.runtime ?? 0) + (engine.runtimeShare ?? 0) * capacity,
  };
}

function cacheBytes(capacity: Bytes, held: Held, { memory: share }: Engine): Bytes {
  const { fraction, of, activationsOutside } = share;
  const kept = held.weights + held.communication + held.runtime;
  if (of === "free") return fraction * (capacity - kept - held.activations);
  return fraction * capacity - kept - (activationsOutside === true ? 0 : held.activations);
}

/** Bytes of a sequence as a straight line through its length. */
interface SequenceGrowth {
  readonly bytesPerToken: Bytes;
  readonly bytesPerSequence: Bytes;
  /** The length the line was drawn for. */
  readonly tokens: Tokens;
}

function sequenceGrowth({ model, placement, load }: Asked): SequenceGrowth {
  const tokens =
    load === undefined ? (model.contextMax ?? Infinity) : load.input.mean + load.output.mean;
  const kept = sharedCache(model, placement);
  const source = sourceTokens(model, load);
  let bytesPerToken = 0;
  let bytesPerSequence = kept.state + (kept.perSourceToken > 0 ? kept.perSourceToken * source : 0);
  for (const { bytesPerToken: bytes, limit } of kept.parts) {
    if (limit === null || limit >= tokens) bytesPerToken += bytes;
    else bytesPerSequence += limit * bytes;
  }
  return { bytesPerToken, bytesPerSequence, tokens };
}

/** Tokens of the stack that cross-attention looks at. */
function sourceTokens(model: Transformer, load: Load | undefined): Tokens {
  const [first] = model.stacks;
  const fixed = first === undefined ? null : inputTokens(first);
  return fixed ?? load?.input.mean ?? model.contextMax ?? 0;
}

/** Whole blocks that `cache` holds, in tokens; without end where nothing grows. */
function blockTokens(cache: Bytes, growth: SequenceGrowth, block: Tokens): Tokens {
  const { bytesPerToken, bytesPerSequence, tokens } = growth;
  const perToken = bytesPerToken + bytesPerSequence / tokens;
  return block * Math.floor(cache / (block * perToken));
}

function tooLarge(capacity: Bytes, cache: Bytes, { memory: share, name }: Engine): Infeasible {
  const available = share.of === "free" ? capacity : share.fraction * capacity;
  const message = `weights, activations and buffers do not fit in what "${name}" takes of a device`;
  return infeasible("memory", message, { needed: available - cache, available });
}
