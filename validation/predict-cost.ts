/** Answers in money: what a row's machine costs while it makes a million tokens or inferences. */
import { reciprocal } from "../core/interval.ts";
import { unanswered, type Answer } from "./answer.ts";
import type { Row } from "./row.ts";

const MILLION = 1e6;
const SECONDS_PER_HOUR = 3600;

/** The hourly price that the row prints over the rate that `predictRate` answers. */
export function predictCost(row: Row, predictRate: (row: Row) => Answer): Answer {
  const hourly = Number(/hourly rate ([\d.]+) USD/.exec(row.notes)?.[1]);
  if (!(hourly > 0)) return unanswered("condition missing: price");
  const answer = predictRate(rateRow(row));
  if (!("interval" in answer)) return answer;
  return { interval: reciprocal(answer.interval, (MILLION * hourly) / SECONDS_PER_HOUR) };
}

/** The same run asked for its rate. */
function rateRow(row: Row): Row {
  return row.metric.endsWith("tokens")
    ? { ...row, metric: "output_token_throughput", unit: "tok/s" }
    : { ...row, metric: "throughput", unit: "inferences/s" };
}
