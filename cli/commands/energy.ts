import type { CommandModule } from "../answer.ts";
import { energyAnswer } from "../energy-answer.ts";
import { countFlag, positiveFlag } from "../flags.ts";
import { inputError } from "../input-error.ts";
import { MODEL_ARGUMENT } from "../model-input.ts";
import { yearsFlag } from "../owner-options.ts";
import { addServedOptions, servedFrom, type ServedOptions } from "../served.ts";
import { unservedAnswer } from "../unserved.ts";

interface Options extends ServedOptions {
  readonly day?: readonly number[];
  readonly carbonHours?: readonly number[];
  readonly window: number;
  readonly run?: number;
  readonly embodied?: number;
}

const HOURS = 24;

export const energyCommand: CommandModule = {
  examples: [
    "tenlane energy Qwen/Qwen3-32B --device h100-sxm --rate 8/s --grid gcp/europe-north1",
    'tenlane energy --machine "8 x h100-sxm" --embodied 4y --json',
  ],
  declare: (command, shell, show) => {
    command.argument("[model]", MODEL_ARGUMENT);
    addServedOptions(command)
      .option("--day <shares>", "load of 24 hours, 0 to 1, with commas", hoursFlag("--day", 1))
      .option(
        "--carbon-hours <g>",
        "g CO2e a kWh of 24 hours, with commas",
        hoursFlag("--carbon-hours", 5000),
      )
      .option("--window <hours>", "hours that work which can wait needs", windowFlag, 4)
      .option(
        "--run <time>",
        "a training run of so long without failures: 30d",
        positiveFlag("--run", "time"),
      )
      .option("--embodied <time>", "add manufacture, spread over so long", yearsFlag("--embodied"))
      .action(async (name: string | undefined, options: Options) => {
        const served = await servedFrom(name, options, shell);
        if (typeof served === "string") return show(unservedAnswer(served));
        return show(
          energyAnswer(served, {
            load: options.day ?? null,
            intensities: options.carbonHours ?? null,
            window: options.window,
            run: options.run ?? null,
            embodiedOver: options.embodied ?? null,
          }),
        );
      });
  },
};

function windowFlag(text: string): number {
  const hours = countFlag("--window")(text);
  if (hours <= HOURS) return hours;
  throw inputError("--window", `at most ${HOURS} hours`, text);
}

function hoursFlag(name: string, most: number): (text: string) => readonly number[] {
  return (text) => {
    const values = text.split(",").map(Number);
    const isGood =
      values.length === HOURS &&
      values.every((each) => each >= 0 && each <= most) &&
      values.some((each) => each > 0);
    if (isGood) return values;
    throw inputError(name, `${HOURS} numbers from 0 to ${most}, not all 0`, text);
  };
}
