/**
 * What ML.ENERGY's runs send: prompts of its tasks, their pictures, and the prompts that a run sends again.
 *
 * Source: github.com/ml-energy/benchmark of early 2026: mlenergy/llm/datasets.py (every turn of arena-human-preference with the
 * turns before it, code around a gap, an image of VisionArena, 32 frames of a video written as one second of film),
 * configs/vllm (num_requests of benchmark.yaml, num_request_repeats of sweeps.yaml), mlenergy/llm/benchmark.py (RequestTracker: measured
 * from when the first batch has begun)
 */
import type { Fraction, Seconds, Tokens } from "../core/units.ts";
import type { Row } from "./row.ts";

/** Words of a row's notes and of its model, and what holds for both. */
type OfTask = readonly (readonly [task: RegExp, model: RegExp, value: number])[];

/**
 * Mean prompt tokens. Of a second of film Qwen3-VL keeps four frames (two a second, no fewer than four), whose pairs share
 * tokens; Gemma 3 gives an image 256 tokens. The second leaderboard asks about images of COCO, 640 by 480: 576 tokens in LLaVA
 * 1.5, 2,340 in LLaVA-NeXT's five tiles, 1,024 in Chameleon.
 *
 * Source: processor configurations of these models; text, and pictures of any size: where throughput and the median time
 * between tokens agree by physics alone, on either half of the runs
 */
const PROMPTS: OfTask = [
  [/task lm-arena-chat/, /./, 400],
  [/task gpqa/, /./, 250],
  [/task sourcegraph-fim/, /./, 2000],
  [/task image-chat/, /gemma-3/, 400],
  [/task image-chat/, /./, 700],
  [/task video-chat/, /Qwen3-VL/, 1000],
  [/task video-chat/, /./, 4000],
  [/mllm_text_generation/, /llava-1\.5/, 650],
  [/mllm_text_generation/, /llava-next/, 2400],
  [/mllm_text_generation/, /./, 1100],
  [/llm_text_generation/, /./, 150],
];

/** Pictures that an encoder reads of one prompt; tiles and frames count each. */
const PICTURES: OfTask = [
  [/task video-chat/, /Qwen3-VL/, 4],
  [/task video-chat/, /./, 32],
  [/mllm_text_generation/, /llava-next/, 5],
  [/task image-chat|mllm_text_generation/, /./, 1],
];

/** Requests that differ; a run of more sends them again. Prompts of code do not stay in the cache (1,024 of 2,000 tokens), those of gpqa are short. */
const REQUESTS_APART: OfTask = [
  [/task video-chat/, /./, 512],
  [/task (image-chat|lm-arena-chat)/, /./, 1024],
];

/**
 * Time that a prompt with pictures holds up vLLM's steps beyond its tokens, whatever the devices: what is handed over, and an encoder
 * that runs layer by layer outside any graph.
 *
 * Source: throughput beside the median time between tokens of the same runs on H100 and B200: 30 to 60 ms with one
 * picture, 60 to 120 with four, 500 with 32
 */
const READING: Seconds = 0.02;
const READING_PICTURE: Seconds = 0.015;

function found(table: OfTask, { notes, model }: Row): number | null {
  return table.find(([task, reader]) => task.test(notes) && reader.test(model))?.[2] ?? null;
}

/** Mean prompt of the row's task; null where its notes name none. */
export function promptOfTask(row: Row): Tokens | null {
  return found(PROMPTS, row);
}

/**
 * Share of the row's prompts that the engine has in its cache: a run of twice as many requests as run at once sends those again
 * that differ, and what is measured is its later part.
 */
export function cachedShare(row: Row): Fraction {
  const apart = found(REQUESTS_APART, row);
  const batch = Number(row.batch_or_concurrency);
  if (apart === null || !(batch > apart / 2)) return 0;
  return 1 - Math.max(0, apart - batch) / batch;
}

/** What the pictures of a prompt hold the engine up, those of cached prompts not encoded again; 0 without any. */
export function readingTime(row: Row): Seconds {
  const pictures = found(PICTURES, row);
  return pictures === null ? 0 : READING + READING_PICTURE * pictures * (1 - cachedShare(row));
}
