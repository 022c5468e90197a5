import type { CommandModule } from "../answer.ts";
import { countFlag, positiveFlag, shareFlag } from "../flags.ts";
import { inputError } from "../input-error.ts";
import { MODEL_ARGUMENT } from "../model-input.ts";
import { reliabilityAnswer } from "../reliability-answer.ts";
import { addServedOptions, servedFrom, type ServedOptions } from "../served.ts";
import { unservedAnswer } from "../unserved.ts";
import { deviceCount } from "../../core/index.ts";

interface Options extends ServedOptions {
  readonly replica?: number;
  readonly hostsPerRack: number;
  readonly target: number;
  readonly save: number;
  readonly restart: number;
  readonly deviceBetween?: number;
  readonly repair?: number;
}

export const reliabilityCommand: CommandModule = {
  examples: [
    'tenlane reliability --machine "16384 x h100-sxm" --save 60s',
    'tenlane reliability --machine "64 x h100-sxm" --replica 8 --target 99.9% --json',
  ],
  declare: (command, shell, show) => {
    command.argument("[model]", MODEL_ARGUMENT);
    addServedOptions(command)
      .option("--replica <devices>", "devices that stop together", countFlag("--replica"))
      .option("--hosts-per-rack <n>", "hosts on one switch", countFlag("--hosts-per-rack"), 4)
      .option("--target <share>", "how often all replicas are up", targetFlag, 0.999)
      .option("--save <time>", "to write a checkpoint", positiveFlag("--save", "time"), 60)
      .option(
        "--restart <time>",
        "from a failure to work again",
        positiveFlag("--restart", "time"),
        900,
      )
      .option(
        "--device-between <time>",
        "mean time between a device's failures",
        positiveFlag("--device-between", "time"),
      )
      .option("--repair <time>", "mean time to repair anything", positiveFlag("--repair", "time"))
      .action(async (name: string | undefined, options: Options) => {
        const served = await servedFrom(name, options, shell);
        if (typeof served === "string") return show(unservedAnswer(served));
        const { devices, system, plan, title } = served;
        const { hostsPerRack, target, save, restart, deviceBetween, repair } = options;
        const planned = plan === null ? devices : deviceCount(plan.placement.parallel);
        const joined = options.replica ?? planned;
        if (joined > devices) throw inputError("--replica", `at most ${devices}`, joined);
        return show(
          reliabilityAnswer({
            title,
            hall: { devices, perHost: system.perHost, hostsPerRack },
            joined,
            replicas: Math.floor(devices / joined),
            target,
            save,
            restart,
            known: {
              ...(deviceBetween === undefined ? {} : { deviceBetween }),
              ...(repair === undefined ? {} : { repair }),
            },
          }),
        );
      });
  },
};

function targetFlag(text: string): number {
  const share = shareFlag("--target")(text);
  if (share < 1) return share;
  throw inputError("--target", "less than always", text);
}
