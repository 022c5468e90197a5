import type { CommandModule } from "../answer.ts";
import { costAnswer } from "../cost-answer.ts";
import { positiveFlag } from "../flags.ts";
import { MODEL_ARGUMENT } from "../model-input.ts";
import { addOwnerOptions, ownerFrom, type OwnerOptions } from "../owner-options.ts";
import { addServedOptions, servedFrom, type ServedOptions } from "../served.ts";
import { todayOption } from "../today-option.ts";
import { unservedAnswer } from "../unserved.ts";

interface Options extends ServedOptions, OwnerOptions {
  readonly run?: number;
  readonly today: string;
}

export const costCommand: CommandModule = {
  examples: [
    "tenlane cost Qwen/Qwen3-32B --device h100-sxm --rate 8/s",
    'tenlane cost --machine "512 x h100-sxm" --run 30d --utilisation 80%',
    "tenlane cost --machine '8 x b200-sxm' --price '$45,000' --rent '4.50 USD/h'",
    "tenlane cost resnet-50 --device l4 --json",
  ],
  declare: (command, shell, show) => {
    command.argument("[model]", MODEL_ARGUMENT);
    addOwnerOptions(addServedOptions(command))
      .option(
        "--run <time>",
        "a training run of so long without failures: 30d",
        positiveFlag("--run", "time"),
      )
      .addOption(todayOption())
      .action(async (name: string | undefined, options: Options) => {
        const served = await servedFrom(name, options, shell);
        if (typeof served === "string") return show(unservedAnswer(served));
        const { run = null, rent = null, today } = options;
        return show(costAnswer(served, { owner: ownerFrom(options), rent, run, today }));
      });
  },
};
