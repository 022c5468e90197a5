import { availableParallelism } from "node:os";
import type { CommandModule } from "../answer.ts";
import { countFlag, quantityFlag } from "../flags.ts";
import { work } from "../sweep/worker.ts";

interface Options {
  readonly queue: string;
  readonly workers: number;
  readonly idle: number;
}

export const workerCommand: CommandModule = {
  examples: [
    "tenlane worker --queue redis://127.0.0.1:6379",
    "tenlane worker --queue rediss://user:password@queue.example:6380 --workers 8 --idle 10min",
  ],
  declare: (command, shell, show) => {
    command
      .requiredOption("--queue <url>", "redis://host:port, as tenlane sweep --queue has it")
      .option(
        "--workers <n>",
        "points at a time, each in a thread",
        countFlag("--workers"),
        availableParallelism(),
      )
      .option(
        "--idle <time>",
        "stop after so long without a point",
        quantityFlag("--idle", "time"),
        Infinity,
      )
      .action(async ({ queue: url, workers: size, idle }: Options) => {
        const { note } = shell;
        const { done, failed } = await work({
          url,
          size,
          idle,
          signal: shell.interruption(),
          note,
        });
        show({
          json: { kind: "worker", done, failed },
          text: () => `${done} points done, ${failed} failed\n`,
        });
      });
  },
};
