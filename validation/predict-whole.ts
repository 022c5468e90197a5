/**
 * Answers for batches of text computed from start to end: one phase of them, or both.
 *
 * A table of a phase gives tokens over the time of that phase alone; one of whole batches gives answers
 * over the time from the first prompt to the last token.
 */
import { reciprocal, scale, type Interval } from "../core/interval.ts";
import type { Estimate } from "../core/estimate/index.ts";
import { unanswered, type Answer } from "./answer.ts";
import { metricOf, type Quantity } from "./metric.ts";
import { shareOf } from "./predict-serving.ts";
import type { Row } from "./row.ts";
import { estimated, servingQuery, type Asked } from "./serving-query.ts";
import type { World } from "./world.ts";

export function predictWhole(row: Row, world: World): Answer {
  const asked = servingQuery(phaseAlone(row), world, "whole");
  if (typeof asked === "string") return unanswered(asked);
  const answer = estimated(asked.query);
  if (answer.kind === "infeasible") return unanswered(`infeasible: ${answer.reason}`);
  const { quantity } = metricOf(row.metric, row.phase, row.unit);
  const interval = asSeen(quantity, answer, asked, row);
  return interval === null ? unanswered(`metric not predicted: ${quantity}`) : { interval };
}

/** A prefill test writes one token; a decode test may start from an empty context. */
function phaseAlone(row: Row): Row {
  if (row.phase === "prefill") return { ...row, output_tokens: 1 };
  if (row.phase !== "decode") return row;
  const output = row.output_tokens ?? DECODED_USUAL;
  return {
    ...row,
    input_tokens: Math.max(1, row.input_tokens ?? 1),
    output_tokens: Math.max(2, output),
  };
}

/** Tokens of a decode test whose table does not say. Source: llama-bench, default of -n */
const DECODED_USUAL = 128;

function asSeen(quantity: Quantity, answer: Estimate, asked: Asked, row: Row): Interval | null {
  const { input, output } = asked.lengths;
  const { placement, load } = asked.query;
  const sequences = load.concurrency * placement.replicas * shareOf(row);
  switch (quantity) {
    case "ttft":
      return answer.ttft;
    case "tpot":
      return answer.tpot;
    case "latency":
      return answer.latency;
    case "total-rate":
      return row.phase === "prefill"
        ? reciprocal(answer.ttft, sequences * input.mean)
        : reciprocal(answer.latency, sequences * (input.mean + output.mean));
    case "output-rate":
      return row.phase === "decode"
        ? reciprocal(answer.tpot, sequences)
        : reciprocal(answer.latency, sequences * output.mean);
    case "sample-rate":
      return reciprocal(row.phase === "prefill" ? answer.ttft : answer.latency, sequences);
    case "power":
      return scale(answer.power, 1);
    default:
      return null;
  }
}
