import { availableParallelism } from "node:os";
import type { CommandModule } from "../answer.ts";
import { countFlag, quantityFlag } from "../flags.ts";
import { desk } from "../serve/desk.ts";
import { tools } from "../serve/tools.ts";
import { verbs } from "../serve/verbs.ts";

interface Options {
  readonly workers: number;
  readonly timeLimit: number;
}

const SECONDS = 120;
/** An assistant asks a few questions at a time. */
const WAITING = 64;

export const mcpCommand: CommandModule = {
  examples: ["tenlane mcp", "tenlane mcp --workers 1 --time-limit 60s"],
  declare: (command, shell) => {
    command
      .option(
        "--workers <n>",
        "questions computed at a time, each in a thread",
        countFlag("--workers"),
        availableParallelism(),
      )
      .option(
        "--time-limit <time>",
        "that one question may compute",
        quantityFlag("--time-limit", "time"),
        SECONDS,
      )
      .action(async ({ workers: threads, timeLimit: seconds }: Options) => {
        const seats = desk({ threads, waitingMax: WAITING, seconds });
        await tools(await verbs(), seats, shell.interruption());
        await seats.close();
      });
  },
};
