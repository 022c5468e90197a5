/** An ONNX file to be optimised, in memory as a whole: what it keeps beside it is put into it. */
import { readFile, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import type { GraphProto, ModelProto, TensorProto } from "onnx-buf";
import { memorySource, type Network, type OnnxSizes } from "../../core/index.ts";
import { decodeOnnxFile, encodeOnnxFile, readOnnx } from "../../core/model/onnx/index.ts";
import { inside, kindOf } from "../files.ts";
import { accepted, inputError } from "../input-error.ts";
import type { Shell } from "../shell.ts";

/** What a message of the schema can hold, and memory twice over. */
const BYTES_MAX = 2 ** 31 - 1;
const EXTERNAL = 1;

export interface ModelFile {
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly model: ModelProto;
  readonly graph: GraphProto;
  /** At the sizes given, and at assumed ones where none were. */
  readonly network: Network;
}

/** The file that `text` names. Errors: it is missing, too large, no ONNX, or not in order. */
export async function modelFileFrom(
  text: string,
  sizes: OnnxSizes,
  shell: Shell,
): Promise<ModelFile> {
  const path = resolve(shell.folder, text);
  if ((await kindOf(path)) !== "file") throw inputError(text, "an .onnx file", "nothing there");
  const { size } = await stat(path);
  if (size > BYTES_MAX) throw inputError(text, "a file below 2 GiB", size);
  const read = new Uint8Array(await readFile(path));
  const model = accepted(await decodeOnnxFile(read), text);
  const { graph } = model;
  if (graph === undefined) throw inputError(text, "a model with a graph", "none");
  const isJoined = await joinTensors(graph, dirname(path), text);
  const bytes = isJoined ? encodeOnnxFile(model) : read;
  const asked = { source: text, sizes };
  const network = accepted(await readOnnx(memorySource(bytes), asked), text);
  return { path, bytes, model, graph, network };
}

/** Reads tensors kept beside the file into it; whether there were any. */
async function joinTensors(graph: GraphProto, folder: string, text: string): Promise<boolean> {
  const outside = tensorsOf(graph).filter(({ dataLocation }) => dataLocation === EXTERNAL);
  const files = new Map<string, Uint8Array>();
  let total = 0;
  for (const tensor of outside) {
    const said = new Map(tensor.externalData.map(({ key, value }) => [key, value]));
    const name = said.get("location") ?? "";
    const path = inside(folder, name);
    const whole = files.get(path) ?? (await bytesOf(path, text));
    files.set(path, whole);
    const offset = Number(said.get("offset") ?? 0);
    const length = Number(said.get("length") ?? whole.length - offset);
    if (!(offset >= 0 && length >= 0 && offset + length <= whole.length)) {
      throw inputError(`${text}: ${tensor.name}`, `bytes inside ${name}`, { offset, length });
    }
    total += length;
    if (total > BYTES_MAX) throw inputError(text, "weights below 2 GiB", total);
    tensor.rawData = new Uint8Array(whole.subarray(offset, offset + length));
    tensor.dataLocation = 0;
    tensor.externalData = [];
  }
  return outside.length > 0;
}

async function bytesOf(path: string, text: string): Promise<Uint8Array> {
  if ((await kindOf(path)) !== "file") throw inputError(text, `weights in ${path}`, "nothing");
  return new Uint8Array(await readFile(path));
}

function tensorsOf(graph: GraphProto): readonly TensorProto[] {
  const held = graph.node.flatMap(({ attribute }) =>
    attribute.flatMap(({ t, g, graphs }) => [
      ...(t === undefined ? [] : [t]),
      ...[...(g === undefined ? [] : [g]), ...graphs].flatMap(tensorsOf),
    ]),
  );
  return [...graph.initializer, ...held];
}
