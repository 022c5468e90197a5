/** Samples to calibrate on and others to judge by: the user's, or made up by what each input seems to be. */
import { dirname } from "node:path";
import {
  elementCount,
  generatedSamples,
  inputsOf,
  type ModelInput,
  type SampleDigest,
  type Tensors,
} from "../../core/optimise/index.ts";
import type { Shell } from "../shell.ts";
import { samplesDigest } from "./digests.ts";
import type { ModelFile } from "./model-file.ts";
import { folderSamples } from "./sample-folder.ts";

export interface SampleSet {
  readonly samples: readonly Tensors[];
  readonly source: string;
  readonly isGenerated: boolean;
  readonly seed: number;
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

/** Errors: a folder without samples that fit the inputs. */
export async function sampleSets(
  file: ModelFile,
  { folder, pixels }: { readonly folder: string | null; readonly pixels?: string },
  shell: Shell,
): Promise<SampleSets> {
  const inputs = inputsOf(file.graph, file.network.inputs);
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
  const bytes = inputs.reduce((sum, { dims }) => sum + NUMBER_BYTES * elementCount(dims), 1);
  const count = Math.max(LEAST, Math.min(most, Math.floor(BYTES_MAX / bytes)));
  const roles = [...Map.groupBy(inputs, ({ role }) => role)].map(roleText).join(", ");
  return {
    samples: generatedSamples(inputs, count, seed),
    source: `made up by input (${roles})`,
    isGenerated: true,
    seed,
  };
}

/** Beyond, inputs of a role are counted: a cache has dozens. */
const NAMES_MAX = 3;

function roleText([role, inputs]: readonly [string, readonly ModelInput[]]): string {
  const names = inputs.map(({ name }) => name);
  const more = names.length > NAMES_MAX ? ` and ${names.length - 1} more` : "";
  return `${more === "" ? names.join(", ") : names[0]}${more}: ${role}`;
}

export function setDigest(set: SampleSet, used = set.samples): SampleDigest {
  const { source, isGenerated, seed } = set;
  return { source, isGenerated, seed, count: used.length, sha256: samplesDigest(used) };
}
