/** What a user may give as a model: a name, a Hub id, a file, a folder. */
import { extname, join, resolve } from "node:path";
import {
  decodeHfConfig,
  decodeModelEntry,
  findModel,
  withNumerics,
  type Catalogue,
  type Model,
  type ModelEntry,
} from "../core/index.ts";
import { kindOf, readJson } from "./files.ts";
import { hubJson, isHubId } from "./hub.ts";
import { accepted, inputError } from "./input-error.ts";
import type { Shell } from "./shell.ts";

export const MODEL_ARGUMENT =
  "a model of the catalogue, a Hub id (owner/name), or a config.json, .gguf or .safetensors file";

/** The model that `text` names, from the catalogue first, so that known models need no network. */
export async function modelFrom(text: string, catalogue: Catalogue, shell: Shell): Promise<Model> {
  const path = resolve(shell.folder, text);
  const kind = await kindOf(path);
  if (kind === "folder") return modelFile(join(path, "config.json"), text);
  if (kind === "file") return modelFile(path, text);
  if (isPath(text)) throw inputError(text, "a file that can be read", "nothing there");
  const named = findModel(catalogue.models as readonly ModelEntry[], text);
  if (named.ok) return withFormat(named.value.entry, named.value.numerics, text);
  if (isHubId(text))
    return accepted(decodeHfConfig(await hubJson(text, "config.json", shell), text), text);
  return accepted(named, text);
}

function withFormat(entry: ModelEntry, format: string | null, text: string): Model {
  const model = accepted(decodeModelEntry(entry), text);
  return format === null ? model : accepted(withNumerics(model, format), text);
}

/** A dot or slash at the start, or the ending of a file that models come in. */
function isPath(text: string): boolean {
  return /^[./~]|\.(?:json|gguf|safetensors|onnx)$/iu.test(text);
}

async function modelFile(path: string, text: string): Promise<Model> {
  const ending = extname(path).toLowerCase();
  if (ending === ".json") return accepted(decodeHfConfig(await readJson(path), text), text);
  throw inputError(text, "a file that ends in .json", ending);
}
