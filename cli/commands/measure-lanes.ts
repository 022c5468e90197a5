/** `tenlane measure lanes`: ceilings of this machine, drawn as a road and written down as a device. */
import { join, resolve } from "node:path";
import { Option, type Command } from "commander";
import {
  gpuFile,
  measureLanes,
  powerLimit,
  processorFile,
  treeAt,
  type Measured,
  type OwnCatalogue,
} from "../../measure/lanes/index.ts";
import type { Show } from "../answer.ts";
import { keep } from "../cache.ts";
import { positiveFlag } from "../flags.ts";
import { inputError } from "../input-error.ts";
import { withKeptLanes } from "../kept-lanes.ts";
import { lanesAnswer } from "../lanes-answer.ts";
import { lanesPath } from "../lanes-file.ts";
import { deviceFolder, deviceId } from "../own-devices.ts";
import { progress } from "../progress.ts";
import type { Shell } from "../shell.ts";

const PARTS = ["wasm", "native", "webgpu", "cuda"] as const;
type Part = (typeof PARTS)[number];

/** Seconds. */
const BUDGET = 60;

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
    .addOption(
      new Option("--budget <time>", "for all of it, about")
        .argParser(positiveFlag("--budget", "time"))
        .default(BUDGET, "1min"),
    )
    .addOption(
      new Option("--parts <names>", `only these of ${PARTS.join(", ")}`)
        .argParser(partsFlag)
        .default(PARTS, "all"),
    )
    .option("--root <folder>", "where /proc and /sys are looked for", "/")
    .option("--record <file>", "write down the calls of NVIDIA's libraries, to go with a report")
    .option("--json", "print JSON, quantities in SI units")
    .option("--verbose", "print the stack of a failure")
    .addHelpText("after", `\nExamples:\n${LANES_EXAMPLES.map((line) => `  $ ${line}`).join("\n")}`)
    .action(async (options: Options) => measured(options, shell, show));
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

async function measured(options: Options, shell: Shell, show: Show): Promise<void> {
  const { output, budget, parts, root, record } = options;
  const bar = progress(shell, "measuring lanes");
  const stop = shell.interruption();
  const found = await measureLanes({
    budget,
    parts,
    root,
    record: record === undefined ? null : resolve(shell.folder, record),
    stop,
    reach: (share) => bar.reach(share, 1),
  });
  bar.end();
  const date = new Date().toISOString().slice(0, 10);
  if (stop.aborted) {
    const notes = [...found.notes, "stopped before the end: no device is written"];
    show(lanesAnswer({ ...found, notes, date, files: [] }));
    return;
  }
  const own = join(deviceFolder(shell), "mine.json");
  const file = output === undefined ? own : resolve(shell.folder, output);
  const whole = await withKeptLanes(found, parts, file);
  const files = devicesOf(whole, { file, root, date });
  const answer = { ...whole, date, files: Object.keys(files) };
  try {
    for (const [path, device] of Object.entries(files)) await keep(path, written(device));
    if (answer.files.length > 0) await keep(lanesPath(file), written(answer));
  } catch (error) {
    // A minute of measuring is shown all the same.
    show(lanesAnswer({ ...answer, files: [] }));
    throw error;
  }
  show(lanesAnswer(answer));
}

function written(json: unknown): string {
  return `${JSON.stringify(json, null, 2)}\n`;
}

interface Place {
  /** Of the processor; those of GPUs stand beside it. */
  readonly file: string;
  readonly root: string;
  readonly date: string;
}

/** Devices by the file that each belongs in. */
function devicesOf(
  measured: Measured,
  { file, root, date }: Place,
): Readonly<Record<string, OwnCatalogue>> {
  const files: Record<string, OwnCatalogue> = {};
  if (measured.lanes.length > 0) {
    files[file] = processorFile(measured, powerLimit(treeAt(root)), { id: deviceId(file), date });
  }
  for (const [index, each] of measured.gpus.entries()) {
    if (each.lanes.length === 0 || each.gpu.isSoftware) continue;
    const path = file.replace(/\.json$/u, `-gpu${index}.json`);
    files[path] = gpuFile(each, { id: deviceId(path), date });
  }
  return files;
}
