/**
 * Streams of samples on Qualcomm's cards: chips that they are dealt over, and boxes that the host of a card chooses before the next
 * sample is sent, as Qualcomm's submissions do.
 *
 * Source: krai/ck-qaic, program/object-detection-qaic-loadgen (choice of boxes in C++ on the host). Seconds a score are read off
 * single streams of SSD-MobileNet and SSD-ResNet34 on hosts of servers (1.8 and 4.3 ns) and of phones' chips (8.5 and 15), and the
 * most scores that leave a card off RetinaNet's, so the level of those rows is no test of it
 */
import type { Model } from "../core/index.ts";
import type { Seconds } from "../core/units.ts";
import { isMlperf, type Row } from "./row.ts";

const SCORE: Seconds = 3e-9;
const SCORE_MOBILE: Seconds = 12e-9;
/** Of a network with more, only the best of each level leave the card. */
const SCORES_MOST = 1.5e6;
/** Streams of several samples are chosen from by as many threads. */
const THREADS = 2;

/** Seconds that the host of the row's card takes a score of `model`; 0 where the device chooses, or others compute meanwhile. */
export function choiceOf(row: Row, model: Model): Seconds {
  if (model.kind !== "network" || row.phase !== "single_batch_latency") return 0;
  if (!isMlperf(row) || !/qualcomm cloud ai sdk/i.test(row.engine)) return 0;
  const scores = model.nodes.reduce(
    (sum, { work, count }) => sum + (work.kind === "host" ? count * work.elements : 0),
    0,
  );
  const left = Math.min(1, SCORES_MOST / Math.max(1, scores));
  const seconds = /snapdragon/i.test(row.hardware) ? SCORE_MOBILE : SCORE;
  return (left * seconds) / (Number(row.batch_or_concurrency) > 1 ? THREADS : 1);
}

/** Chips of a card that samples of a stream are dealt over, each to one; 1 where the row counts whole cards. */
export function chipsOf({ hardware, phase }: Row): number {
  return phase === "single_batch_latency" && /Cloud AI 100 Ultra/i.test(hardware) ? CHIPS : 1;
}

/** Source: Qualcomm Cloud AI SDK, Cloud AI Platforms table (Ultra: four SoCs of 16 cores) */
const CHIPS = 4;
