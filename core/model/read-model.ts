/** Bytes of any kind tenlane knows, as a model. */
import { refuse } from "../result.ts";
import type { Result } from "../result.ts";
import type { ByteSource } from "./byte-source.ts";
import { isObject } from "./_fields.ts";
import { GGUF_MAGIC } from "./_gguf-header.ts";
import { parsedJson } from "./_json.ts";
import { safetensorsLength } from "./_safetensors-header.ts";
import { decodeGguf, ggufPartCount } from "./gguf.ts";
import { decodeHfConfig } from "./hf-config.ts";
import type { OnnxSizes } from "./onnx/index.ts";
import type { Model } from "./model.ts";
import { decodeSafetensors } from "./safetensors.ts";

/** What there is to read, and how to reach files beside it. */
export interface ModelInput {
  readonly bytes: ByteSource;
  /** Where it was read: a path or a Hub id. Its last part is the file's own name. */
  readonly source: string;
  /** Opens another file of the same folder by its plain name; null where there is none. */
  readonly beside?: (name: string) => Promise<ByteSource | null>;
  /** Sizes that an ONNX graph leaves open, by the names it gives them. */
  readonly sizes?: OnnxSizes;
}

/** Configurations are some kilobytes; an index of shards of the largest models 15 MB. */
const JSON_BYTES_MAX = 32e6;
const PARTS_MAX = 1_000;

/**
 * The model in a configuration, an ONNX, GGUF or safetensors file, or an index of safetensors shards,
 * told apart by content, never by name.
 *
 * Errors: path, expected and got of what was refused; nothing here throws on bad input.
 */
export async function readModel(input: ModelInput): Promise<Result<Model>> {
  const { bytes, source } = input;
  const start = await bytes.read(0, Math.min(4, bytes.size));
  if (
    start.length === 4 &&
    new DataView(start.buffer, start.byteOffset).getUint32(0, true) === GGUF_MAGIC
  ) {
    return decodeGguf(bytes, { source, parts: await ggufParts(input) });
  }
  if ((await safetensorsLength(bytes)) !== null) return safetensorsModel(input, [bytes]);
  if (beginsAsOnnx(start)) {
    const { readOnnx } = await import("./onnx/index.ts");
    return readOnnx(bytes, input);
  }
  const json = await jsonOf(bytes, []);
  if (!json.ok) return json;
  return isObject(json.value) && isObject(json.value["weight_map"])
    ? shardedModel(input, json.value["weight_map"])
    : decodeHfConfig(json.value, source);
}

/** Tags of the fields an ONNX message may begin with, none of which begins JSON. */
const ONNX_TAGS: ReadonlySet<number> = new Set([0x08, 0x12, 0x1a, 0x28, 0x32, 0x3a, 0x42, 0x72]);

function beginsAsOnnx([first = 0]: Uint8Array): boolean {
  return ONNX_TAGS.has(first);
}

async function jsonOf(bytes: ByteSource, path: readonly string[]): Promise<Result<unknown>> {
  if (bytes.size > JSON_BYTES_MAX) {
    return refuse(
      path,
      `ONNX, GGUF, safetensors, or JSON of at most ${JSON_BYTES_MAX} bytes`,
      bytes.size,
    );
  }
  return parsedJson(new TextDecoder().decode(await bytes.read(0, bytes.size)), path);
}

async function safetensorsModel(
  input: ModelInput,
  files: readonly ByteSource[],
): Promise<Result<Model>> {
  const found = await input.beside?.("config.json");
  if (found === undefined || found === null)
    return decodeSafetensors(files, { source: input.source });
  const config = await jsonOf(found, ["config.json"]);
  return config.ok
    ? decodeSafetensors(files, { source: input.source, config: config.value })
    : config;
}

/** Shards are named by the index, which is outside input: only plain names in the same folder. */
async function shardedModel(
  input: ModelInput,
  map: Readonly<Record<string, unknown>>,
): Promise<Result<Model>> {
  const names = [...new Set(Object.values(map))];
  if (names.length > PARTS_MAX)
    return refuse(["weight_map"], `at most ${PARTS_MAX} files`, names.length);
  const files: ByteSource[] = [];
  for (const name of names) {
    if (typeof name !== "string" || !/^[\w-][\w.-]*\.safetensors$/u.test(name)) {
      return refuse(["weight_map"], "names of safetensors files in the same folder", name);
    }
    const file = await input.beside?.(name);
    if (file === undefined || file === null) return refuse([name], "a file beside the index", null);
    files.push(file);
  }
  return safetensorsModel(input, files);
}

/** Other files of a split GGUF, as far as they are there: `name-00002-of-00003.gguf`. */
async function ggufParts(input: ModelInput): Promise<readonly ByteSource[]> {
  const count = await ggufPartCount(input.bytes);
  const stem = /([^/\\]+)-00001-of-(\d{5})\.gguf$/u.exec(input.source);
  if (stem === null || count === 1 || count > PARTS_MAX) return [];
  const parts: ByteSource[] = [];
  for (let index = 2; index <= count; index += 1) {
    const name = `${stem[1] ?? ""}-${String(index).padStart(5, "0")}-of-${stem[2] ?? ""}.gguf`;
    const part = await input.beside?.(name);
    if (part !== undefined && part !== null) parts.push(part);
  }
  return parts;
}
