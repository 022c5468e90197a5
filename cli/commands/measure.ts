import type { Command } from "commander";
import type { CommandModule, Show } from "../answer.ts";
import { choiceFlag, countFlag, listFlag, quantityFlag } from "../flags.ts";
import { inputError } from "../input-error.ts";
import type { HistoryOptions } from "../measure/history.ts";
import type { Shell } from "../shell.ts";
import { addSizeOption, type SizeOptions } from "../size-option.ts";
import { declareLanes, LANES_EXAMPLES } from "./measure-lanes.ts";

const PROVIDERS = ["cpu", "wasm", "webgpu"] as const;
const EXPORTS = ["csv", "json"] as const;

export interface MeasureOptions extends SizeOptions, HistoryOptions {
  readonly threads: number;
  readonly provider: (typeof PROVIDERS)[number];
  readonly batch?: readonly number[];
  readonly instances?: readonly number[];
  readonly budget: number;
  readonly feeds?: string;
  readonly profile?: string;
  readonly against?: string;
  readonly root: string;
  readonly list?: true;
  readonly compare?: readonly string[];
  readonly regressions?: true;
  readonly export?: (typeof EXPORTS)[number];
}

const BUDGET_DEFAULT = 20;

export const measureCommand: CommandModule = {
  examples: [
    "tenlane measure model.onnx",
    "tenlane measure model.onnx --dim width=320 --threads 2 --budget 1min --json",
    "tenlane measure fast.onnx --against model.onnx",
    "tenlane measure --list",
    "tenlane measure --compare 1 2",
    ...LANES_EXAMPLES,
  ],
  declare: (command, shell, show) => {
    addHistoryOptions(addModelOptions(command)).action(
      async (model: string | undefined, options: MeasureOptions) =>
        answered(model, options, { shell, show }),
    );
    // What stands behind "lanes" is for it, also where both have an option of that name.
    declareLanes(command.enablePositionalOptions().command("lanes"), shell, show);
  },
};

function addModelOptions(command: Command): Command {
  return addSizeOption(command.argument("[model]", "an .onnx file"))
    .option("--threads <n>", "of a run", countFlag("--threads"), 1)
    .option(
      "--provider <name>",
      `${PROVIDERS.join(", ")}: what ONNX Runtime runs on`,
      choiceFlag("--provider", PROVIDERS),
      "cpu",
    )
    .option("--batch <sizes>", "batches to count items of: 1,8", countsFlag("--batch"))
    .option("--instances <counts>", "processes at once: 1,2", countsFlag("--instances"))
    .option("--budget <time>", "of timing, about", quantityFlag("--budget", "time"), BUDGET_DEFAULT)
    .option(
      "--feeds <folder>",
      "your samples, .npy or .pb; made up by the kind of input where absent",
    )
    .option("--profile <name>", "what tenlane calibrate --machine saved, to predict by")
    .option("--against <model>", "another .onnx file, timed in turns with this one")
    .option("--root <folder>", "where /proc and /sys are looked for", "/");
}

function addHistoryOptions(command: Command): Command {
  return command
    .option("--history <file>", "where measurements are kept (default: among your data)")
    .option("--no-history", "keep nothing")
    .option("--list", "what was measured")
    .option("--compare <id...>", "two of the list")
    .option("--regressions", "what is slower than it was")
    .option("--export <format>", "the history as csv or json", choiceFlag("--export", EXPORTS));
}

function countsFlag(name: string) {
  return (text: string): readonly number[] => listFlag(text).map(countFlag(name));
}

async function answered(
  model: string | undefined,
  options: MeasureOptions,
  { shell, show }: { readonly shell: Shell; readonly show: Show },
): Promise<void> {
  const { list, compare, regressions, export: format, against } = options;
  if (list ?? compare ?? regressions ?? format) {
    const { historyAnswer } = await import("../measure/history-answer.ts");
    return show(await historyAnswer(options, shell));
  }
  if (model === undefined) throw inputError("model", "an .onnx file, lanes or --list", undefined);
  if (against !== undefined) {
    const { comparedAnswer } = await import("../measure/compared.ts");
    return show(await comparedAnswer(model, against, { options, shell }));
  }
  const { measured } = await import("../measure/measure.ts");
  return show(await measured(model, options, shell));
}
