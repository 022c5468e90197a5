/** What a user may give as a model: a name, a Hub id, a file, a folder. */
import { readdir } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import {
  decodeHfConfig,
  decodeModelEntry,
  findModel,
  readModel,
  withNumerics,
  type Catalogue,
  type Model,
  type FoundModel,
  type ModelEntry,
  type OnnxSizes,
} from "../core/index.ts";
import { inside, kindOf, withFiles } from "./files.ts";
import { hubJson, isHubId } from "./hub.ts";
import { accepted, inputError } from "./input-error.ts";
import type { Shell } from "./shell.ts";

export const MODEL_ARGUMENT =
  "a model of the catalogue, a Hub id (owner/name), or a config.json, .onnx, .gguf or .safetensors file";

/** The model that `text` names, from the catalogue first, so that known models need no network. */
export async function modelFrom(
  text: string,
  catalogue: Catalogue,
  shell: Shell,
  sizes: OnnxSizes = {},
): Promise<Model> {
  const { documents } = shell;
  if (documents?.has(text) === true)
    return accepted(decodeHfConfig(documents.get(text), text), text);
  if (documents === undefined) {
    const path = resolve(shell.folder, text);
    const kind = await kindOf(path);
    if (kind === "folder") return modelFile(await mainFile(path, text), text, sizes);
    if (kind === "file") return modelFile(path, text, sizes);
  }
  if (Object.keys(sizes).length > 0) throw inputError("--dim", "an ONNX file", text);
  if (isPath(text)) throw inputError(text, "a file that can be read", "nothing there");
  const named = findModel(catalogue.models as readonly ModelEntry[], text);
  if (named.ok) return withFormat(named.value, text);
  if (isHubId(text))
    return accepted(decodeHfConfig(await hubJson(text, "config.json", shell), text), text);
  return accepted(named, text);
}

function withFormat({ entry, numerics, input }: FoundModel, text: string): Model {
  const model = accepted(decodeModelEntry(entry, input), text);
  return numerics === null ? model : accepted(withNumerics(model, numerics), text);
}

/** A dot or slash at the start, or the ending of a file that models come in. */
export function isPath(text: string): boolean {
  return /^[./~]|\.(?:json|gguf|safetensors|onnx)$/iu.test(text);
}

/** Files beside the one given are opened by names that stay in its folder. */
async function modelFile(path: string, text: string, sizes: OnnxSizes): Promise<Model> {
  return withFiles(async (opener) => {
    const bytes = await opener(path);
    if (bytes === null) throw inputError(text, "a file that can be read", "nothing there");
    const beside = (name: string) => opener(inside(dirname(path), name));
    return accepted(await readModel({ bytes, source: text, beside, sizes }), text);
  });
}

/** What a folder of a model is read by: its configuration, else its one model file. */
async function mainFile(folder: string, text: string): Promise<string> {
  const names = await readdir(folder);
  const wanted = ["config.json", "model.safetensors.index.json"].find((name) =>
    names.includes(name),
  );
  const model =
    wanted ?? names.toSorted().find((name) => /\.(?:gguf|safetensors|onnx)$/u.test(name));
  if (model !== undefined) return join(folder, model);
  throw inputError(
    text,
    "a folder with config.json, an .onnx, a .gguf or a .safetensors file",
    names,
  );
}
