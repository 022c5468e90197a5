/** Which layers bear fewer bits: the noise that each alone adds to what the model gives. */
import { assert } from "../../assert.ts";
import { decodeOnnxFile, encodeOnnxFile } from "../../model/onnx/index.ts";
import { Draft } from "../draft.ts";
import type { Outcome, Runner, Session, Tensors } from "../runner.ts";
import { floatsIn, type Calibration } from "./calibrate.ts";
import { quantise } from "./quantise.ts";
import type { Recipe } from "./recipe.ts";

export interface LayerNoise {
  /** As a recipe's `kept` names it. */
  readonly layer: string;
  /** Power of the error over power of the output, the worst of all outputs: 0.01 is 20 dB. */
  readonly noise: number;
}

/** What sensitivity is measured on. */
export interface Probe {
  /** The bytes of the model before it is put into fewer bits. */
  readonly model: Uint8Array;
  readonly calibration: Calibration | null;
  /** One or two are enough: layers differ by orders of magnitude. */
  readonly feeds: readonly Tensors[];
  readonly runner: Runner;
  readonly session: Session;
  /** Told before each layer with the share that is behind; an answer of false ends it with what is known. */
  readonly goes: (share: number) => boolean;
}

/**
 * The noise of each layer that `recipe` would change, by one run each, those of most `gain` first; layers that do not
 * run alone are left out.
 */
export async function layerNoises(
  recipe: Recipe,
  probe: Probe,
  gain: (layer: string) => number = () => 1,
): Promise<Outcome<readonly LayerNoise[]>> {
  const { model, feeds, runner, session, calibration } = probe;
  const reference = await runner.outputs(model, feeds, session);
  if (reference.kind === "failed") return reference;
  const whole = quantise(await draftOf(model), recipe, calibration);
  const all = whole.ok ? whole.value.quantised : [];
  const layers = all.toSorted((a, b) => gain(b) - gain(a));
  const noises: LayerNoise[] = [];
  for (const [place, layer] of layers.entries()) {
    if (!probe.goes(place / layers.length)) break;
    const draft = await draftOf(model);
    const kept = [...recipe.kept, ...layers.filter((other) => other !== layer)];
    if (!quantise(draft, { ...recipe, kept }, calibration).ok) continue;
    const answer = await runner.outputs(encodeOnnxFile(draft.sealed()), feeds, session);
    if (answer.kind === "done")
      noises.push({ layer, noise: outputNoise(reference.value, answer.value) });
  }
  return { kind: "done", value: noises };
}

async function draftOf(bytes: Uint8Array): Promise<Draft> {
  const model = await decodeOnnxFile(bytes);
  assert(model.ok, "a model that was decoded before is decoded again");
  return Draft.of(model.value);
}

/** Errors over outputs, in power, of the output that fares worst; whole numbers are not looked at. */
function outputNoise(reference: readonly Tensors[], answers: readonly Tensors[]): number {
  const sums = new Map<string, { error: number; power: number }>();
  for (const [sample, outputs] of reference.entries()) {
    for (const [name, tensor] of Object.entries(outputs)) {
      const other = answers[sample]?.[name];
      if (tensor.type !== 1 || other === undefined) continue;
      const sum = sums.get(name) ?? { error: 0, power: 0 };
      const values = floatsIn(other);
      for (const [at, value] of floatsIn(tensor).entries()) {
        sum.power += value * value;
        sum.error += (value - (values[at] ?? 0)) ** 2;
      }
      sums.set(name, sum);
    }
  }
  const shares = [...sums.values()].map(({ error, power }) => (power === 0 ? 0 : error / power));
  return shares.some((share) => Number.isNaN(share)) ? Infinity : Math.max(0, ...shares);
}

/**
 * `recipe` with so many layers kept that the noise of the others, which adds up in power where it is independent,
 * stays below `noiseMax`; layers of unknown noise are kept.
 *
 * `gain` weighs a layer: its time, where it is known. Layers are taken by gain for noise, the best first.
 */
export function withinNoise<R extends Recipe>(
  recipe: R,
  noises: readonly LayerNoise[],
  layers: readonly string[],
  noiseMax: number,
  gain: (layer: string) => number = () => 1,
): R {
  const byWorth = noises.toSorted((a, b) => a.noise / gain(a.layer) - b.noise / gain(b.layer));
  const taken = new Set<string>();
  let sum = 0;
  for (const { layer, noise } of byWorth) {
    if (sum + noise > noiseMax) continue;
    sum += noise;
    taken.add(layer);
  }
  return { ...recipe, kept: layers.filter((layer) => !taken.has(layer)) };
}

/**
 * `recipe` with the layers kept that bear it least, so that the noise of the others stays below `noiseMax`: 0.003 is
 * 25 dB. The sum is a forecast; whether the model is sound is the guard's to say.
 *
 * Errors: a model that does not run as it is.
 */
export async function mixed(
  recipe: Recipe,
  noiseMax: number,
  probe: Probe,
  gain?: (layer: string) => number,
): Promise<Outcome<Recipe>> {
  const whole = quantise(await draftOf(probe.model), recipe, probe.calibration);
  const noises = await layerNoises(recipe, probe, gain);
  if (noises.kind === "failed") return noises;
  const layers = whole.ok ? whole.value.quantised : [];
  return { kind: "done", value: withinNoise(recipe, noises.value, layers, noiseMax, gain) };
}
