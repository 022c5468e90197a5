/** What `tenlane measure lanes` wrote down of this machine, beside the device it wrote. */
import { existsSync } from "node:fs";
import { cpus } from "node:os";
import { join, resolve } from "node:path";
import * as z from "zod";
import { decode } from "../core/decode.ts";
import type { Reached } from "../measure/onnx/index.ts";
import { readJson } from "./files.ts";
import { accepted, inputError } from "./input-error.ts";
import { deviceFolder } from "./own-devices.ts";
import type { Shell } from "./shell.ts";

/** What is asked of it; the rest is its own. */
const lanesFile = z.object({
  machine: z.object({ name: z.object({ value: z.string() }).nullable() }),
  lanes: z.array(
    z.object({
      what: z.string(),
      precision: z.string().nullable(),
      threads: z.int().nullable(),
      rate: z.object({ p50: z.number() }),
    }),
  ),
});

/** Files of before GPUs were measured have none; a self-test wants to know. */
const withGpus = lanesFile.extend({
  gpus: z.array(z.object({ gpu: z.object({ name: z.string() }) })),
});

/** Where the lanes stand of a device's file, "mine.json". */
export function lanesPath(device: string): string {
  return device.replace(/\.json$/u, ".lanes.json");
}

/** What products have reached with that many threads; null where nothing was written down, or of another machine. */
export async function reachedBefore(
  threads: number,
  shell: Pick<Shell, "environment">,
  processor = cpus()[0]?.model,
): Promise<Reached | null> {
  const file = lanesPath(join(deviceFolder(shell), "mine.json"));
  if (!existsSync(file)) return null;
  const { machine, lanes } = accepted(decode(lanesFile, await readJson(file)), file);
  if (machine.name?.value !== processor) return null;
  const best = (format: string) =>
    Math.max(
      0,
      ...lanes
        .filter(({ what, precision }) => what === "matmul" && precision === format)
        .filter((lane) => lane.threads === threads)
        .map(({ rate }) => rate.p50),
    );
  const fp32 = best("fp32");
  return fp32 === 0 ? null : { fp32, int8: best("int8") || null };
}

/** The file of lanes that `name`, or the path of it or of its device, stands for. Errors: none, or of another machine. */
export async function lanesNamed(name: string, shell: Shell): Promise<string> {
  const places = [resolve(shell.folder, name), join(deviceFolder(shell), `${name}.json`)].map(
    (path) => (path.endsWith(".lanes.json") ? path : lanesPath(path)),
  );
  const file = places.find((place) => place.endsWith(".json") && existsSync(place));
  if (file === undefined) {
    const expected = `a machine that tenlane measure lanes wrote down (${places.at(-1) ?? ""})`;
    throw inputError("--self-test", expected, name);
  }
  const { machine } = accepted(decode(withGpus, await readJson(file)), file);
  const processor = cpus()[0]?.model;
  if (machine.name?.value === processor) return file;
  throw inputError(file, `lanes of this machine, "${processor ?? ""}"`, machine.name?.value);
}
