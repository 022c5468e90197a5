/** Decoders with a cache as inputs and outputs: they run a token at a time, and are timed in a loop. */
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { GraphProto } from "onnx-buf";
import type { OnnxSizes } from "../../core/index.ts";
import { decodeOnnxFile } from "../../core/model/onnx/index.ts";
import { decoderOf, type Decoder, type Runner, type Tensors } from "../../core/optimise/index.ts";
import { decodingRunner } from "../../measure/onnx/index.ts";
import { kindOf } from "../files.ts";
import { accepted, inputError } from "../input-error.ts";
import type { Shell } from "../shell.ts";

export interface Decoding {
  readonly decoder: Decoder;
  /** Open sizes of new tokens, of those before, and of all, which change in a loop: one, and a text of usual length. */
  readonly sizes: OnnxSizes;
}

const PAST = 256;

/** How the file `model` decodes, some sizes given; null of one without a cache. Errors: no such file, or no ONNX. */
export async function decodingOf(
  model: string,
  given: OnnxSizes,
  shell: Shell,
): Promise<Decoding | null> {
  const path = resolve(shell.folder, model);
  if ((await kindOf(path)) !== "file") throw inputError(model, "an .onnx file", "nothing there");
  const bytes = new Uint8Array(await readFile(path));
  const decoder = await decoderOf(bytes);
  const { graph } = accepted(await decodeOnnxFile(bytes), model);
  if (decoder === null || graph === undefined) return null;
  const fresh = sizeName(graph, decoder.tokens, 1);
  const past = sizeName(graph, decoder.tensors[0]?.past ?? "", 2);
  const all = sizeName(graph, decoder.mask, 1);
  const sizeOf = (name: string | null, usual: number) => given[name ?? ""] ?? usual;
  const [count, before] = [sizeOf(fresh, 1), sizeOf(past, PAST)];
  const sizes = [
    [fresh, count],
    [past, before],
    [all, sizeOf(all, count + before)],
  ] as const;
  return { decoder, sizes: Object.fromEntries(sizes.filter(([name]) => name !== null)) };
}

/** The name of an open size of an input; null of a fixed one, and of one that follows from others. */
function sizeName(graph: GraphProto, input: string, axis: number): string | null {
  const type = graph.input.find(({ name }) => name === input)?.type?.value;
  const size = type?.case === "tensorType" ? type.value.shape?.dim[axis]?.value : undefined;
  return size?.case === "dimParam" && /^[\w.]+$/u.test(size.value) ? size.value : null;
}

/** Compares in a loop behind as many tokens as samples have before, words taken from the samples. */
export function loopRunner(runner: Runner, decoder: Decoder, samples: readonly Tensors[]): Runner {
  const words = samples.flatMap((sample) => wholesIn(sample, decoder.tokens));
  const before = samples[0]?.[decoder.tensors[0]?.past ?? ""]?.dims[2] ?? 0;
  const length = Math.max(1, before);
  const prompt = Array.from({ length }, (_, place) => words[place % words.length] ?? 0);
  return decodingRunner(runner, decoder, prompt);
}

function wholesIn(sample: Tensors, name: string): readonly number[] {
  const bytes = sample[name]?.bytes.slice();
  return bytes === undefined ? [] : Array.from(new BigInt64Array(bytes.buffer), Number);
}
