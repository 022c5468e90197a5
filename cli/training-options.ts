/** Options that say what is learnt, and by when. */
import type { Command } from "commander";
import {
  decodeTrainingRun,
  numerics,
  TRAINING_OBJECTIVES,
  type Numerics,
  type TrainingLimits,
  type TrainingObjective,
  type TrainingRun,
} from "../core/index.ts";
import lora from "../examples/training/lora-8b.json" with { type: "json" };
import pretrain from "../examples/training/pretrain-70b.json" with { type: "json" };
import { documentOf } from "./documents.ts";
import { choiceFlag, quantityFlag } from "./flags.ts";
import { accepted } from "./input-error.ts";
import type { Shell } from "./shell.ts";

const READY: ReadonlyMap<string, unknown> = new Map(
  [lora, pretrain].map((each) => [each.name, each]),
);

export interface TrainingOptions {
  readonly train?: string;
  readonly deadline?: number;
  readonly spend?: number;
  readonly failures?: number;
}

export function addTrainingOptions(command: Command): Command {
  return addTrainOption(command)
    .option("--deadline <time>", "longest training run: 60d", quantityFlag("--deadline", "time"))
    .option("--spend <money>", "most money a run: $3,000,000", quantityFlag("--spend", "money"))
    .option(
      "--failures <time>",
      "time a device works between failures (default: 5.8y, Llama 3 405B)",
      quantityFlag("--failures", "time"),
    );
}

export function addTrainOption(command: Command): Command {
  const names = [...READY.keys()].join(", ");
  return command.option("--train <run>", `train instead of serve: ${names}, or a JSON file of one`);
}

/** The run that `--train` names. */
export async function runFrom(text: string, shell: Shell): Promise<TrainingRun> {
  const json = READY.get(text) ?? (await documentOf(text, shell));
  return accepted(decodeTrainingRun(json), `--train ${text}`);
}

export function trainingLimits(
  { deadline, spend }: TrainingOptions,
  devicesMax: number | undefined,
): TrainingLimits {
  return {
    ...(deadline === undefined ? {} : { time: deadline }),
    ...(spend === undefined ? {} : { cost: spend }),
    ...(devicesMax === undefined ? {} : { devices: devicesMax }),
  };
}

/** Objectives of serving that a run does not have are refused. */
export function trainingObjective(text: string): TrainingObjective {
  return choiceFlag("--objective", TRAINING_OBJECTIVES)(text);
}

/** Formats of products: BF16 and FP8 where nobody names any; beside adapters also four bits (QLoRA). */
export function trainingFormats(
  names: readonly string[] | undefined,
  { tuned }: TrainingRun,
): readonly Numerics[] {
  const usual = tuned === "all" ? ["bf16", "fp8"] : ["bf16", "w4a16"];
  return (names ?? usual).map((name) => accepted(numerics(name), "--precision"));
}
