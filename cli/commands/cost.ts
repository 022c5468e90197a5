import { given, INTERRUPTIONS, type Interruptions } from "../../core/worth/index.ts";
import type { CommandModule } from "../answer.ts";
import { costAnswer } from "../cost-answer.ts";
import { positiveFlag } from "../flags.ts";
import { inputError } from "../input-error.ts";
import { MODEL_ARGUMENT } from "../model-input.ts";
import { addOwnerOptions, ownerFrom, type OwnerOptions } from "../owner-options.ts";
import { addServedOptions, servedFrom, type ServedOptions } from "../served.ts";
import { todayOption } from "../today-option.ts";
import { unservedAnswer } from "../unserved.ts";

interface Options extends ServedOptions, OwnerOptions {
  readonly reserved?: number;
  readonly interruptions?: number;
  readonly restart?: number;
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
        "--reserved <price>",
        "of a device, committed to: 1.80 USD/h",
        positiveFlag("--reserved", "rent"),
      )
      .option("--interruptions <n>", "of an instance on spot, a month: 0.15", monthlyFlag)
      .option(
        "--restart <time>",
        "from an interruption to work again: 10min",
        positiveFlag("--restart", "time"),
      )
      .option(
        "--run <time>",
        "a training run of so long without failures: 30d",
        positiveFlag("--run", "time"),
      )
      .addOption(todayOption())
      .action(async (name: string | undefined, options: Options) => {
        const served = await servedFrom(name, options, shell);
        if (typeof served === "string") return show(unservedAnswer(served));
        const { run = null, rent, reserved, today } = options;
        const quoted = {
          ...(rent === undefined ? {} : { "on-demand": rent }),
          ...(reserved === undefined ? {} : { reserved }),
        };
        const interruptions = interruptionsFrom(options);
        return show(
          costAnswer(served, { owner: ownerFrom(options), quoted, interruptions, run, today }),
        );
      });
  },
};

function interruptionsFrom({ interruptions, restart }: Options): Interruptions {
  const { monthly, restart: back } = INTERRUPTIONS;
  return {
    monthly: interruptions === undefined ? monthly : given(monthly.name, interruptions),
    restart: restart === undefined ? back : given(back.name, restart),
  };
}

/** One an hour and more is no way to work. */
const MONTHLY_MAX = 720;

function monthlyFlag(text: string): number {
  const count = Number(text);
  if (text.trim() !== "" && count >= 0 && count <= MONTHLY_MAX) return count;
  throw inputError("--interruptions", `a number from 0 to ${MONTHLY_MAX}`, text);
}
