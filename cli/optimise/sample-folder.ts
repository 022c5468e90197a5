/** A user's samples: tensors as NumPy or ONNX writes them, pictures, or texts; a folder a sample or a file a sample. */
import { readdir, readFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import {
  hostTensorFromNpy,
  hostTensorFromProto,
  type HostTensor,
  type ModelInput,
  type Tensors,
} from "../../core/optimise/index.ts";
import { kindOf } from "../files.ts";
import { accepted, inputError } from "../input-error.ts";
import type { Shell } from "../shell.ts";
import { PICTURE, pictureTensor } from "./images.ts";
import { isText, textSamples } from "./texts.ts";

const SAMPLES_MAX = 96;
/** Range of the numbers of a picture, where nobody says: as most classifiers were trained. */
export const PIXELS_USUAL = "imagenet";
const PACKED = /\.npz$/iu;
const TENSOR = /\.(?:npy|pb)$/iu;

export interface FolderOptions {
  readonly pixels?: string;
  /** Folder of the model. */
  readonly beside?: string;
}

/**
 * Samples in order of their names. A folder inside is one sample, with a file for each input by its name, or
 * `input_0.pb` by its place, and so is an .npz. Other files are a sample each, for a model of one input: tensors, or
 * pictures whose light is brought to the range `pixels`. Texts, for a model that takes words, come before all others; a
 * tokenizer is looked for beside them and in the folder `beside`.
 *
 * Errors: nothing that fits.
 */
export async function folderSamples(
  folder: string,
  inputs: readonly ModelInput[],
  shell: Shell,
  { pixels = PIXELS_USUAL, beside = folder }: FolderOptions = {},
): Promise<readonly Tensors[]> {
  const path = resolve(shell.folder, folder);
  if ((await kindOf(path)) !== "folder") throw inputError(folder, "a folder of samples", "none");
  const names = (await readdir(path)).toSorted((a, b) =>
    a.localeCompare(b, "en", { numeric: true }),
  );
  const texts = names.filter((name) => isText(name, inputs)).map((name) => join(path, name));
  const written = texts.length === 0 ? [] : await textSamples(texts, inputs, beside);
  const samples = written.slice(0, SAMPLES_MAX);
  for (const name of names.filter((each) => !isText(each, inputs))) {
    if (samples.length >= SAMPLES_MAX) break;
    const each = join(path, name);
    const kind = await kindOf(each);
    if (kind === "folder") samples.push(await sampleIn(each, inputs));
    else if (PACKED.test(name)) samples.push(await unpacked(each, inputs));
    else if (TENSOR.test(name) || PICTURE.test(name)) {
      samples.push(await soleSample(each, inputs, pixels));
    }
  }
  if (samples.length > 0) return samples;
  const expected = "files .npy, .npz, .pb, .png, .jpg or .txt, or folders of tensors";
  throw inputError(folder, expected, names);
}

async function sampleIn(folder: string, inputs: readonly ModelInput[]): Promise<Tensors> {
  const names = await readdir(folder);
  const sample: Record<string, HostTensor> = {};
  for (const [index, input] of inputs.entries()) {
    const wanted = [
      `${input.name}.npy`,
      `${input.name}.pb`,
      `input_${index}.pb`,
      `input_${index}.npy`,
    ];
    const name = wanted.find((each) => names.includes(each));
    if (name === undefined) throw inputError(folder, `one of ${wanted.join(", ")}`, names);
    sample[input.name] = await tensorOf(join(folder, name), input);
  }
  return sample;
}

async function soleSample(
  path: string,
  inputs: readonly ModelInput[],
  pixels: string,
): Promise<Tensors> {
  const [input, ...others] = inputs;
  if (input === undefined || others.length > 0) {
    const names = inputs.map(({ name }) => name).join(", ");
    throw inputError(path, `a folder with a file for each of ${names}`, basename(path));
  }
  const isPicture = PICTURE.test(path);
  const tensor = isPicture ? pictureTensor(path, input, pixels) : tensorOf(path, input);
  return { [input.name]: await tensor };
}

/** A tensor for each input, by its name. */
async function unpacked(path: string, inputs: readonly ModelInput[]): Promise<Tensors> {
  const { unzipSync } = await import("fflate").catch(() => {
    throw inputError(path, "fflate, which unpacks it", "not installed: npm install fflate");
  });
  const files = unzipSync(new Uint8Array(await readFile(path)));
  const tensors = inputs.map((input) => {
    const file = files[`${input.name}.npy`];
    if (file === undefined) throw inputError(path, `an array "${input.name}"`, Object.keys(files));
    return [input.name, fitting(accepted(hostTensorFromNpy(file), path), input, path)] as const;
  });
  return Object.fromEntries(tensors);
}

async function tensorOf(path: string, input: ModelInput): Promise<HostTensor> {
  const bytes = new Uint8Array(await readFile(path));
  const read = path.toLowerCase().endsWith(".npy") ? hostTensorFromNpy(bytes) : null;
  return fitting(accepted(read ?? (await hostTensorFromProto(bytes)), path), input, path);
}

/** Errors: another type or rank than the input's. */
function fitting(tensor: HostTensor, { name, type, dims }: ModelInput, path: string): HostTensor {
  if (tensor.type !== type || tensor.dims.length !== dims.length) {
    throw inputError(
      path,
      `type ${type} and ${dims.length} axes, as input "${name}" has`,
      `type ${tensor.type}, [${tensor.dims.join(", ")}]`,
    );
  }
  return tensor;
}
