/** An ONNX file that is measured: its bytes, its sizes, and what it is fed. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { basename, dirname, resolve } from "node:path";
import { memorySource, type Network, type OnnxSizes } from "../../core/index.ts";
import { batchSizes, decodeOnnxFile, readOnnx } from "../../core/model/onnx/index.ts";
import {
  generatedSamples,
  inputsOf,
  type ModelInput,
  type Runner,
  type Session,
  type Tensors,
} from "../../core/optimise/index.ts";
import { kindOf } from "../files.ts";
import { folderSamples } from "../optimise/sample-folder.ts";
import { accepted, inputError } from "../input-error.ts";
import type { Shell } from "../shell.ts";

export interface MeasuredModel {
  readonly name: string;
  readonly folder: string;
  readonly bytes: Uint8Array;
  readonly sha256: string;
  /** Open sizes that a batch sets; none where the batch is fixed. */
  readonly batchNames: readonly string[];
  /** Other open sizes that nobody gave. */
  readonly assumedNames: readonly string[];
  readonly network: (batch: number) => Promise<Network>;
  readonly feeds: (batch: number) => Promise<readonly Tensors[]>;
}

/** Made-up samples take turns, so that no run finds just its own in the caches. */
const SAMPLES = 4;
const SAMPLE_BYTES_MAX = 64e6;
const SEED = 1;

export interface ModelQuestion {
  readonly sizes: OnnxSizes;
  /** A folder of the user's own samples; null has them made up. */
  readonly feeds: string | null;
  readonly scale?: number;
}

/**
 * The file that `text` names. Sizes that are open and not given are assumed, and multiplied by `scale`, except those of
 * a batch.
 *
 * Errors: a file that is missing, no ONNX, or not in order.
 */
export async function measuredModel(
  text: string,
  given: ModelQuestion,
  shell: Shell,
): Promise<MeasuredModel> {
  const path = resolve(shell.folder, text);
  if ((await kindOf(path)) !== "file") throw inputError(text, "an .onnx file", "nothing there");
  const bytes = new Uint8Array(await readFile(path));
  const { graph } = accepted(await decodeOnnxFile(bytes), text);
  if (graph === undefined) throw inputError(text, "a model with a graph", "none");
  const read = async (sizes: OnnxSizes) =>
    accepted(await readOnnx(memorySource(bytes), { source: text, sizes }), text);
  const { sizes, feeds: folder, scale = 1 } = given;
  const batchNames = batchSizes(graph).filter((name) => !Object.hasOwn(sizes, name));
  const assumed = Object.entries((await read(sizes)).sizes ?? {}).filter(
    ([name]) => !Object.hasOwn(sizes, name) && !batchNames.includes(name),
  );
  const fixed = {
    ...sizes,
    ...Object.fromEntries(assumed.map(([name, size]) => [name, scale * size])),
  };
  const network = (batch: number) =>
    read({ ...fixed, ...Object.fromEntries(batchNames.map((name) => [name, batch])) });
  return {
    name: basename(path),
    folder: dirname(path),
    bytes,
    sha256: createHash("sha256").update(bytes).digest("hex"),
    batchNames,
    assumedNames: assumed.map(([name]) => name),
    network,
    feeds: async (batch) => {
      const inputs = inputsOf(graph, (await network(batch)).inputs);
      return folder === null
        ? madeUp(inputs)
        : folderSamples(folder, inputs, shell, { beside: dirname(path) });
    },
  };
}

const SCALES = [1, 2, 4, 8] as const;

/**
 * The same, at the first scale of assumed sizes at which the engine runs it: a file does not say that it was made
 * for windows of 512 samples.
 */
export async function runningModel(
  text: string,
  question: ModelQuestion,
  { runner, session, shell }: Running,
): Promise<MeasuredModel> {
  const first = await measuredModel(text, question, shell);
  if (first.assumedNames.length === 0 || question.feeds !== null) return first;
  for (const scale of SCALES) {
    const model = await measuredModel(text, { ...question, scale }, shell);
    const feeds = (await model.feeds(1)).slice(0, 1);
    const answer = await runner.outputs(model.bytes, feeds, session);
    if (answer.kind === "done") return model;
    if (answer.reason !== "error") break;
  }
  return first;
}

interface Running {
  readonly runner: Runner;
  readonly session: Session;
  readonly shell: Shell;
}

function madeUp(inputs: readonly ModelInput[]): readonly Tensors[] {
  const [first = {}] = generatedSamples(inputs, 1, SEED);
  const size = Object.values(first).reduce((sum, { bytes }) => sum + bytes.length, 1);
  const count = Math.max(1, Math.min(SAMPLES, Math.floor(SAMPLE_BYTES_MAX / size)));
  return generatedSamples(inputs, count, SEED);
}
