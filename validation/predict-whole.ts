/**
 * Answers for batches of text computed from start to end: one phase of them, or both.
 *
 * A table of a phase gives tokens over the time of that phase alone; one of whole batches gives answers
 * over the time from the first prompt to the last token.
 */
import { reciprocal, scale, type Interval } from "../core/interval.ts";
import { estimateBatch, type BatchEstimate, type SpreadName } from "../core/estimate/index.ts";
import { deviceCount } from "../core/index.ts";
import { type Answer, refusalOf, unanswered } from "./answer.ts";
import { aged, withAttentionOf, withKernelsOf } from "./engine.ts";
import { metricOf, type Quantity } from "./metric.ts";
import { shareOf } from "./parallel.ts";
import type { Row } from "./row.ts";
import { servingQuery, type Asked } from "./serving-query.ts";
import { beamsOf, wordsOf } from "./translated.ts";
import type { World } from "./world.ts";

export function predictWhole(row: Row, world: World): Answer {
  const asked = servingQuery(phaseAlone(row), world, "whole");
  if (typeof asked === "string") return unanswered(asked);
  const { model, system, load } = asked.query;
  const engine = aged(
    row,
    withKernelsOf(row, asked.query.placement.engine, world.engines),
    system.device,
  );
  const placement = { ...asked.query.placement, engine: withAttentionOf(row, engine, model) };
  const batch = Math.max(1, load.concurrency / placement.parallel.data);
  const shape = {
    batch,
    input: load.input.mean,
    output: load.output.mean,
    slots: batch * beamsOf(row),
  };
  const answer = estimateBatch({ model, system, placement, ...shape }, world.coefficients);
  if (answer.kind === "infeasible") return unanswered(refusalOf(answer));
  const { quantity } = metricOf(row.metric, row.phase, row.unit);
  const interval = asSeen(quantity, answer, asked, row);
  if (interval === null) return unanswered(`metric not predicted: ${quantity}`);
  return { interval, spread: spreadOf(quantity, row), traits: answer.traits };
}

/** A prefill test writes one token; a decode test may start from an empty context. */
function phaseAlone(row: Row): Row {
  if (row.phase === "prefill") return { ...row, output_tokens: 1 };
  if (row.phase !== "decode") return row;
  const output = row.output_tokens ?? DECODED_USUAL;
  const input = Math.max(1, row.input_tokens ?? 1);
  return { ...row, input_tokens: input, output_tokens: Math.max(2, output) };
}

/** Tokens of a decode test whose table does not say. Source: llama-bench, default of -n */
const DECODED_USUAL = 128;

function spreadOf(quantity: Quantity, { phase }: Row): SpreadName {
  if (quantity === "energy-sample") return "energy";
  return phase === "prefill" || quantity === "ttft" ? "prompt" : "batch";
}

function asSeen(
  quantity: Quantity,
  answer: BatchEstimate,
  asked: Asked,
  row: Row,
): Interval | null {
  const { input, output } = asked.lengths;
  const { placement, load } = asked.query;
  const sequences = load.concurrency * placement.replicas * shareOf(row);
  const { prefill, latency, tokenTime } = answer;
  switch (quantity) {
    case "ttft":
      return prefill;
    case "tpot":
      return tokenTime;
    case "latency":
      return latency;
    case "total-rate":
      return row.phase === "prefill"
        ? reciprocal(prefill, sequences * input.mean)
        : reciprocal(latency, sequences * (input.mean + output.mean));
    case "output-rate":
      return row.phase === "decode"
        ? tokenTime && reciprocal(tokenTime, sequences)
        : reciprocal(latency, sequences * (wordsOf(row) ?? output.mean));
    case "sample-rate":
      return reciprocal(row.phase === "prefill" ? prefill : latency, sequences);
    case "energy-sample":
      return batchEnergy(answer, deviceCount(placement.parallel) * placement.replicas);
    default:
      return null;
  }
}

/** Joules of the devices alone for an answer, as sure as the energy at the wall. */
function batchEnergy(
  { devicePower, itemRate, energyPerItem }: BatchEstimate,
  devices: number,
): Interval {
  const middle = (devicePower.p50 * devices) / itemRate.p50;
  return scale(energyPerItem, middle / energyPerItem.p50);
}
