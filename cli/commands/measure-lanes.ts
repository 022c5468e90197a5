/** `tenlane measure lanes`: ceilings of this machine, drawn as a road and written down as a device. */
import { join, resolve } from "node:path";
import type { Command } from "commander";
import {
  gpuFile,
  measureLanes,
  powerLimit,
  processorFile,
  treeAt,
  type OwnCatalogue,
} from "../../measure/lanes/index.ts";
import type { Show } from "../answer.ts";
import { keep } from "../cache.ts";
import { quantityFlag } from "../flags.ts";
import { inputError } from "../input-error.ts";
import { lanesAnswer } from "../lanes-answer.ts";
import { deviceFolder, deviceId } from "../own-devices.ts";
import { progress } from "../progress.ts";
import type { Shell } from "../shell.ts";

const PARTS = ["wasm", "native", "webgpu", "cuda"] as const;
type Part = (typeof PARTS)[number];

interface Options {
  readonly output?: string;
  readonly budget: number;
  readonly parts: readonly Part[];
  readonly root: string;
  readonly record?: string;
}

export const LANES_EXAMPLES: readonly string[] = [
  "tenlane measure lanes",
  "tenlane measure lanes --budget 8s --parts wasm -o mine.json --json",
];

export function declareLanes(command: Command, shell: Shell, show: Show): void {
  command
    .description("ceilings of this machine as lanes of a road, and a device file for --on")
    .option(
      "-o, --output <file>",
      "where the device is written (default: mine, among your devices)",
      fileFlag,
    )
    .option("--budget <time>", "for all of it, about", quantityFlag("--budget", "time"), 60)
    .option("--parts <names>", `only these of ${PARTS.join(", ")}`, partsFlag, PARTS)
    .option("--root <folder>", "where /proc and /sys are looked for", "/")
    .option("--record <file>", "write down the calls of NVIDIA's libraries, to go with a report")
    .option("--json", "print JSON, quantities in SI units")
    .addHelpText("after", `\nExamples:\n${LANES_EXAMPLES.map((line) => `  $ ${line}`).join("\n")}`)
    .action(async (options: Options) => show(await answered(options, shell)));
}

function partsFlag(text: string): readonly Part[] {
  return text.split(",").map((word) => {
    const part = PARTS.find((each) => each === word.trim());
    if (part === undefined) throw inputError("--parts", `some of ${PARTS.join(", ")}`, word);
    return part;
  });
}

function fileFlag(text: string): string {
  if (text.endsWith(".json")) return text;
  throw inputError("--output", "a file that ends with .json", text);
}

async function answered({ output, budget, parts, root, record }: Options, shell: Shell) {
  const bar = progress(shell, "measuring lanes");
  const measured = await measureLanes({
    budget,
    parts,
    root,
    record: record === undefined ? null : resolve(shell.folder, record),
    stop: shell.interruption(),
    reach: (share) => bar.reach(share, 1),
  });
  bar.end();
  const file =
    output === undefined ? join(deviceFolder(shell), "mine.json") : resolve(shell.folder, output);
  const date = new Date().toISOString().slice(0, 10);
  const files: Record<string, OwnCatalogue> = {};
  if (measured.lanes.length > 0) {
    files[file] = processorFile(measured, powerLimit(treeAt(root)), { id: deviceId(file), date });
  }
  for (const [index, each] of measured.gpus.entries()) {
    const path = file.replace(/\.json$/u, `-gpu${index}.json`);
    if (each.lanes.length > 0 && !each.gpu.isSoftware)
      files[path] = gpuFile(each, { id: deviceId(path), date });
  }
  for (const [path, own] of Object.entries(files))
    await keep(path, `${JSON.stringify(own, null, 2)}\n`);
  const answer = { ...measured, date, files: Object.keys(files) };
  if (measured.lanes.length > 0) {
    await keep(file.replace(/\.json$/u, ".lanes.json"), `${JSON.stringify(answer, null, 2)}\n`);
  }
  return lanesAnswer(answer);
}
