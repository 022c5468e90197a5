/** Answers for disaggregated rows: prompts on pools of their own, decodes on others. */
import { type Answer, refusalOf, unanswered } from "./answer.ts";
import { pressureOf } from "./concurrency.ts";
import { lengthsOf } from "./lengths.ts";
import { metricOf } from "./metric.ts";
import { placesOf } from "./places.ts";
import { statedPools } from "./parallel.ts";
import { predictRun } from "./predict-run.ts";
import type { Row } from "./row.ts";
import { estimated, queryOf, subjectOf } from "./serving-query.ts";
import { isReplayable } from "./traffic.ts";
import type { World } from "./world.ts";

export function predictPools(row: Row, world: World): Answer {
  const subject = subjectOf(row, world);
  if (typeof subject === "string") return unanswered(subject);
  const lengths = lengthsOf(row);
  if (typeof lengths === "string") return unanswered(lengths);
  const pools = statedPools(row);
  if (pools === null) return unanswered("condition missing: workers of each pool");
  const pressure = pressureOf(row);
  if (pressure === null) return unanswered("condition missing: concurrency");
  const { decode: split, prefill } = pools;
  const batching = "continuous";
  const query = queryOf({ row, world, subject, lengths, pressure, split, batching });
  if (query === null) return unanswered("no engine in the catalogue");
  const load = { ...query.load, concurrency: pressure.requests };
  const { engine } = query.placement;
  const places = placesOf(row, pressure.requests);
  const decoding = places === null ? engine : { ...engine, sequencesMax: places };
  const placement = { ...query.placement, engine: decoding, prefill: { ...prefill, engine } };
  const asked = { ...query, load, placement };
  const { quantity } = metricOf(row.metric, row.phase, row.unit);
  if (quantity === "ttft" && isReplayable(row)) {
    return predictRun(row, world, asked, { ...query, placement });
  }
  const { answer } = estimated(asked, world.coefficients);
  if (answer.kind === "infeasible") return unanswered(refusalOf(answer));
  if (quantity === "tpot") return { interval: answer.tpot, spread: "token", traits: answer.traits };
  if (quantity === "ttft") return { interval: answer.ttft, spread: "first", traits: answer.traits };
  return unanswered(`metric not predicted: ${quantity}`);
}
