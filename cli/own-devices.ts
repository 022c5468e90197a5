/** Devices that `tenlane measure lanes` wrote, and `--on`, which names one of them. */
import { existsSync, readFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { Option, type Command } from "commander";
import { dataFolder } from "./data-folder.ts";
import { inputError } from "./input-error.ts";
import type { Shell } from "./shell.ts";

/** Where devices of this machine are kept. */
export function deviceFolder(shell: Pick<Shell, "environment">): string {
  return join(dataFolder(shell), "devices");
}

/** The name by which commands know the device of a file: "mine" of "some/mine.json". */
export function deviceId(file: string): string {
  return basename(file).replace(/\.json$/u, "");
}

/** What commands call the machine that is asked about, the usual name first: beside it a target is something else. */
const NAMING = ["--device", "--target"] as const;

/**
 * `--on mine` beside the `--catalogue` that it stands for, and the `--device` or `--target` where there is one. A question
 * from elsewhere has no files of this machine, and no such option.
 */
export function addOnOption(command: Command, shell: Shell): void {
  const named = (flag: string) => command.options.find(({ long }) => long === flag);
  if (named("--catalogue") === undefined || shell.documents !== undefined) return;
  const naming = NAMING.map(named).find((option) => option !== undefined);
  command.addOption(
    new Option(
      "--on <machine>",
      "a machine that tenlane measure lanes wrote down: its name, or its file",
    ).conflicts([...(naming === undefined ? [] : [naming.attributeName()]), "catalogue"]),
  );
  command.on("option:on", (name: string) => {
    const { file, id } = deviceNamed(name, shell);
    // As a default, so that what the user gives beside it is seen as a conflict.
    imply(command, { catalogue: file });
    if (naming === undefined) return;
    const value: unknown = naming.parseArg === undefined ? id : naming.parseArg(id, undefined);
    imply(command, { [naming.attributeName()]: value });
  });
}

function imply(command: Command, values: Readonly<Record<string, unknown>>): void {
  for (const [key, value] of Object.entries(values)) {
    if (command.getOptionValueSource(key) === "cli") continue;
    command.setOptionValueWithSource(key, value, "default");
  }
}

/** The file that `name` stands for, and the first device in it. */
function deviceNamed(name: string, shell: Shell): { readonly file: string; readonly id: string } {
  const kept = join(deviceFolder(shell), `${name}.json`);
  const file = [resolve(shell.folder, name), kept].find(
    (each) => each.endsWith(".json") && existsSync(each),
  );
  if (file === undefined) {
    throw inputError(
      "--on",
      `a device file, or a name for which ${kept} exists (tenlane measure lanes)`,
      name,
    );
  }
  const found = /"id":\s*"([^"]+)"/u.exec(readFileSync(file, "utf8"))?.[1];
  if (found === undefined) throw inputError(file, "a catalogue with a device", name);
  return { file, id: found };
}
