/** Options that say how one replica is split over devices. */
import type { Command } from "commander";
import { splitProblem, type Parallel, type Transformer } from "../core/index.ts";
import { countFlag } from "./flags.ts";
import { inputError } from "./input-error.ts";

export interface SplitOptions {
  readonly tp: number;
  readonly pp: number;
  readonly dp: number;
  readonly ep: number;
}

export function addSplitOptions(command: Command): Command {
  return command
    .option("--tp <n>", "tensor parallel devices", countFlag("--tp"), 1)
    .option("--pp <n>", "pipeline stages", countFlag("--pp"), 1)
    .option("--dp <n>", "attention data parallel groups", countFlag("--dp"), 1)
    .option("--ep <n>", "devices that experts are spread over", countFlag("--ep"), 1);
}

/** The split asked for. Errors: the model cannot be split so, with the rule and both numbers. */
export function parallelFrom({ tp, pp, dp, ep }: SplitOptions, model: Transformer): Parallel {
  const parallel = { tensor: tp, pipeline: pp, data: dp, expert: ep };
  const problem = splitProblem(model, parallel);
  if (problem === null) return parallel;
  throw inputError("--tp, --pp, --dp, --ep", problem.message, parallel);
}
