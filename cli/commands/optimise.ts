import { resolve } from "node:path";
import type { Command } from "commander";
import { OBJECTIVES, PIXEL_RANGES, type Objective } from "../../core/optimise/index.ts";
import type { CommandModule } from "../answer.ts";
import { catalogueOption } from "../catalogue-input.ts";
import { choiceFlag, countFlag, listFlag, quantityFlag } from "../flags.ts";
import { inputError } from "../input-error.ts";
import { addSizeOption, type SizeOptions } from "../size-option.ts";

export interface OptimiseOptions extends SizeOptions {
  readonly output?: string;
  readonly budget?: number;
  readonly objective: Objective;
  readonly calibration?: string;
  readonly target: string;
  readonly outputs?: readonly string[];
  readonly threads: number;
  readonly latency?: number;
  readonly metric?: string;
  readonly maxDrop?: number;
  readonly price?: number;
  readonly pixels?: string;
  readonly profile?: string;
  readonly catalogue?: string;
}

export const optimiseCommand: CommandModule = {
  examples: [
    "tenlane optimise model.onnx -o fast.onnx",
    "tenlane optimise model.onnx -o fast.onnx --calibration samples --objective throughput --budget 5min",
    "tenlane optimise model.onnx --target wasm --dim batch=1 --json",
  ],
  declare: (command, shell, show) => {
    addOptions(command.argument("<model>", "an .onnx file")).action(
      async (model: string, options: OptimiseOptions) => {
        const { optimised } = await import("../optimise/optimise.ts");
        const output = resolve(shell.folder, options.output ?? outputName(model));
        if (output === resolve(shell.folder, model)) {
          throw inputError("--output", "another file than the model", model);
        }
        show(await optimised({ model, output, options, shell }));
      },
    );
  },
};

function addOptions(command: Command): Command {
  return addSizeOption(command)
    .option("-o, --output <file>", "the model to write; the certificate stands beside it")
    .option(
      "--budget <time>",
      "about how long to search (default: a minute, or to load and run the model 24 times)",
      quantityFlag("--budget", "time"),
    )
    .option(
      "--objective <name>",
      OBJECTIVES.join(", "),
      choiceFlag("--objective", OBJECTIVES),
      "latency",
    )
    .option(
      "--price <rate>",
      "of the machine, for the cost of items: 1.20USD/h",
      quantityFlag("--price", "rent"),
    )
    .option("--latency <time>", "limit of a run, for throughput", quantityFlag("--latency", "time"))
    .option(
      "--calibration <folder>",
      "your samples: .npy, .npz, .pb, .png, .jpg or .txt; made up where absent",
    )
    .option(
      "--pixels <range>",
      `of the numbers that pictures become: ${PIXEL_RANGES.join(", ")} (default: imagenet)`,
      choiceFlag("--pixels", PIXEL_RANGES),
    )
    .option(
      "--profile <file>",
      "what tenlane calibrate --machine saved, to foresee candidates by (default: the model's own run)",
    )
    .option(
      "--target <name>",
      "native, wasm, webgpu, or a device of the catalogue: predicted",
      "native",
    )
    .option("--outputs <names>", "outputs that are read, between commas", listFlag)
    .option("--threads <n>", "of a run, while candidates are compared", countFlag("--threads"), 1)
    .option("--metric <module>", "a module whose default export measures outputs; more is better")
    .option("--max-drop <n>", "of the metric", Number)
    .addOption(catalogueOption());
}

function outputName(model: string): string {
  return model.replace(/(?:\.onnx)?$/iu, ".fast.onnx");
}
