/**
 * Ways to lay a model out over devices that are worth trying.
 *
 * Tensor ranks stay in a host; context ranks share sequences that leave each enough tokens; stages of a pipeline divide the
 * layers (with embedding and head, if need be), in as many interleaved pieces as divide them too; experts are spread over powers
 * of two; copies share the optimiser, or everything (FSDP) where no pipeline would gather weights again for each micro-batch.
 *
 * Source: Narayanan et al. 2021 (arXiv 2104.04473), section 3.3 (takeaways 1 to 3); Dubey et al. 2024
 * (arXiv 2407.21783), section 3.3.2 (order of the ways to split)
 */
import { type Sharding, type System, type TrainingSplit } from "../estimate/index.ts";
import { layerCount, type Model, type Transformer } from "../model/index.ts";
import { powers } from "./splits.ts";
import type { TrainingLayout, TrainingRun } from "./training-types.ts";

const TENSOR_MAX = 8;
const PIPELINE_MAX = 32;
const CONTEXT_MAX = 16;
/** Fewest tokens of a sequence that a context rank is left with. */
const CONTEXT_TOKENS = 8192;
const VIRTUAL_MAX = 8;
const EXPERT_MAX = 64;
const MICRO_MAX = 8;

/** Layouts over exactly `devices` devices of `system`, formats and recomputing left open. */
export type Laid = Pick<TrainingLayout, "split" | "microBatch" | "sharding">;

export function trainingLayouts(
  { model, run }: { readonly model: Model; readonly run: TrainingRun },
  system: System,
  devices: number,
): readonly Laid[] {
  return splitsOf(model, run, system, devices).flatMap((split) => {
    const perCopy = run.batch / split.data;
    if (!Number.isInteger(perCopy)) return [];
    const micros = microBatches(model, perCopy);
    return micros.flatMap((microBatch) =>
      shardings(split).map((sharding) => ({ split, microBatch, sharding })),
    );
  });
}

/** Networks take as many samples at once as fit; sequences are long enough by themselves. */
function microBatches(model: Model, perCopy: number): readonly number[] {
  const most = model.kind === "network" ? perCopy : MICRO_MAX;
  return powers(most).filter((micro) => perCopy % micro === 0);
}

function splitsOf(
  model: Model,
  run: TrainingRun,
  system: System,
  devices: number,
): readonly TrainingSplit[] {
  if (model.kind === "network") {
    return [{ tensor: 1, pipeline: 1, virtual: 1, context: 1, expert: 1, data: devices }];
  }
  const contexts = powers(Math.max(1, Math.min(CONTEXT_MAX, run.tokens / CONTEXT_TOKENS)));
  const layers = layerCount(model.stacks.slice(-1));
  return powers(Math.min(TENSOR_MAX, system.perHost)).flatMap((tensor) =>
    powers(PIPELINE_MAX).flatMap((pipeline) =>
      contexts.flatMap((context) => {
        const data = devices / (tensor * pipeline * context);
        if (!Number.isInteger(data) || !isEvenEnough(layers, pipeline)) return [];
        const virtual = piecesOf(layers, pipeline);
        const alone = { tensor, pipeline, virtual, context, data };
        return expertWays(model, tensor * data).map((expert) => ({ ...alone, expert }));
      }),
    ),
  );
}

/** Share that the fullest stage of a pipeline may have beyond the mean, embedding and head dealt as layers. */
const UNEVEN_MAX = 0.1;
const ENDS = 2;

function isEvenEnough(layers: number, pipeline: number): boolean {
  if (layers % pipeline === 0) return true;
  const dealt = layers + ENDS;
  return Math.ceil(dealt / pipeline) * pipeline <= (1 + UNEVEN_MAX) * dealt;
}

/** The most pieces a stage that leave whole layers in each. */
function piecesOf(layers: number, pipeline: number): number {
  if (pipeline === 1) return 1;
  const perStage = layers / pipeline;
  if (!Number.isInteger(perStage)) return 1;
  for (let pieces = Math.min(VIRTUAL_MAX, perStage); pieces > 1; pieces--) {
    if (perStage % pieces === 0) return pieces;
  }
  return 1;
}

/** Ranks that experts are spread over: powers of two that divide them, across hosts too. */
function expertWays(model: Transformer, ranks: number): readonly number[] {
  const layers = model.stacks.flatMap((stack) => stack.layers);
  const counts = layers.flatMap(({ layer: { feedForward } }) =>
    feedForward?.kind === "experts" ? [feedForward.count] : [],
  );
  if (counts.length === 0) return [1];
  return powers(Math.min(EXPERT_MAX, ranks)).filter((ways) =>
    counts.every((count) => count % ways === 0),
  );
}

function shardings({ data, context, pipeline }: TrainingSplit): readonly Sharding[] {
  if (data * context === 1) return [0];
  return pipeline === 1 ? [1, 3] : [1];
}
