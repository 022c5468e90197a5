/** Pictures of a folder as samples: decoded, brought to the sides of the input, and to the range of its numbers. */
import { readFile } from "node:fs/promises";
import {
  colourPlanes,
  type HostTensor,
  type ModelInput,
  type Pixels,
} from "../../core/optimise/index.ts";
import { inputError } from "../input-error.ts";

export const PICTURE = /\.(?:png|jpe?g)$/iu;

/** The picture at `path` as `input` takes it. Errors: it cannot be decoded, or what decodes it is not installed. */
export async function pictureTensor(
  path: string,
  input: ModelInput,
  range: string,
): Promise<HostTensor> {
  const bytes = new Uint8Array(await readFile(path));
  const pixels = await (/\.png$/iu.test(path) ? fromPng(bytes) : fromJpeg(bytes)).catch(
    (error: unknown) => {
      throw inputError(path, "a picture", error instanceof Error ? error.message : error);
    },
  );
  const tensor = colourPlanes(pixels, input, range);
  if (tensor === null) throw inputError(path, `a model that takes pictures`, input.dims);
  return tensor;
}

async function fromPng(bytes: Uint8Array): Promise<Pixels> {
  const { decode } = await installed("fast-png", import("fast-png"));
  const { width, height, channels, data, depth } = decode(bytes);
  return { width, height, channels, most: 2 ** depth - 1, values: data };
}

async function fromJpeg(bytes: Uint8Array): Promise<Pixels> {
  const { default: jpeg } = await installed("jpeg-js", import("jpeg-js"));
  const { width, height, data } = jpeg.decode(bytes, { useTArray: true });
  return { width, height, channels: 4, most: 255, values: data };
}

function installed<T>(name: string, loading: Promise<T>): Promise<T> {
  return loading.catch(() => {
    throw new Error(`pictures need ${name}, which is not installed: npm install ${name}`);
  });
}
