import { Option } from "commander";
import { resolve } from "node:path";
import { invest, investTerms, type InvestFigures, type Measured } from "../../core/worth/index.ts";
import type { CommandModule } from "../answer.ts";
import { keep } from "../cache.ts";
import { choiceFlag, shareFlag } from "../flags.ts";
import { investAnswer, trendPlot } from "../invest-answer.ts";
import { accepted, inputError } from "../input-error.ts";
import { MODEL_ARGUMENT } from "../model-input.ts";
import { addOwnerOptions, ownerFrom, yearsFlag, type OwnerOptions } from "../owner-options.ts";
import { addServedOptions, servedFrom, type ServedOptions } from "../served.ts";
import { todayOption } from "../today-option.ts";
import { unservedAnswer } from "../unserved.ts";

interface Options extends ServedOptions, OwnerOptions {
  readonly horizon: number;
  readonly growth?: number;
  readonly discount?: number;
  readonly rentFall?: number;
  readonly wait?: number;
  readonly measure: Measured;
  readonly plot?: string;
  readonly today: string;
}

const HORIZON_MAX = 20;

export const investCommand: CommandModule = {
  examples: [
    'tenlane invest --machine "64 x h100-sxm" --horizon 3y --growth 30%',
    'tenlane invest --machine "8 x h100-sxm" --utilisation 70% --wait 1y --json',
  ],
  declare: (command, shell, show) => {
    command.argument("[model]", MODEL_ARGUMENT);
    addOwnerOptions(addServedOptions(command))
      .addOption(
        new Option("--horizon <time>", "how far to look ahead")
          .argParser(horizonFlag)
          .default(3, "3y"),
      )
      .option("--growth <share>", "growth of demand, a year", shareFlag("--growth"))
      .option("--discount <share>", "discount rate, a year", shareFlag("--discount"))
      .option("--rent-fall <share>", "fall of rents, a year", shareFlag("--rent-fall"))
      .option("--wait <time>", "until the next generation: 1y", yearsFlag("--wait"))
      .option(
        "--measure <what>",
        "what a dollar buys: compute or bandwidth",
        choiceFlag("--measure", ["compute", "bandwidth"] as const),
        "compute",
      )
      .option("--plot <file>", "write what a dollar bought by launch, as SVG")
      .addOption(todayOption())
      .action(async (name: string | undefined, options: Options) => {
        const served = await servedFrom(name, options, shell);
        if (typeof served === "string") return show(unservedAnswer(served));
        const { horizon, measure, plot, today } = options;
        const owner = ownerFrom(options);
        const asked = investTerms(served, knownOf(options), { owner, measure });
        const { terms, line, next, date } = accepted(asked, "invest");
        if (plot !== undefined) await keep(resolve(shell.folder, plot), trendPlot(line, measure));
        const { title } = served;
        const investment = invest(terms, horizon);
        return show(
          investAnswer({ title, horizon, investment, terms, line, next, rentDate: date, today }),
        );
      });
  },
};

function knownOf({ growth, discount, rentFall, wait, rent }: Options): InvestFigures {
  return {
    ...(rent === undefined ? {} : { rent }),
    ...(growth === undefined ? {} : { growth }),
    ...(discount === undefined ? {} : { discount }),
    ...(rentFall === undefined ? {} : { rentFall }),
    ...(wait === undefined ? {} : { next: wait }),
  };
}

function horizonFlag(text: string): number {
  const years = yearsFlag("--horizon")(text);
  if (years >= 0.25 && years <= HORIZON_MAX) return years;
  throw inputError("--horizon", `a quarter of a year to ${HORIZON_MAX} years`, text);
}
