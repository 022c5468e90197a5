/** Options that say how a model that is trained lies on devices, beyond those of one that is served. */
import type { Command } from "commander";
import { deviceCount, type Model, type Numerics, type TrainingLayout } from "../core/index.ts";
import { choiceFlag, countFlag } from "./flags.ts";
import { inputError } from "./input-error.ts";
import type { SplitOptions } from "./split-options.ts";
import { addTrainOption } from "./training-options.ts";

const RECOMPUTED = ["none", "selective", "full"] as const;
const ZERO_MAX = 3;

export interface LayoutOptions {
  readonly train?: string;
  readonly cp: number;
  readonly vp: number;
  readonly micro: number;
  readonly zero: number;
  readonly recompute: (typeof RECOMPUTED)[number];
  readonly offload?: true;
}

export function addLayoutOptions(command: Command): Command {
  const recompute = choiceFlag("--recompute", RECOMPUTED);
  return addTrainOption(command)
    .option("--cp <n>", "training: devices that share a sequence", countFlag("--cp"), 1)
    .option("--vp <n>", "training: interleaved pieces of a pipeline stage", countFlag("--vp"), 1)
    .option("--micro <n>", "training: sequences a copy computes at once", countFlag("--micro"), 1)
    .option("--zero <stage>", "training: ZeRO stage, 3 is FSDP", countFlag("--zero", 0), 1)
    .option("--recompute <what>", `training: ${RECOMPUTED.join(", ")}`, recompute, "none")
    .option("--offload", "training: optimiser in the memory of the hosts");
}

/** The layout asked for. Errors: a batch that does not divide, stages of ZeRO that there are not. */
export function layoutFrom(
  options: LayoutOptions & SplitOptions,
  numerics: Numerics,
  { model, batch }: { readonly model: Model; readonly batch: number },
): TrainingLayout {
  const { tp: tensor, pp: pipeline, dp: data, ep: expert, cp: context, vp: virtual } = options;
  const { micro: microBatch, zero, recompute, offload = false } = options;
  const sharding = ([0, 1, 2, 3] as const).find((stage) => stage === zero);
  if (sharding === undefined) throw inputError("--zero", `0 to ${ZERO_MAX}`, zero);
  if (batch % (data * microBatch) !== 0) {
    throw inputError("--dp, --micro", `a product that divides the batch of ${batch}`, [
      data,
      microBatch,
    ]);
  }
  if (model.kind === "network" && deviceCount({ tensor, pipeline, data: 1, expert: 1 }) > 1) {
    throw inputError(
      "--tp, --pp",
      "1 for a network, whose copies share nothing but gradients",
      tensor,
    );
  }
  const split = { tensor, pipeline, virtual, context, expert, data };
  return { split, microBatch, sharding, recompute, offload, numerics };
}
