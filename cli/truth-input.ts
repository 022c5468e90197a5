/** The option `--truth`: files of published figures, and those that tenlane carries where there is none. */
import { createReadStream } from "node:fs";
import { resolve } from "node:path";
import { Option } from "commander";
import { readRows, shippedTruth, type Row } from "../validation/index.ts";
import { accepted, inputError } from "./input-error.ts";
import type { Shell } from "./shell.ts";

export function truthOption(): Option {
  const about = "published figures; those that tenlane carries if not given";
  return new Option("--truth <file.csv...>", about);
}

/** Errors: a file cannot be read, or has no columns of published figures. Rows that state nonsense are said and left out. */
export async function truthOf(
  files: readonly string[] | undefined,
  shell: Shell,
): Promise<readonly Row[]> {
  if (files === undefined) return shippedTruth();
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

/** The file as it streams in; one that cannot be read is bad input, not a failure of ours. */
async function* textOf(path: string, name: string): AsyncGenerator<string> {
  const stream = createReadStream(path, "utf8");
  const opened = await new Promise<Error | null>((settle) => {
    stream.once("readable", () => settle(null)).once("error", settle);
  });
  if (opened !== null) throw inputError("--truth", "a readable CSV file", name);
  yield* stream as AsyncIterable<string>;
}
