import { resolve } from "node:path";
import type { Command } from "commander";
import {
  fitProfile,
  SHIPPED,
  withProfile,
  type Coefficients,
  type ProfileSample,
} from "../../core/index.ts";
import type { CommandModule, Show } from "../answer.ts";
import { profileAnswer, type Compared } from "../calibrate-answer.ts";
import { runsFrom, samplesOf, type Conditions, type Setting } from "../calibration.ts";
import { catalogueFrom, catalogueOption } from "../catalogue-input.ts";
import { countFlag, quantityFlag } from "../flags.ts";
import { inputError } from "../input-error.ts";
import { MODEL_ARGUMENT, modelFrom } from "../model-input.ts";
import { addPlacementDetails, placementFrom, type PlacementOptions } from "../placement-options.ts";
import { saveProfile } from "../profile-option.ts";
import { speculationFrom } from "../speculation-options.ts";
import type { Shell } from "../shell.ts";

interface Options extends Omit<PlacementOptions, "device">, Conditions {
  readonly device?: string;
  readonly from?: readonly string[];
  readonly save?: string;
  readonly kernels?: string;
  readonly leaveOneOut?: true;
  readonly machine?: true;
  readonly threads?: number;
  readonly catalogue?: string;
}

export const calibrateCommand: CommandModule = {
  examples: [
    "tenlane calibrate Qwen/Qwen3-32B --device h100-sxm --tp 2 --from result.json --save mine",
    "tenlane calibrate --kernels tables --leave-one-out",
    "tenlane calibrate --machine --save mine",
  ],
  declare: (command, shell, show) => {
    command
      .argument("[model]", MODEL_ARGUMENT)
      .option(
        "--from <file...>",
        "results of vllm bench serve, AIPerf, GenAI-Perf, GuideLLM, llama-bench or MLPerf; of tenlane measure --json, with --machine",
      )
      .option(
        "--save <name>",
        "keep the profile, for --profile of other commands: a name, or a file",
      )
      .option("--machine", "learn what work costs here, by ONNX Runtime on probes: three minutes")
      .option("--threads <n>", "of the runs of --machine", countFlag("--threads"))
      .option("--kernels <folder>", "tables of kernel times, a folder a system")
      .option("--leave-one-out", "predict each device's kernels from the others")
      .option("--device <name>", "the device it was measured on");
    addConditions(addPlacementDetails(command))
      .addOption(catalogueOption())
      .action(async (model: string | undefined, options: Options) => {
        if (options.kernels !== undefined) return kernels(options, shell, show);
        if (options.machine === true) {
          const { machineAnswer } = await import("../machine-answer.ts");
          return show(await machineAnswer(options, shell));
        }
        return profile(model, options, { shell, show });
      });
  },
};

function addConditions(command: Command): Command {
  return command
    .option("--concurrency <n>", "requests in flight, if not said", countFlag("--concurrency"))
    .option("--rate <rate>", "requests a second, if not said", quantityFlag("--rate", "rate"))
    .option("--input <tokens>", "mean input length, if not said", countFlag("--input"))
    .option("--output <tokens>", "mean output length, if not said", countFlag("--output"));
}

async function kernels(options: Options, shell: Shell, show: Show): Promise<void> {
  const { kernels: folder = "", leaveOneOut } = options;
  if (leaveOneOut !== true) throw inputError("--kernels", "--leave-one-out beside it", "none");
  const { kernelAnswer } = await import("../kernel-answer.ts");
  show(await kernelAnswer(resolve(shell.folder, folder), shell));
}

async function profile(
  name: string | undefined,
  options: Options,
  { shell, show }: { readonly shell: Shell; readonly show: Show },
): Promise<void> {
  const { device, from = [], save } = options;
  if (name === undefined) throw inputError("model", "what was measured", undefined);
  if (device === undefined) throw inputError("--device", "what it was measured on", undefined);
  if (from.length === 0) throw inputError("--from", "a result file, or --kernels", undefined);
  const catalogue = await catalogueFrom(options.catalogue, shell);
  const model = await modelFrom(name, catalogue, shell);
  const speculation = await speculationFrom(options, catalogue, shell);
  const placed = placementFrom({ ...options, device }, model, catalogue, speculation);
  const setting = { model, ...placed };
  const before = await samplesFrom(from, { setting, options, shell }, SHIPPED);
  const about = `${model.name} on ${setting.system.device.name}, ${setting.placement.engine.name}: ${from.join(", ")}`;
  const fitted = fitProfile(about, before);
  const after = await samplesFrom(from, { setting, options, shell }, withProfile(SHIPPED, fitted));
  if (save !== undefined) await saveProfile(save, fitted, shell);
  show(profileAnswer(fitted, compared(before, after), save));
}

async function samplesFrom(
  files: readonly string[],
  given: { readonly setting: Setting; readonly options: Options; readonly shell: Shell },
  coefficients: Coefficients,
): Promise<readonly ProfileSample[]> {
  const { setting, shell } = given;
  const samples: ProfileSample[] = [];
  for (const file of files) {
    for (const run of await runsFrom(file, shell)) {
      const asked = { setting, conditions: conditionsOf(given.options), file };
      samples.push(...samplesOf(run, asked, coefficients));
    }
  }
  if (samples.length > 0) return samples;
  throw inputError(files.join(", "), "a time to first token, a time a token or a rate", "none");
}

function conditionsOf({ concurrency, rate, input, output }: Options): Conditions {
  return {
    ...(concurrency === undefined ? {} : { concurrency }),
    ...(rate === undefined ? {} : { rate }),
    ...(input === undefined ? {} : { input }),
    ...(output === undefined ? {} : { output }),
  };
}

function compared(
  before: readonly ProfileSample[],
  after: readonly ProfileSample[],
): readonly Compared[] {
  return before.map((sample, index) => ({
    ...sample,
    refitted: after[index]?.estimated ?? sample.estimated,
  }));
}
