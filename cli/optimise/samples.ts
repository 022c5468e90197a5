/** Samples to calibrate on and others to judge by: the user's, or made up by what each input seems to be. */
import { grouped } from "../../measure/grouped.ts";
import { readdir } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import {
  elementCount,
  generatedSamples,
  inputsOf,
  type Decoder,
  type ModelInput,
  type Runner,
  type SampleDigest,
  type Tensors,
} from "../../core/optimise/index.ts";
import type { Shell } from "../shell.ts";
import { samplesDigest } from "./digests.ts";
import { kindOf } from "../files.ts";
import type { ModelFile } from "./model-file.ts";
import { readSamples, textInputs } from "./reading.ts";
import { folderSamples } from "./sample-folder.ts";
import { isText } from "./texts.ts";

export interface SampleSet {
  readonly samples: readonly Tensors[];
  readonly source: string;
  readonly isGenerated: boolean;
  readonly seed: number;
  /** Of a decoder, what each sample's cache was read from: the same on every machine, as a cache is not. */
  readonly texts?: readonly Tensors[];
}

export interface SampleSets {
  readonly inputs: readonly ModelInput[];
  readonly calibration: SampleSet;
  readonly heldOut: SampleSet;
}

export const SEED_CALIBRATION = 1;
export const SEED_HELD_OUT = 2;

const CALIBRATION_MAX = 16;
const HELD_OUT_MAX = 48;
const LEAST = 4;
/** Of all samples of a set together. */
const BYTES_MAX = 48e6;
/** Of the user's samples one in three calibrates, so that files in order of their classes are met evenly. */
const CALIBRATION_EACH = 3;

export interface SamplesAsked {
  readonly folder: string | null;
  readonly pixels?: string;
}

/** A model that is run a token at a time, and what runs it. */
export interface Looped {
  readonly decoder: Decoder;
  readonly runner: Pick<Runner, "outputs">;
}

/** Those of a decoder stand behind texts, where it reads them. Errors: a folder without samples that fit the inputs. */
export async function sampleSets(
  file: ModelFile,
  asked: SamplesAsked,
  shell: Shell,
  looped: Looped | null = null,
): Promise<SampleSets> {
  const inputs = inputsOf(file.graph, file.network.inputs);
  const behind = looped === null ? null : await behindTexts(file, asked, shell, looped);
  return behind ?? setsOf(inputs, file, asked, shell);
}

/** Null where there are no texts, or `decoder` does not read many words at once. */
async function behindTexts(
  file: ModelFile,
  asked: SamplesAsked,
  shell: Shell,
  { decoder, runner }: Looped,
): Promise<SampleSets | null> {
  const inputs = inputsOf(file.graph, file.network.inputs);
  const reading = { decoder, inputs };
  if (asked.folder !== null && !(await hasTexts(resolve(shell.folder, asked.folder), inputs))) {
    return null;
  }
  const sets = await setsOf(textInputs(reading), file, asked, shell);
  const most = Math.min(READ_MAX, Math.max(LEAST, Math.floor(BYTES_MAX / bytesOf(inputs))));
  const texts = [
    ...sets.heldOut.samples.slice(0, most),
    ...sets.calibration.samples.slice(0, READ_CALIBRATION),
  ];
  const samples = await readSamples(texts, reading, { runner, model: file.bytes });
  if (samples === null) return null;
  const behind = (set: SampleSet, from: number, to?: number): SampleSet => ({
    ...set,
    samples: samples.slice(from, to),
    texts: texts.slice(from, to),
    source: `${set.source}, behind what the model keeps of a text`,
  });
  const judged = Math.min(most, sets.heldOut.samples.length);
  return {
    inputs,
    calibration: behind(sets.calibration, judged),
    heldOut: behind(sets.heldOut, 0, judged),
  };
}

/** Texts that are read, each in one run: to judge by, and to calibrate on. */
const [READ_MAX, READ_CALIBRATION] = [8, 1];

async function hasTexts(folder: string, inputs: readonly ModelInput[]): Promise<boolean> {
  if ((await kindOf(folder)) !== "folder") return false;
  return (await readdir(folder)).some((name) => isText(name, inputs));
}

async function setsOf(
  inputs: readonly ModelInput[],
  file: ModelFile,
  { folder, pixels }: SamplesAsked,
  shell: Shell,
): Promise<SampleSets> {
  if (folder === null) {
    return {
      inputs,
      calibration: generatedSet(inputs, CALIBRATION_MAX, SEED_CALIBRATION),
      heldOut: generatedSet(inputs, HELD_OUT_MAX, SEED_HELD_OUT),
    };
  }
  const all = await folderSamples(folder, inputs, shell, {
    beside: dirname(file.path),
    ...(pixels === undefined ? {} : { pixels }),
  });
  const judges = all.filter((_, index) => index % CALIBRATION_EACH !== 0);
  const own = (samples: readonly Tensors[]) => ({
    samples,
    source: folder,
    isGenerated: false,
    seed: 0,
  });
  return {
    inputs,
    calibration: own(all.filter((_, index) => index % CALIBRATION_EACH === 0)),
    heldOut: own(judges.length === 0 ? all : judges),
  };
}

/** Of most inputs, a number. */
const NUMBER_BYTES = 4;

/** As many as memory allows, at most `most`: the same for the same seed and count. */
function generatedSet(inputs: readonly ModelInput[], most: number, seed: number): SampleSet {
  const count = Math.max(LEAST, Math.min(most, Math.floor(BYTES_MAX / bytesOf(inputs))));
  const roles = [...grouped(inputs, ({ role }) => role)].map(roleText).join(", ");
  return {
    samples: generatedSamples(inputs, count, seed),
    source: `made up by input (${roles})`,
    isGenerated: true,
    seed,
  };
}

function bytesOf(inputs: readonly ModelInput[]): number {
  return inputs.reduce((sum, { dims }) => sum + NUMBER_BYTES * elementCount(dims), 1);
}

/** Beyond, inputs of a role are counted: a cache has dozens. */
const NAMES_MAX = 3;

function roleText([role, inputs]: readonly [string, readonly ModelInput[]]): string {
  const names = inputs.map(({ name }) => name);
  const more = names.length > NAMES_MAX ? ` and ${names.length - 1} more` : "";
  return `${more === "" ? names.join(", ") : names[0]}${more}: ${role}`;
}

/** Of the first `count` samples. */
export function setDigest(set: SampleSet, count = set.samples.length): SampleDigest {
  const { source, isGenerated, seed, samples, texts = samples } = set;
  const used = texts.slice(0, count);
  return { source, isGenerated, seed, count: used.length, sha256: samplesDigest(used) };
}
