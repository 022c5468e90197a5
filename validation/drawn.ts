/**
 * Lengths that FasterTransformer's examples of encoders draw, and batches cut for its pipelines.
 *
 * A guide prints the longest length that a sentence may have; the example draws each below it, from one seed, and padding is
 * taken out. Stages of a pipeline take equal parts of the batch, one behind another.
 *
 * Source: NVIDIA/FasterTransformer examples/cpp/bert/bert_example.cc (rand_r of seed 0, modulo seq_len);
 * src/fastertransformer/models/bert/Bert.cc (getLocalBatchSize); glibc stdlib/rand_r.c
 */
import type { Tokens } from "../core/units.ts";
import { collection, type Row } from "./row.ts";

/** Mean of the lengths of `batch` sentences below `longest`. */
export function drawnLength(batch: number, longest: Tokens): Tokens {
  let seed = 0;
  let sum = 0;
  const draw = (bits: number): number => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
    return (seed >>> 16) % 2 ** bits;
  };
  for (let index = 0; index < batch; index++) {
    const high = draw(11);
    const middle = draw(10);
    sum += (((high << 20) ^ (middle << 10) ^ draw(10)) >>> 0) % longest;
  }
  return Math.max(1, sum / batch);
}

/** Whether the row is of an example that draws them. */
export function isDrawn(row: Row): boolean {
  const isOwn = collection(row) === "ftrf" && row.engine.startsWith("FasterTransformer");
  return isOwn && /^BERT\b/.test(row.model);
}

/** Equal parts of a batch that follow each other through the stages of a pipeline. */
export function partsOf(row: Row, batch: number): number {
  const { pp: stages = 1 } = row;
  return isDrawn(row) && batch % stages === 0 ? stages : 1;
}

/** Time until the last part has passed the last stage, over that of one part on one device. */
export function staged(row: Row, batch: number): number {
  const { pp: stages = 1 } = row;
  return isDrawn(row) ? (stages + partsOf(row, batch) - 1) / stages : 1;
}
