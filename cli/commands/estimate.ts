import {
  estimate,
  estimateBatch,
  numerics,
  trainingQuery,
  trainingStep,
  type BatchQuery,
  type Catalogue,
  type Interval,
  type Model,
  type Query,
} from "../../core/index.ts";
import { isDecoder } from "../../core/model/index.ts";
import type { Answer, CommandModule } from "../answer.ts";
import { batchAnswer } from "../batch-answer.ts";
import { catalogueFrom, catalogueOption } from "../catalogue-input.ts";
import { estimateAnswer } from "../estimate-answer.ts";
import { countFlag, positiveFlag } from "../flags.ts";
import { inputError } from "../input-error.ts";
import { knownTime, machineFrom } from "../machine-profile.ts";
import { addLayoutOptions, layoutFrom, type LayoutOptions } from "../layout-options.ts";
import { MODEL_ARGUMENT, modelFrom } from "../model-input.ts";
import { addPlacementOptions, placementFrom, type PlacementOptions } from "../placement-options.ts";
import { coefficientsFrom, profileOption, refuseProfile } from "../profile-option.ts";
import { speculationFrom } from "../speculation-options.ts";
import type { Shell } from "../shell.ts";
import { runFrom } from "../training-options.ts";
import { trainingEstimateAnswer } from "../training-estimate.ts";
import { addSizeOption, type SizeOptions } from "../size-option.ts";
import { addWorkloadOptions, workloadFrom, type WorkloadOptions } from "../workload-options.ts";

interface Options extends PlacementOptions, WorkloadOptions, SizeOptions, LayoutOptions {
  readonly concurrency: number;
  readonly rate?: number;
  readonly operators?: true;
  readonly pictures?: true;
  readonly catalogue?: string;
  readonly profile?: string;
}

export const estimateCommand: CommandModule = {
  examples: [
    "tenlane estimate Qwen/Qwen3-32B --device h100-sxm --tp 2",
    "tenlane estimate Qwen/Qwen3-32B --device h100-sxm --precision fp8 --concurrency 32 --operators",
    "tenlane estimate Qwen/Qwen3-32B --device h200-sxm --workload retrieval --rate 2/s --json",
    "tenlane estimate resnet-50 --device l4 --precision int8 --concurrency 16",
    "tenlane estimate llama-3.1-8b --device h100-sxm --train lora-8b --dp 8 --micro 2",
  ],
  declare: (command, shell, show) => {
    addPlacementOptions(command.argument("<model>", MODEL_ARGUMENT))
      .option(
        "--concurrency <n>",
        "requests in flight on one replica; samples of a batch for a model that only reads",
        countFlag("--concurrency"),
        1,
      )
      .option("--rate <rate>", "requests a second on one replica", positiveFlag("--rate", "rate"))
      .option(
        "--pictures",
        "of a network: the processor aboard scales pictures and reads answers, where a device has one",
      )
      .option("--operators", "show the time of every operator");
    addLayoutOptions(addSizeOption(addWorkloadOptions(command)))
      .addOption(catalogueOption())
      .addOption(profileOption())
      .action(async (name: string, options: Options) => {
        const catalogue = await catalogueFrom(options.catalogue, shell);
        const model = await modelFrom(name, catalogue, shell, options.dim);
        if (options.train !== undefined) {
          show(await trained({ model, catalogue, options, shell }, options.train));
          return;
        }
        const machine = await machineFrom(options.profile, shell);
        if (machine !== null) {
          const known = await knownTime(name, model, { machine, shell });
          show(await readerAnswer({ model, catalogue, options, shell }, known));
          return;
        }
        if (!isDecoder(model)) {
          refuseProfile(options.profile);
          show(await readerAnswer({ model, catalogue, options, shell }));
          return;
        }
        const coefficients = await coefficientsFrom(options.profile, shell);
        const query = await queryOf({ model, catalogue, options, shell });
        show(estimateAnswer(query, estimate(query, coefficients), options.operators === true));
      });
  },
};

interface Asked {
  readonly model: Model;
  readonly catalogue: Catalogue;
  readonly options: Options;
  readonly shell: Shell;
}

/** One step of the run named; of formats, BF16 unless one is asked for. */
async function trained(
  { model, catalogue, options, shell }: Asked,
  named: string,
): Promise<Answer> {
  refuseProfile(options.profile);
  const run = await runFrom(named, shell);
  const speculation = await speculationFrom(options, catalogue, shell);
  const { system, placement } = placementFrom(options, model, catalogue, speculation);
  const layout = layoutFrom(options, placement.numerics, { model, batch: run.batch });
  const query = trainingQuery({ model, run }, system, layout);
  return trainingEstimateAnswer(query, trainingStep(query));
}

async function readerAnswer(asked: Asked, known?: Interval): Promise<Answer> {
  const { model, catalogue, options, shell } = asked;
  const placed = placementFrom({ engine: READERS, ...options }, model, catalogue);
  const { input } = await workloadFrom(options, shell);
  const integers = numerics("int8-all");
  const isInteger = options.precision === "int8" && model.kind === "network" && integers.ok;
  const placement = {
    ...placed.placement,
    ...(isInteger ? { numerics: integers.value } : {}),
  };
  const query: BatchQuery = {
    ...placed,
    placement,
    model,
    batch: options.concurrency,
    input: input.mean,
    output: 0,
    pictures: options.pictures === true,
    ...(known === undefined ? {} : { known }),
  };
  if (known !== undefined && options.concurrency !== 1)
    throw inputError(
      "--concurrency",
      "1 with a machine's profile: --dim sets a batch",
      options.concurrency,
    );
  const batch = estimateBatch(query);
  const alone = estimateBatch({ ...query, batch: 1 });
  return batchAnswer(query, { batch, alone }, options.operators === true);
}

/** The engine of models that only read, where none is named. */
const READERS = "static";

async function queryOf(asked: Asked): Promise<Query> {
  const { model, catalogue, options, shell } = asked;
  const { input, output, cached } = await workloadFrom(options, shell);
  const { concurrency, rate } = options;
  const speculation = await speculationFrom(options, catalogue, shell);
  return {
    model,
    ...placementFrom(options, model, catalogue, speculation),
    load: { input, output, cached, concurrency, ...(rate === undefined ? {} : { rate }) },
  };
}
