/** A file held against a development model: how far its outputs are, and how many times as fast it is. */
import { numbersOf } from "../core/optimise/guard/index.ts";
import { decoderOf, type Ratio, type Runner, type Tensors } from "../core/optimise/index.ts";
import { loopRunner } from "../cli/optimise/decoding.ts";
import { onnxRunner } from "../measure/onnx/index.ts";
import { DEVELOPMENT, type DevelopmentModel } from "./_development.ts";
import { ready, type ReadyModel } from "./_ready.ts";

/** What became of one file. */
export interface Tried {
  readonly name: string;
  /** Times as fast as shipped, by processor time; null where it does not run, or cannot be used. */
  readonly ratio: Ratio | null;
  /** The model as shipped against itself in the same turns. */
  readonly control: Ratio | null;
  readonly decibels: number | null;
  /** Of the file as shipped, where both are held against what it was made from. */
  readonly shipped?: number;
  readonly fault: string | null;
}

/** Nothing worse than this stands in for a model. */
const DECIBELS_LEAST = 20;
/** Samples that no calibration saw. */
const HELD_OUT = { count: 4, seed: 23 };
const COMPARE_SECONDS = 6;
/** Turns of a loop are several tokens. */
const LOOP_SECONDS = 20;

/** Times and judges a file; null is the file as shipped. What is below 20 dB is not timed. */
export type Judge = (name: string, bytes: Uint8Array | null) => Promise<Tried>;

export async function judgeOf(model: DevelopmentModel, file: ReadyModel): Promise<Judge> {
  const held = file.samples(HELD_OUT.count, HELD_OUT.seed);
  const local = onnxRunner({ patience: 600 });
  const decoder = await decoderOf(file.bytes);
  const runner = decoder === null ? local : loopRunner(local, decoder, held);
  const original = await originalOf(model, file);
  const reference = await outputsOf(local, original, held);
  const shipped =
    original === file.bytes
      ? null
      : signalOverNoise(reference, await outputsOf(local, file.bytes, held));
  // Where the file itself is further than that from the model it was made from, nothing is to be further than the file.
  const least = Math.min(DECIBELS_LEAST, shipped ?? Infinity);
  return async (name, bytes) => {
    const untimed = { name, ratio: null, control: null, ...(shipped === null ? {} : { shipped }) };
    const candidate = bytes ?? file.bytes;
    const outputs = await local.outputs(candidate, held, session(true));
    if (outputs.kind === "failed") {
      const fault = `${outputs.reason}: ${outputs.message.split("\n")[0]?.slice(0, 100) ?? ""}`;
      return { ...untimed, decibels: null, fault };
    }
    const decibels = signalOverNoise(reference, outputs.value);
    if (bytes === null) return { ...untimed, decibels, fault: "kept as shipped" };
    if (decibels < least) return { ...untimed, decibels, fault: null };
    const subject = (own: Uint8Array) => ({ model: own, session: session(true), feeds: held });
    const seconds = decoder === null ? COMPARE_SECONDS : LOOP_SECONDS;
    const turns = await runner.compare(subject(file.bytes), subject(candidate), seconds);
    if (turns.kind === "failed") return { ...untimed, decibels, fault: turns.message };
    const { cpuRatio, cpuControl } = turns.value;
    return { ...untimed, ratio: cpuRatio, control: cpuControl, decibels, fault: null };
  };
}

async function originalOf(model: DevelopmentModel, file: ReadyModel): Promise<Uint8Array> {
  const original = DEVELOPMENT.find(({ id }) => id === model.original);
  return (original === undefined ? null : await ready(original))?.bytes ?? file.bytes;
}

function session(optimises: boolean) {
  return { threads: 1, provider: "cpu", optimises };
}

/** By an engine that rewrites nothing. */
async function outputsOf(
  by: Runner,
  model: Uint8Array,
  feeds: readonly Tensors[],
): Promise<readonly Tensors[]> {
  const outcome = await by.outputs(model, feeds, session(false));
  if (outcome.kind === "failed") throw new Error(outcome.message);
  return outcome.value;
}

/** Energy of the reference over that of the difference, of the worst output that both have, in decibels; 200 at most. */
function signalOverNoise(reference: readonly Tensors[], candidate: readonly Tensors[]): number {
  const names = Object.keys(reference[0] ?? {}).filter((name) => candidate[0]?.[name]);
  return Math.min(200, ...names.map((name) => decibelsOf(name, reference, candidate)));
}

function decibelsOf(
  name: string,
  reference: readonly Tensors[],
  candidate: readonly Tensors[],
): number {
  let [signal, noise] = [0, 0];
  for (const [place, { [name]: tensor }] of reference.entries()) {
    const other = candidate[place]?.[name];
    const wanted = tensor === undefined ? [] : (numbersOf(tensor) ?? []);
    const got = other === undefined ? [] : (numbersOf(other) ?? []);
    for (let index = 0; index < wanted.length; index += 1) {
      const value = wanted[index] ?? 0;
      signal += value ** 2;
      noise += (value - (got[index] ?? Infinity)) ** 2;
    }
  }
  return noise === 0 ? 200 : 10 * Math.log10(signal / noise);
}
