/**
 * Answers for queues of recordings that a model listens to and writes down, by the best of some batches a device.
 *
 * Engines that batch as requests come keep as many answers under way; what a whole batch takes from its first encoder to its last
 * token is the same work.
 */
import type { Answer } from "./answer.ts";
import { pressureOf } from "./concurrency.ts";
import { isSpeech } from "./precision.ts";
import { predictWhole } from "./predict-whole.ts";
import { isMlperf, type Row } from "./row.ts";
import type { World } from "./world.ts";

/** Source: assumption; NVIDIA/TensorRT-LLM examples/models/core/whisper/README.md (max_batch_size 8) up to what memory holds */
const BATCHES = [8, 32, 128, 512];

/** Whether a submission's row leaves the batch to whoever ran it, and its model's encoder reads the input apart. */
export function isListened(row: Row, world: World): boolean {
  if (!isMlperf(row) || pressureOf(row) !== null) return false;
  const named = world.model(row.model);
  return named !== null && isSpeech(named.model);
}

export function predictBestBatch(row: Row, world: World): Answer {
  const answers = BATCHES.map((batch) => {
    const all = batch * Math.max(1, row.accelerators ?? 1);
    return predictWhole({ ...row, batch_or_concurrency: String(all) }, world);
  });
  return answers.reduce((best, next) => (rateOf(next) > rateOf(best) ? next : best));
}

function rateOf(answer: Answer): number {
  return "interval" in answer ? answer.interval.p50 : 0;
}
