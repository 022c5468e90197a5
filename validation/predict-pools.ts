/**
 * Answers for disaggregated rows: prompts on pools of their own, decodes on others.
 *
 * The prefill pool is asked for answers of one token and the decode pool for prompts of one, so that each
 * does its own phase. Requests under way are shared between pools by Little's law: a request is in the
 * prefill pool for its first token and in the decode pool for the rest.
 */
import type { Estimate, Load } from "../core/estimate/index.ts";
import { unanswered, type Answer } from "./answer.ts";
import { pressureOf } from "./concurrency.ts";
import { lengthsOf, type RequestLengths } from "./lengths.ts";
import { metricOf } from "./metric.ts";
import { statedPools, type Pools, type Split } from "./parallel.ts";
import type { Row } from "./row.ts";
import { estimated, queryOf, subjectOf, type Subject } from "./serving-query.ts";
import type { World } from "./world.ts";

export function predictPools(row: Row, world: World): Answer {
  const subject = subjectOf(row, world);
  if (typeof subject === "string") return unanswered(subject);
  const lengths = lengthsOf(row);
  if (typeof lengths === "string") return unanswered(lengths);
  const pools = statedPools(row);
  const requests = pressureOf(row)?.requests;
  if (pools === null) return unanswered("condition missing: workers of each pool");
  if (requests === undefined) return unanswered("condition missing: concurrency");
  return balanced({ row, world, subject, lengths, pools, requests });
}

interface Question {
  readonly row: Row;
  readonly world: World;
  readonly subject: Subject;
  readonly lengths: RequestLengths;
  readonly pools: Pools;
  readonly requests: number;
}

/** Halvings of the share of requests that are in the prefill pool. */
const ROUNDS = 12;

function balanced(question: Question): Answer {
  const { pools, requests, lengths, row } = question;
  const one = { mean: 1, variation: 0 };
  let low = 0;
  let high = 1;
  let reason = "infeasible: rate";
  let found: { readonly prefill: Estimate; readonly decode: Estimate } | null = null;
  for (let round = 0; round < ROUNDS; round += 1) {
    const share = (low + high) / 2;
    const prefill = ask(question, pools.prefill, { ...lengths, output: one }, share * requests);
    const decode = ask(question, pools.decode, lengths, (1 - share) * requests);
    if (typeof prefill === "string" || typeof decode === "string") {
      reason = typeof prefill === "string" ? prefill : String(decode);
      break;
    }
    found = { prefill, decode };
    const inPrefill = prefill.requestRate.p50;
    const inDecode =
      (requests * (1 - share)) / (decode.tpot.p50 * Math.max(1, lengths.output.mean - 1));
    if (inPrefill > inDecode) high = share;
    else low = share;
  }
  if (found === null) return unanswered(reason);
  const { quantity } = metricOf(row.metric, row.phase, row.unit);
  if (quantity === "tpot") return { interval: found.decode.tpot, spread: "token" };
  if (quantity === "ttft") return { interval: found.prefill.ttft, spread: "first" };
  return unanswered(`metric not predicted: ${quantity}`);
}

function ask(
  { row, world, subject }: Question,
  split: Split,
  lengths: Pick<Load, "input" | "output">,
  requests: number,
): Estimate | string {
  const batching = "continuous";
  const pressure = { requests: Math.max(requests, split.replicas) };
  const query = queryOf({ row, world, subject, lengths, pressure, split, batching });
  if (query === null) return "no engine in the catalogue";
  const { input } = query.load;
  const isDecoding = lengths.output.mean > 1;
  const load = isDecoding ? { ...query.load, cached: 1 - 1 / input.mean } : query.load;
  const { answer } = estimated({ ...query, load });
  return answer.kind === "infeasible" ? `infeasible: ${answer.reason}` : answer;
}
