import { createReadStream } from "node:fs";
import { resolve } from "node:path";
import {
  columnTable,
  familyTable,
  readRows,
  reasonTable,
  shippedLeftOutTable,
  shippedTruth,
  shippedWorld,
  validate,
  validationJson,
  type Checked,
  type Row,
} from "../../validation/index.ts";
import type { Answer, CommandModule } from "../answer.ts";
import { accepted, inputError } from "../input-error.ts";
import { laidOut } from "../layout.ts";
import { progress } from "../progress.ts";
import type { Shell } from "../shell.ts";

interface Options {
  readonly truth?: readonly string[];
}

export const validateCommand: CommandModule = {
  examples: ["tenlane validate", "tenlane validate --json"],
  declare: (command, shell, show) => {
    command
      .option("--truth <file.csv...>", "published figures; those that tenlane carries if not given")
      .action(async ({ truth }: Options) => {
        const rows = truth === undefined ? shippedTruth() : await rowsOf(truth, shell);
        const bar = progress(shell, "rows");
        const checked = validate(rows, shippedWorld(), (done) => bar.reach(done, rows.length));
        bar.end();
        show(answerOf(checked));
      });
  },
};

async function rowsOf(files: readonly string[], shell: Shell): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const file of files) {
    const read = accepted(await readRows(textOf(resolve(shell.folder, file), file)), file);
    for (const { path, expected, got } of read.refused) {
      shell.note(`${file}: ${path.join(" ")}: expected ${expected}, got ${got}; row left out\n`);
    }
    rows.push(...read.rows);
  }
  return rows;
}

/** The file as it streams in; one that cannot be opened is bad input, not a failure of ours. */
async function* textOf(path: string, name: string): AsyncGenerator<string> {
  const stream = createReadStream(path, "utf8");
  const opened = await new Promise<Error | null>((settle) => {
    stream.once("open", () => settle(null)).once("error", settle);
  });
  if (opened !== null) throw inputError("--truth", "a readable CSV file", name);
  yield* stream as AsyncIterable<string>;
}

const GROUPS_SHOWN = 25;

function answerOf(checked: readonly Checked[]): Answer {
  const tables = [
    familyTable(checked),
    columnTable(checked, "hardware", GROUPS_SHOWN),
    columnTable(checked, "model", GROUPS_SHOWN),
    columnTable(checked, "engine", GROUPS_SHOWN),
    reasonTable(checked, GROUPS_SHOWN),
    shippedLeftOutTable(),
  ];
  return {
    json: validationJson(checked),
    text: (shell) => tables.map((table) => laidOut(table, shell)).join("\n"),
  };
}
