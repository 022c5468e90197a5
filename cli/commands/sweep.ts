import { availableParallelism } from "node:os";
import type { CommandModule } from "../answer.ts";
import { catalogueOption } from "../catalogue-input.ts";
import { documentOf } from "../documents.ts";
import { countFlag } from "../flags.ts";
import { refuseIdle } from "../idle-option.ts";
import { inputError } from "../input-error.ts";
import { profileDocument, profileOption } from "../profile-option.ts";
import { sweepAnswer } from "../sweep-answer.ts";
import { SHARDS_MAX } from "../sweep/merge.ts";
import { swept, type SweepOptions } from "../sweep/question.ts";
import { studyFrom } from "../sweep/study.ts";
import type { Shard } from "../sweep/sweep-file.ts";

export const sweepCommand: CommandModule = {
  examples: [
    "tenlane sweep examples/sweep/study.json",
    "tenlane sweep examples/sweep/study.json --workers 2 --out points.jsonl --json",
    "tenlane sweep examples/sweep/study.json --shard 1/4 --out shards",
    "tenlane sweep examples/sweep/study.json --merge shards --out points.jsonl",
    "tenlane sweep examples/sweep/study.json --queue redis://127.0.0.1:6379 --out points.jsonl",
  ],
  declare: (command, shell, show) => {
    refuseIdle(command, "sweep")
      .argument("<study>", "a JSON file of plans, rates or users, and seeds")
      .option("--out <file>", "every point as a line of JSON; goes on where it was stopped")
      .option(
        "--workers <n>",
        "threads of this machine",
        countFlag("--workers"),
        availableParallelism(),
      )
      .option("--queue <url>", "redis://host:port that tenlane worker takes points from")
      .option("--shard <i/n>", "part i of n, from 1, into the folder --out", shardFlag)
      .option("--merge <folder>", "put the shards in it together instead of running")
      .option("--device <name>", "a device of the catalogue instead, in all plans")
      .addOption(catalogueOption())
      .addOption(profileOption())
      .action(async (path: string, options: SweepOptions) => {
        const { catalogue: file, profile: name, device } = options;
        const study = await studyFrom(path, {
          ...(file === undefined ? {} : { catalogue: await documentOf(file, shell) }),
          ...(name === undefined ? {} : { profile: await profileDocument(name, shell) }),
          ...(device === undefined ? {} : { device }),
          shell,
        });
        show(sweepAnswer(await swept(study, options, shell)));
      });
  },
};

function shardFlag(text: string): Shard {
  const [, number = 0, count = 0] = (/^(\d{1,4})\/(\d{1,4})$/u.exec(text) ?? []).map(Number);
  if (number >= 1 && number <= count && count <= SHARDS_MAX) return { number, count };
  throw inputError("--shard", `i/n, i from 1 to n, n at most ${SHARDS_MAX}`, text);
}
