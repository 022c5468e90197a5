/** How often a model runs for what its benchmark calls one sample. */
import type { Row } from "./row.ts";

/**
 * Passes of one network for one sample of a benchmark.
 *
 * Source: mlcommons/inference README of each: DLRM samples are 100 to 700 user-item pairs, 270 on average;
 * Stable Diffusion XL takes 20 steps of two passes (guided and not). Until v1.1 3D-UNet read one BraTS
 * volume of 224 × 224 × 160, 3.8 times 128 cubed; since then it slides a window of 128 cubed
 * with half overlap over KiTS19 scans: 60 windows a scan is an assumption, chosen when MLPerf rows were seen
 * to ask for 59, so the level of those rows is no test of the model.
 */
const PASSES: readonly (readonly [RegExp, number])[] = [
  [/\bdlrm/i, 270],
  [/3d-?unet/i, 60],
  [/stable[ -]diffusion[ -]xl/i, 40],
];

/** Rounds whose 3D-UNet reads one volume. */
const BRATS = /v(0\.7|1\.[01]) /;
const BRATS_WINDOWS = 4;

/** Steps of a diffusion pipeline that nobody told another number. Source: diffusers, num_inference_steps */
const STEPS_USUAL = 50;

/** Passes that one denoising step of a guided diffusion model takes. */
const PASSES_STEP = 2;

/** Guidance distilled into the model: one pass a step. Source: black-forest-labs/FLUX.1-dev, model card */
const DISTILLED = /flux/i;

/** Passes a sample; one where the model reads its input once. */
export function passesOf(row: Row): number {
  const steps = Number(
    /(\d+) (?:inference |denoising )?steps|steps=(\d+)/.exec(row.notes)?.slice(1).join(""),
  );
  if (steps > 0) return (DISTILLED.test(row.model) ? 1 : PASSES_STEP) * steps;
  if (row.notes.startsWith("Image Generation")) return PASSES_STEP * STEPS_USUAL;
  if (!/^ml(pi|perf)/.test(row.id)) return 1;
  if (/3d-?unet/i.test(row.model) && BRATS.test(row.notes)) return BRATS_WINDOWS;
  return PASSES.find(([model]) => model.test(row.model))?.[1] ?? 1;
}

/** Copies of a model that share one device, each with its own batch. "7 instances per device" */
export function instancesOf(row: Row): number {
  return Number(/x (\d+) instances per device/.exec(row.notes)?.[1] ?? 1);
}

/**
 * Batches that wait their turn when one is sent: latencies of a device kept busy count them.
 *
 * Source: notes of the rows ("set-size 4" of Cloud AI 100); Neuron's batch tables, whose rate times latency
 * is four batches of images and two of text on one chip (20 and 13 rows), so these latencies follow from their rates
 */
export function queuedBatches(row: Row): number {
  if (/; Batch; run mode Data Parallel/.test(row.notes))
    return row.notes.startsWith("Image") ? 4 : 2;
  return Number(/set-size (\d+)/.exec(row.notes)?.[1] ?? 1);
}
