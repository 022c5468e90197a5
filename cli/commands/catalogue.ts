import type { Device } from "../../core/index.ts";
import type { CommandModule } from "../answer.ts";
import { catalogueFrom, catalogueOption } from "../catalogue-input.ts";
import { entryAnswer } from "../catalogue-entry.ts";
import { listAnswer, LISTS, type Filter } from "../catalogue-lists.ts";
import { choiceFlag } from "../flags.ts";

const KINDS = ["gpu", "tpu", "asic", "fpga", "cpu"] as const satisfies readonly Device["kind"][];
const STATUSES = [
  "shipping",
  "announced",
  "retired",
] as const satisfies readonly Device["status"][];

interface Options extends Filter {
  readonly list: (typeof LISTS)[number];
  readonly catalogue?: string;
}

export const catalogueCommand: CommandModule = {
  examples: [
    "tenlane catalogue",
    "tenlane catalogue --vendor amd --status shipping",
    "tenlane catalogue h100-sxm",
    "tenlane catalogue p5.48xlarge",
    "tenlane catalogue --list prices --device h100-sxm",
    "tenlane catalogue --list models --json",
  ],
  declare: (command, shell, show) => {
    command
      .argument("[entry]", "a device, system, instance, place or model to show with its sources")
      .option("--list <what>", LISTS.join(", "), choiceFlag("--list", LISTS), "devices")
      .option("--vendor <name>", "only this vendor or provider")
      .option(
        "--kind <kind>",
        `only devices of this kind: ${KINDS.join(", ")}`,
        choiceFlag("--kind", KINDS),
      )
      .option(
        "--status <status>",
        "only shipping, announced or retired devices",
        choiceFlag("--status", STATUSES),
      )
      .option("--device <id>", "only systems and prices of this device")
      .option("--region <name>", "only prices of this region")
      .addOption(catalogueOption())
      .action(async (entry: string | undefined, options: Options) => {
        const catalogue = await catalogueFrom(options.catalogue, shell);
        show(
          entry === undefined
            ? listAnswer(catalogue, options.list, options)
            : entryAnswer(catalogue, entry),
        );
      });
  },
};
