/**
 * What crosses the link between host and device for a batch: samples in, answers out.
 *
 * Batches that follow each other cross while others are computed; a batch alone waits for it. Rows of a table that samples are drawn
 * from lie with the devices (mlcommons/inference_results_v5.0, R-GAT: wg_sharding_location "cuda").
 *
 * Source: assumption for the share of the link (fill-mask rows of Qualcomm's recipes move 10.5 to 11.6 GB/s over
 * eight lanes of PCIe 4, for vocabularies of 50,000 and of 128,000)
 */
import type { Device } from "../catalogue/index.ts";
import { product, type Model } from "../model/index.ts";
import { storedBytes, type Numerics } from "../precision.ts";
import type { Bytes, BytesPerSecond, Seconds } from "../units.ts";
import type { BatchShape } from "./batch-shape.ts";

/** Share of the host link that transfers reach. */
const REACH = 0.7;
/** Host link of a core of an array whose source gives none. Source: assumption; AWS's rows of XLM-R with scores over 250,002 tokens (3.2 GB/s), so their level is no test */
const LIKELY = 4.5e9;
/** A score is FP32, a token an integer of as many bytes. */
const WORD = 4;

/** Seconds for the whole batch; 0 where the device's host link is not known, or it has its host's memory. */
export function transferTime(
  model: Model,
  numerics: Numerics,
  device: Device,
  shape: BatchShape,
): Seconds {
  if (device.kind === "cpu") return 0;
  return (shape.batch * itemBytes(model, numerics, shape)) / hostRate(device);
}

/**
 * Bytes a second in which one thread of the host takes what crossed, while nothing else runs. Source: Qualcomm's recipes of one batch at
 * a time, 3.1 to 3.4 GB/s link and copy together for vocabularies of 30,000 to 128,100, so their level is no test
 */
const COPIED: BytesPerSecond = 4.5e9;

/** Seconds in which a batch alone waits for the host to copy the scores that a card answered with; copies of a model hide it behind each other. */
export function copyTime(model: Model, { kind, host }: Device, shape: BatchShape): Seconds {
  if (kind === "cpu" || host === undefined || (shape.copies ?? 1) > 1) return 0;
  return (shape.batch * WORD * scoreCount(model, shape)) / COPIED;
}

/** What transfers reach of the host link; infinite where it is not known. */
export function hostRate({ host, kind, systolic }: Device): BytesPerSecond {
  const likely = kind === "asic" && systolic !== undefined ? LIKELY : Infinity;
  return REACH * (host?.bandwidth ?? likely);
}

function itemBytes(model: Model, numerics: Numerics, shape: BatchShape): Bytes {
  if (model.kind === "network") {
    const sent = model.inputs.filter(({ drawn }) => drawn === undefined);
    const values = sent.reduce((sum, input) => sum + product(input.shape), 0);
    return storedBytes(values, numerics.activations);
  }
  return WORD * (shape.input + shape.output + scoreCount(model, shape));
}

/** Scores that one input is answered with: one a token and entry of the vocabulary, where they are asked for. */
export function scoreCount(model: Model, { input, scores }: BatchShape): number {
  const embedding = model.kind === "transformer" ? model.stacks.at(-1)?.embedding : undefined;
  return scores === true && embedding?.kind === "tokens" ? input * embedding.vocab : 0;
}
