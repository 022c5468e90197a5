import type { CommandModule } from "../answer.ts";
import { catalogueFrom, catalogueOption } from "../catalogue-input.ts";
import { documentOf } from "../documents.ts";
import { profileOption } from "../profile-option.ts";
import { rightsizeAnswer } from "../rightsize-answer.ts";
import { servedFrom, type ServedOptions } from "../served.ts";
import { todayOption } from "../today-option.ts";
import { usageFrom, type Usage } from "../usage.ts";

interface Options {
  readonly catalogue?: string;
  readonly profile?: string;
  readonly today: string;
}

export const rightsizeCommand: CommandModule = {
  examples: [
    "tenlane rightsize examples/usage.json",
    "tenlane rightsize examples/usage.json --json",
  ],
  declare: (command, shell, show) => {
    command
      .argument(
        "<usage>",
        "a JSON file of what runs today: model, rate, instances and how busy they are",
      )
      .addOption(catalogueOption())
      .addOption(profileOption())
      .addOption(todayOption())
      .action(async (file: string, options: Options) => {
        const catalogue = await catalogueFrom(options.catalogue, shell);
        const usage = usageFrom(await documentOf(file, shell), file, catalogue);
        const asked = askedOf(usage, options);
        const device = [...new Set(usage.running.map(({ offer }) => offer.device))];
        const best = await servedFrom(usage.model, asked, shell);
        const same = await servedFrom(usage.model, { ...asked, device }, shell);
        return show(rightsizeAnswer({ usage, best, same, today: options.today }));
      });
  },
};

function askedOf(usage: Usage, { catalogue, profile }: Options): ServedOptions {
  const { workload, lengths, rate, ttft, tpot, precision } = usage;
  return {
    workload: workload ?? "chat",
    ...lengths,
    rate,
    batch: 1,
    ...(ttft === null ? {} : { ttft }),
    ...(tpot === null ? {} : { tpot }),
    ...(precision === null ? {} : { precision }),
    ...(catalogue === undefined ? {} : { catalogue }),
    ...(profile === undefined ? {} : { profile }),
  };
}
