/** Lanes of an earlier measurement of this machine, of parts that a later one leaves out. */
import { existsSync } from "node:fs";
import { basename } from "node:path";
import { decode } from "../core/decode.ts";
import type { Lane, Machine, Measured } from "../measure/lanes/index.ts";
import { readJson } from "./files.ts";
import { gpuPart, lanePart } from "./lane-parts.ts";
import type { Answered } from "./lanes-answer.ts";
import { lanesPath } from "./lanes-file.ts";
import { lanesSchema } from "./schemas/measure.ts";

/**
 * What `measured` found, and behind it what stands in the lanes of `device` of parts that are not among `parts`, each
 * with the day it was measured. What is of another machine, or no longer read, is left, and a note says so.
 */
export async function withKeptLanes(
  measured: Measured,
  parts: readonly string[],
  device: string,
): Promise<Measured> {
  const file = lanesPath(device);
  if (!existsSync(file)) return measured;
  const noted = (text: string) => ({ ...measured, notes: [...measured.notes, text] });
  const read = decode(lanesSchema, await readJson(file).catch(() => null));
  if (!read.ok) return noted(`${basename(file)} is not read as lanes: nothing of it is kept`);
  // The schema is of what an answer prints.
  const before = read.value as Answered;
  if (!isSame(before.machine, measured.machine))
    return noted(`${basename(file)} was of another machine: nothing of it is kept`);
  const dated = (lane: Lane): Lane => ({ ...lane, date: lane.date ?? before.date });
  const lanes = before.lanes.filter((lane) => !parts.includes(lanePart(lane))).map(dated);
  const gpus = before.gpus
    .filter(({ gpu }) => !parts.includes(gpuPart(gpu)))
    .map((each) => ({ ...each, lanes: each.lanes.map(dated) }));
  const kept = [
    ...lanes.map((lane) => `${lanePart(lane)} lanes of ${lane.date}`),
    ...gpus.flatMap((each) =>
      each.lanes.map(({ date }) => `${gpuPart(each.gpu)} lanes of ${date}`),
    ),
  ];
  return {
    ...measured,
    lanes: [...measured.lanes, ...lanes],
    gpus: [...measured.gpus, ...gpus].toSorted((a, b) => orderOf(a.gpu) - orderOf(b.gpu)),
    notes: [
      ...measured.notes,
      ...[...new Set(kept)].map((each) => `${each} are kept: --parts measures what it names anew`),
    ],
  };
}

/** As one measurement has them, by which their files are numbered: CUDA's before those of WebGPU. */
function orderOf(gpu: Measured["gpus"][number]["gpu"]): number {
  return gpuPart(gpu) === "cuda" ? 0 : 1;
}

function isSame(one: Machine, other: Machine): boolean {
  return one.name?.value === other.name?.value && one.threads.value === other.threads.value;
}
