/** Decoders with a cache as inputs and outputs: they run a token at a time, and are timed in a loop. */
import type { OnnxSizes } from "../../core/index.ts";
import { decoderOf, type Decoder, type Runner, type Tensors } from "../../core/optimise/index.ts";
import { decodingRunner } from "../../measure/onnx/index.ts";
import type { Shell } from "../shell.ts";
import { modelFileFrom, type ModelFile } from "./model-file.ts";

export interface Decoding {
  readonly decoder: Decoder;
  /** Open sizes of new tokens and of those before, which change in a loop: one token, and a text of usual length. */
  readonly sizes: OnnxSizes;
}

const PAST = 256;

/** How the file `model` decodes; null of one without a cache. Errors: as {@link modelFileFrom}. */
export async function decodingOf(
  model: string,
  given: OnnxSizes,
  shell: Shell,
): Promise<Decoding | null> {
  const { bytes, graph } = await modelFileFrom(model, given, shell);
  const decoder = await decoderOf(bytes);
  if (decoder === null) return null;
  const open = [
    [sizeName(graph, decoder.tokens, 1), 1],
    [sizeName(graph, decoder.tensors[0]?.past ?? "", 2), PAST],
  ] as const;
  return { decoder, sizes: Object.fromEntries(open.filter(([name]) => name !== null)) };
}

/** The name of an open size of an input; null of a fixed one. */
function sizeName(graph: ModelFile["graph"], input: string, axis: number): string | null {
  const type = graph.input.find(({ name }) => name === input)?.type?.value;
  const size = type?.case === "tensorType" ? type.value.shape?.dim[axis]?.value : undefined;
  return size?.case === "dimParam" ? size.value : null;
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
