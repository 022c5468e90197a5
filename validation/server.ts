/**
 * What an MLPerf server of processors gives of its rate: as much as leaves the 99th percentile within the benchmark's limit.
 *
 * All cores are taken as one server that computes sample by sample, which a GPU with its batches is not.
 *
 * Source: mlcommons/inference mlperf.conf (target_latency); the tail of a queue of constant service times falls at twice the
 * pace of one of exponential ones (Tijms 1994, "Stochastic Models", 4.4)
 */
import type { Fraction, Seconds } from "../core/units.ts";
import { answerLimit } from "./limits.ts";
import { isMlperf, isOnHost, type Row } from "./row.ts";

/** Limits of the networks, where a row does not print its own. */
const LIMITS: readonly (readonly [RegExp, Seconds])[] = [
  [/resnet-?50|resnet$/i, 0.015],
  [/mobilenet|ssd-?small/i, 0.01],
  [/retinanet|ssd-?resnet-?34|ssd-?large/i, 0.1],
  [/bert/i, 0.13],
  [/dlrm-?(v2|dcn)/i, 0.06],
  [/dlrm/i, 0.03],
  [/rnn-?t/i, 1],
];

/** Share that late samples may have. */
const LATE: Fraction = 0.01;

/**
 * Share left where a queue is no limit: cores also take requests, and batches are small. Source: assumption; MLPerf's Xeons
 * over their own offline rates (0.75 to 0.81 of five networks, 70 pairs)
 */
const SERVED: Fraction = 0.79;

const ROUNDS = 20;

/** 1 for other rows. `rate` is what all processors compute when nobody waits, in samples a second. */
export function servedShare(row: Row, rate: number): Fraction {
  if (!isMlperf(row) || !isOnHost(row) || row.phase !== "online_serving") return 1;
  const limit = answerLimit(row) ?? LIMITS.find(([model]) => model.test(row.model))?.[1];
  return limit === undefined ? 1 : SERVED * busyShare(limit * rate);
}

/** Share of time that a server is busy when one sample of a hundred is later than the time of `samples`. */
export function busyShare(samples: number): Fraction {
  if (samples <= 1) return 0;
  let [low, high] = [0, 1];
  for (let round = 0; round < ROUNDS; round++) {
    const busy = (low + high) / 2;
    if (busy * Math.exp(-2 * (1 - busy) * (samples - 1)) > LATE) high = busy;
    else low = busy;
  }
  return low;
}
