import { estimate, type Catalogue, type Model, type Query } from "../../core/index.ts";
import type { CommandModule } from "../answer.ts";
import { catalogueFrom, catalogueOption } from "../catalogue-input.ts";
import { estimateAnswer } from "../estimate-answer.ts";
import { countFlag, quantityFlag } from "../flags.ts";
import { MODEL_ARGUMENT, modelFrom } from "../model-input.ts";
import { addPlacementOptions, placementFrom, type PlacementOptions } from "../placement-options.ts";
import { coefficientsFrom, profileOption } from "../profile-option.ts";
import { speculationFrom } from "../speculation-options.ts";
import type { Shell } from "../shell.ts";
import { addSizeOption, type SizeOptions } from "../size-option.ts";
import { addWorkloadOptions, workloadFrom, type WorkloadOptions } from "../workload-options.ts";

interface Options extends PlacementOptions, WorkloadOptions, SizeOptions {
  readonly concurrency: number;
  readonly rate?: number;
  readonly operators?: true;
  readonly catalogue?: string;
  readonly profile?: string;
}

export const estimateCommand: CommandModule = {
  examples: [
    "tenlane estimate Qwen/Qwen3-32B --device h100-sxm --tp 2",
    "tenlane estimate Qwen/Qwen3-32B --device h100-sxm --precision fp8 --concurrency 32 --operators",
    "tenlane estimate Qwen/Qwen3-32B --device h200-sxm --workload retrieval --rate 2/s --json",
  ],
  declare: (command, shell, show) => {
    addPlacementOptions(command.argument("<model>", MODEL_ARGUMENT))
      .option(
        "--concurrency <n>",
        "requests in flight on one replica",
        countFlag("--concurrency"),
        1,
      )
      .option("--rate <rate>", "requests a second on one replica", quantityFlag("--rate", "rate"))
      .option("--operators", "show the time of every operator");
    addSizeOption(addWorkloadOptions(command))
      .addOption(catalogueOption())
      .addOption(profileOption())
      .action(async (name: string, options: Options) => {
        const catalogue = await catalogueFrom(options.catalogue, shell);
        const model = await modelFrom(name, catalogue, shell, options.dim);
        const query = await queryOf({ model, catalogue, options, shell });
        const answer = estimate(query, await coefficientsFrom(options.profile, shell));
        show(estimateAnswer(query, answer, options.operators === true));
      });
  },
};

async function queryOf(asked: {
  readonly model: Model;
  readonly catalogue: Catalogue;
  readonly options: Options;
  readonly shell: Shell;
}): Promise<Query> {
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
