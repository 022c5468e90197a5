import { Option } from "commander";
import { parseQuantity } from "../../core/quantity.ts";
import type { CommandModule } from "../answer.ts";
import { carbonHours } from "../carbon-hours.ts";
import { energyAnswer } from "../energy-answer.ts";
import { positiveFlag } from "../flags.ts";
import { accepted, inputError } from "../input-error.ts";
import { MODEL_ARGUMENT } from "../model-input.ts";
import { yearsFlag } from "../owner-options.ts";
import { addServedOptions, servedFrom, type ServedOptions } from "../served.ts";
import { unservedAnswer } from "../unserved.ts";

interface Options extends ServedOptions {
  readonly day?: readonly number[];
  readonly carbonHours?: string;
  readonly window: number;
  readonly run?: number;
  readonly embodied?: number;
}

const HOURS = 24;
const SECONDS_AN_HOUR = 3600;

export const energyCommand: CommandModule = {
  examples: [
    "tenlane energy Qwen/Qwen3-32B --device h100-sxm --rate 8/s --grid gcp/europe-north1",
    'tenlane energy --machine "8 x h100-sxm" --embodied 4y --json',
  ],
  declare: (command, shell, show) => {
    command.argument("[model]", MODEL_ARGUMENT);
    addServedOptions(command)
      .option("--day <shares>", "load of 24 hours, 0 to 1, with commas", dayFlag)
      .option(
        "--carbon-hours <g>",
        "g CO2e a kWh of 24 hours, with commas, or a CSV of times and intensities",
      )
      .addOption(
        new Option("--window <time>", "whole hours that work which can wait needs")
          .argParser(windowFlag)
          .default(4, "4h"),
      )
      .option(
        "--run <time>",
        "a training run of so long without failures: 30d",
        positiveFlag("--run", "time"),
      )
      .option("--embodied <time>", "add manufacture, spread over so long", yearsFlag("--embodied"))
      .action(async (name: string | undefined, options: Options) => {
        const served = await servedFrom(name, options, shell);
        if (typeof served === "string") return show(unservedAnswer(served));
        const { carbonHours: named } = options;
        const intensities = named === undefined ? null : await carbonHours(named, shell);
        return show(
          energyAnswer(served, {
            load: options.day ?? null,
            intensities,
            window: options.window,
            run: options.run ?? null,
            embodiedOver: options.embodied ?? null,
          }),
        );
      });
  },
};

/** Hours; a number alone is of them. */
function windowFlag(text: string): number {
  const hours = /^\d+$/u.test(text)
    ? Number(text)
    : accepted(parseQuantity(text, "time"), "--window") / SECONDS_AN_HOUR;
  if (Number.isInteger(hours) && hours >= 1 && hours <= HOURS) return hours;
  throw inputError("--window", `whole hours from 1h to ${HOURS}h`, text);
}

function dayFlag(text: string): readonly number[] {
  const values = text.split(",").map(Number);
  const isGood =
    values.length === HOURS &&
    values.every((each) => each >= 0 && each <= 1) &&
    values.some((each) => each > 0);
  if (isGood) return values;
  throw inputError("--day", `${HOURS} numbers from 0 to 1, not all 0`, text);
}
