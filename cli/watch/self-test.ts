/**
 * What the machine reaches against what `tenlane measure lanes` wrote down of it: a part that fails is slow before it stops.
 *
 * Measured by a process of its own, whose memory goes with it. A machine that is busy is slow for another reason:
 * its rates are not judged.
 */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { grouped } from "../../measure/grouped.ts";
import { fastest, type Lane, type Measured } from "../../measure/lanes/index.ts";
import { gpuPart, lanePart } from "../lane-parts.ts";
import type { Reading } from "./reading.ts";

export type Reached = Pick<Measured, "lanes" | "gpus" | "waited">;

/** Above this share of waiting for a processor, rates say nothing of the machine. */
const BUSY = 0.1;

/** Rates over those written down, by device and work; 0 of a GPU that answers no more. */
export function reachedRatios(now: Reached, before: Reached): readonly Reading[] {
  const { waited } = now;
  const share = waited === null ? [] : [shareWaited(waited)];
  if (waited !== null && waited > BUSY) return share;
  const gpus = byName(now);
  return [
    ...share,
    ...ratios("processor", now.lanes, before.lanes),
    ...[...byName(before)].flatMap(([device, lanes]) => {
      const found = gpus.get(device);
      if (found !== undefined) return ratios(device, found, lanes);
      return [{ name: RATIO, labels: { device, work: "any" }, value: 0 }];
    }),
  ];
}

const RATIO = "tenlane_self_test_ratio";

function shareWaited(value: number): Reading {
  return { name: "tenlane_self_test_waited_ratio", labels: {}, value: Math.min(1, value) };
}

/** Lanes of GPUs by name; like ones are told apart by their order. */
function byName({ gpus }: Reached): ReadonlyMap<string, readonly Lane[]> {
  const named = new Map<string, readonly Lane[]>();
  for (const { gpu, lanes } of gpus) {
    if (gpu.isSoftware) continue;
    const like = [...named.keys()].filter((name) => name.startsWith(`${gpu.name} by ${gpu.by} `));
    named.set(`${gpu.name} by ${gpu.by} ${like.length}`, lanes);
  }
  return named;
}

function ratios(device: string, now: readonly Lane[], before: readonly Lane[]): readonly Reading[] {
  const lanes = grouped(now, workOf);
  return [...grouped(before, workOf)].flatMap(([work, known]) => {
    const [is, was] = [fastest(lanes.get(work) ?? []), fastest(known)];
    if (is === null || was === null) return [];
    const value = is.rate.p50 / was.rate.p50;
    return [{ name: RATIO, labels: { device, work }, value }];
  });
}

function workOf({ what, precision }: Lane): string {
  return precision === null ? what : `${what} ${precision}`;
}

/** Parts of the measurement that the lanes written down are from. */
export function partsOf({ lanes, gpus }: Reached): readonly string[] {
  const parts = lanes.map(lanePart);
  const real = gpus.filter(({ gpu }) => !gpu.isSoftware);
  return [...new Set([...parts, ...real.map(({ gpu }) => gpuPart(gpu))])];
}

/** Seconds for all parts, about. */
const BUDGET = 8;
/** Loading libraries, and waiting for a processor. */
const PATIENCE = 600_000;
const OUTPUT_MAX = 2 ** 24;

/** Measures, and compares; the failure in words where it does not come to its end. */
export async function selfTest(
  before: Reached,
  stop: AbortSignal,
): Promise<readonly Reading[] | string> {
  const folder = mkdtempSync(join(tmpdir(), "tenlane-self-test-"));
  const main = import.meta.url.endsWith(".ts") ? "../main.ts" : "../main.js";
  const args = [
    fileURLToPath(new URL(main, import.meta.url)),
    "measure",
    "lanes",
    "--json",
    "--budget",
    `${BUDGET}s`,
    "--parts",
    partsOf(before).join(","),
    "--output",
    join(folder, "now.json"),
  ];
  const limits = { signal: stop, timeout: PATIENCE, maxBuffer: OUTPUT_MAX };
  const said = await new Promise<string | Error>((resolve) => {
    execFile(process.execPath, args, limits, (error, stdout) => resolve(error ?? stdout));
  });
  rmSync(folder, { recursive: true, force: true });
  return said instanceof Error ? said.message : reachedRatios(JSON.parse(said), before);
}
