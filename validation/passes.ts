/** How often a model runs for what its benchmark calls one sample. */
import { isUnpadded } from "./padding.ts";
import { isMlperf, isOnHost, type Row } from "./row.ts";

/** One video at a time is dealt over the devices of a host, as nothing else keeps them busy. Source: Wan-Video/Wan2.2 README (--ulysses_size 8) */
const VIDEO = /\bwan[ -]?2\.2/i;
const DEALT_MOST = 8;

/**
 * Passes of one network for one sample of a benchmark.
 *
 * Source: mlcommons/inference README of each: DLRM samples are 100 to 700 user-item pairs, 270 on average;
 * Stable Diffusion XL and Wan 2.2 take 20 steps of two passes (guided and not); a sample of DLRMv3 is one request; GNMT keeps a beam of ten sentences. Until v1.1 3D-UNet read one BraTS
 * volume of 224 × 224 × 160, 3.8 times 128 cubed; since then it slides a window of 128 cubed
 * with half overlap over KiTS19 scans: 60 windows a scan is an assumption, chosen when MLPerf rows were seen
 * to ask for 59, so the level of those rows is no test of the model.
 */
const PASSES: readonly (readonly [RegExp, number])[] = [
  [/\bdlrm(?!-?v3)/i, 270],
  [/3d-?unet/i, 60],
  [/stable[ -]diffusion[ -]xl/i, 40],
  [VIDEO, 40],
  [/\bgnmt/i, 10],
];

/** Rounds whose 3D-UNet reads one volume. */
const BRATS = /v(0\.7|1\.[01]) /;
const BRATS_WINDOWS = 4;

/** Steps of a diffusion pipeline that nobody told another number. Source: diffusers, num_inference_steps */
const STEPS_USUAL = 50;

/** Passes that one denoising step of a guided diffusion model takes. */
const PASSES_STEP = 2;

/**
 * Guidance distilled into the model, or left out: one pass a step.
 *
 * Source: model cards of black-forest-labs/FLUX.1-dev, tencent/HunyuanVideo (cfgdistill) and stabilityai/sdxl-turbo
 */
const DISTILLED = /flux|hunyuanvideo|turbo/i;

/** Devices that compute one sample together, its tokens dealt among them, in a ring and by heads. */
export function dealtOver(row: Row): number {
  const { ring, heads } = dealing(row);
  return ring * heads;
}

function dealing(row: Row): { readonly ring: number; readonly heads: number } {
  const { notes, phase, accelerators = 1 } = row;
  if (isMlperf(row) && VIDEO.test(row.model) && phase === "single_batch_latency")
    return { ring: 1, heads: Math.min(DEALT_MOST, accelerators) };
  const [, ring = 1, heads = 1] = /ring_degree=(\d+), ulysses_degree=(\d+)/.exec(notes) ?? [];
  return { ring: Number(ring), heads: Number(heads) };
}

/**
 * Launches of a pass of a pipeline over its network's operators: xDiT's transformers take two, with modulations and wrappers; each
 * further device in a ring attends, merges, sends and receives once more, in a tenth of a pass's.
 *
 * Source: chosen on ML.ENERGY's third leaderboard, where more devices do not help: 1.6 to 2.6 on seven models, 0.08 to 0.10 on
 * five, so their level is no test; feifeibear/long-context-attention (yunchang), ring_flash_attn_forward
 */
const LAUNCHES_DEALT = 2;
const LAUNCHES_RING = 0.1;

/** Launches of a pass over its network's operators: the halves of a guided step are one batch. Source: diffusers, "guidance_scale" */
export function launchShare(row: Row): number {
  const guided = isGuided(row) ? 1 / PASSES_STEP : 1;
  if (!/ring_degree/.test(row.notes)) return guided;
  return guided * LAUNCHES_DEALT * (1 + LAUNCHES_RING * (dealing(row).ring - 1));
}

/** Denoising steps that the row states; 0 where it states none. */
function stepsOf({ notes }: Row): number {
  const found = /(\d+) (?:inference |denoising )?steps|steps=(\d+)/.exec(notes);
  return Number(found?.slice(1).join("") ?? 0);
}

function isGuided(row: Row): boolean {
  return stepsOf(row) > 0 && !DISTILLED.test(row.model);
}

/** Passes a sample; one where the model reads its input once. */
export function passesOf(row: Row): number {
  const steps = stepsOf(row);
  if (steps > 0) return (isGuided(row) ? PASSES_STEP : 1) * steps;
  if (row.notes.startsWith("Image Generation")) return PASSES_STEP * STEPS_USUAL;
  if (!isMlperf(row)) return 1;
  if (/3d-?unet/i.test(row.model) && BRATS.test(row.notes)) return BRATS_WINDOWS;
  return PASSES.find(([model]) => model.test(row.model))?.[1] ?? 1;
}

/** Copies of a model that share one device, each with its own batch. "7 instances per device", "Data Parallel; 4 NeuronCores" */
export function instancesOf(row: Row): number {
  const words = `${row.batch_or_concurrency} ${row.notes}`;
  const copies = /x (\d+) instances\b|Data Parallel; (\d+) NeuronCores/.exec(words);
  return Number(copies?.[1] ?? copies?.[2] ?? 1) / coresElsewhere(row, copies?.[2]);
}

/** Devices that the cores counted in a row stand in. */
function coresElsewhere({ accelerators }: Row, cores: string | undefined): number {
  return cores === undefined ? 1 : Math.max(1, accelerators ?? 1);
}

/**
 * Batches that wait their turn when one is sent: latencies of a device kept busy count them.
 *
 * Kernels of DPUCADF8H hold four images each and print the time in which all kernels finish four: rate times latency is four
 * on cards of two kernels and of four (three rows and four), so these latencies follow from their rates.
 *
 * Source: notes of the rows ("set-size 4" of Cloud AI 100); Neuron's batch tables, whose rate times latency
 * is two batches of images a core and one of text (20 and 13 rows), so these latencies follow from their rates
 */
export function queuedBatches(row: Row): number {
  const threads = /(\d+) NeuronCores; threads (\d+)/.exec(row.notes);
  if (threads !== null && coresBusy(row) === 1) {
    return Math.max(1, Number(threads[2]) / Number(threads[1]));
  }
  const kernels = Number(/(\d+) DPUCADF8H kernels/.exec(row.notes)?.[1]);
  if (kernels > 0) return 1 / kernels;
  if (coreCopies(row) !== null) return /^Image[^;]*; Batch/.test(row.notes) ? 2 : 1;
  return Number(/set-size (\d+)/.exec(row.notes)?.[1] ?? 1);
}

/**
 * Copies of a model, each on one of the two cores of a chip, whatever instance it is a part of; null in other tables.
 *
 * Rate times latency of Neuron's tables is one image, or two batches of text, or four of images; pipelines of images
 * share their passes out over both cores.
 *
 * Source: 23 rows of images one by one (0.98 to 1.01 in flight), 21 of text (1.9 to 2.0) and 20 of images in batches
 * (3.9 to 4.0); aws-neuron/aws-neuron-sdk about-neuron/benchmarks/inf2/inf2-performance.rst ("Data Parallel")
 */
export function coreCopies({ notes, model }: Row): number | null {
  if (!/run mode Data Parallel; table: /.test(notes) || notes.startsWith("Image Generation"))
    return null;
  const isOne = /^(Image|Multimodal)[^;]*; Real Time/.test(notes) && !PERCEIVERS.test(model);
  return isOne ? 1 : CORES;
}

/** Images one by one on both cores all the same: 1.8 to 2.0 in flight. Source: aws-neuron/aws-neuron-sdk src/benchmark/pytorch/perceiver-vision_benchmark.py (one model or two, the better is printed) */
const PERCEIVERS = /vision-perceiver/;

/** Of a chip in those tables. */
const CORES = 2;

/**
 * Samples of a stream that one device computes: a stream of eight is dealt over all devices.
 *
 * Source: mlcommons/inference inference_rules.adoc (MultiStream: eight samples a query);
 * krai/ck-qaic cmdgen (recommended_multistream_activation_count of one and five cards)
 */
export function streamShare({ metric, accelerators }: Row, samples: number): number {
  if (!metric.endsWith("_per_8_samples")) return samples;
  return Math.ceil(samples / Math.max(1, accelerators ?? 1));
}

/**
 * 90th percentile of a stream's latencies over their mean, where samples are of unequal size and nobody pads them.
 *
 * Source: MLPerf rows of NVIDIA's modules that print both (16 scans of KiTS19 that differ, 17 questions, 12 recordings:
 * 1.72, 1.30 and 1.66 in the middle), so the level of these rows is no test of the law
 */
const TAILS: readonly (readonly [RegExp, number])[] = [
  [/3d-?unet/i, 1.72],
  [/bert/i, 1.3],
  [/rnn-?t/i, 1.66],
];

export function tailOf(row: Row): number {
  const isEqual = /bert/i.test(row.model) && !isUnpadded(row);
  const isVolume = /3d-?unet/i.test(row.model) && BRATS.test(row.notes);
  if (row.metric !== "latency_p90" || isEqual || isVolume) return 1;
  return TAILS.find(([model]) => model.test(row.model))?.[1] ?? 1;
}

/** Share of a device's cores that hold a copy: "4 NeuronCores; threads 8; N models 1" leaves three idle. */
export function coresBusy(row: Row): number {
  const found = /(\d+) NeuronCores; threads \d+; N models (\d+)/.exec(row.notes);
  return found === null ? 1 : Math.min(1, Number(found[2]) / Number(found[1]));
}

/**
 * Devices of a row, or copies on cores of one. Names of TPU v2 and v3 count cores, two a chip: "tpu-v3.8" has four. A node of two sockets has
 * two processors, whatever number of halves a submitter counted; a count of processors that is one of cores is one.
 *
 * Source: Google Cloud TPU documentation, "System architecture" (TensorCores a chip); names of Intel's MLPerf
 * systems ("1-node-2S-SPR-PyTorch-INT8"), whose rates are the same where two nodes of two are claimed
 */
export function devicesOf(row: Row): number {
  const { accelerators, hardware, notes } = row;
  const copies = coreCopies(row);
  if (copies !== null) return copies;
  if (/probably a core count/.test(hardware)) return 1;
  const sockets = isOnHost(row)
    ? Number(/1-node-(\d)S-/.exec(`${notes} ${row.source_location}`)?.[1])
    : 0;
  if (sockets > 0) return sockets;
  const count = Math.max(1, accelerators ?? 1);
  return /\btpu-v[23]\.\d+/i.test(hardware) ? Math.max(1, count / 2) : count;
}
