/** Answers for rows of served language models, whatever the family asks of the estimate. */
import { lognormal, reciprocal, scale, sum, type Interval } from "../core/interval.ts";
import { deviceCount } from "../core/index.ts";
import {
  type Coefficients,
  estimate,
  type Estimate,
  type SpreadName,
} from "../core/estimate/index.ts";
import type { Seconds } from "../core/units.ts";
import { type Answer, refusalOf, unanswered } from "./answer.ts";
import { jointAnswers, sequencesOfSample, WHOLE_OUTPUT } from "./beams.ts";
import { pressureOf, queuedRequests, sentRequests } from "./concurrency.ts";
import { SET_ASIDE } from "./contradicted.ts";
import {
  answerLimit,
  atLimit,
  meanLimits,
  type MeanLimits,
  percentileOverMean,
  tailAtLimit,
} from "./limits.ts";
import { metricOf, type Quantity } from "./metric.ts";
import { shareOf } from "./parallel.ts";
import { predictRun } from "./predict-run.ts";
import type { Row } from "./row.ts";
import { estimated, type Asked } from "./serving-query.ts";
import { longestTokens } from "./served-benchmark.ts";
import { isBurst, isReplayable, REQUESTS_OPEN } from "./traffic.ts";
import { tunedQuery } from "./tuned-split.ts";
import type { World } from "./world.ts";

export function predictServing(row: Row, world: World): Answer {
  const { quantity, statistic } = metricOf(row.metric, row.phase, row.unit);
  if (quantity === "tpot" && isContradicted(row)) return unanswered(SET_ASIDE);
  const limit = meanLimits(row);
  const { coefficients } = world;
  const asked = tunedQuery(row, world, (query) => {
    const loaded = limit === null ? query : atLimit(query, limit, coefficients);
    const answer = estimate(loaded, coefficients);
    return answer.kind === "infeasible" ? 0 : answer.requestRate.p50;
  });
  if (typeof asked === "string") return unanswered(asked);
  if (limit !== null) return predictServer(row, world, asked, limit);
  const bound = quantity === "latency" ? answerLimit(row) : null;
  if (bound !== null) return predictTail(asked, bound, coefficients);
  if (statistic !== "typical" || (isOfRun(quantity, row) && isReplayable(row))) {
    return predictRun(row, world, asked.query);
  }
  const { answer, isOverloaded } = estimated(asked.query, world.coefficients, queuedRequests(row));
  if (answer.kind === "infeasible") return unanswered(refusalOf(answer));
  if ((isOverloaded || isEndless(asked)) && (quantity === "ttft" || quantity === "latency")) {
    return unanswered("condition missing: requests of an overload, which decide its queue");
  }
  const interval = asSeen(quantity, answer, asked, row);
  if (interval === null) return unanswered(`metric not predicted: ${quantity}`);
  if (interval.basis === "measured") {
    return { interval: ended(interval, answer, sentRequests(row)) };
  }
  const spread = SPREADS.get(quantity);
  return spread === undefined ? { interval } : { interval, spread, traits: answer.traits };
}

/** At the limit of the row's benchmark. */
function predictServer(row: Row, world: World, asked: Asked, limit: MeanLimits): Answer {
  const { quantity, statistic } = metricOf(row.metric, row.phase, row.unit);
  const query = atLimit(asked.query, limit, world.coefficients);
  const answer = estimate(query, world.coefficients);
  if (answer.kind === "infeasible") return unanswered(refusalOf(answer));
  if (quantity === "latency") return { interval: longestAnswer(answer, row) };
  const interval = asSeen(quantity, answer, { ...asked, query }, row);
  const over = statistic === "typical" ? 1 : percentileOverMean(quantity);
  if (interval === null || over === null) return unanswered(`metric not predicted: ${quantity}`);
  const spread = quantity === "ttft" ? "run" : SPREADS.get(quantity);
  const seen = { interval: scale(interval, over) };
  return spread === undefined ? seen : { ...seen, spread, traits: answer.traits };
}

/** Whole answers under a bound, where no token has one: at the bound, or as long as one alone takes. */
function predictTail({ query }: Asked, bound: Seconds, coefficients: Coefficients): Answer {
  const { input, output, cached } = query.load;
  const load = { input, output, cached, concurrency: 1 };
  const alone = estimate({ ...query, load }, coefficients);
  return alone.kind === "infeasible"
    ? unanswered(refusalOf(alone))
    : { interval: tailAtLimit(alone.latency, bound) };
}

/** The 99th percentile of whole answers: at the bound that the row prints for it, or as long as the longest that it lets a model write. */
function longestAnswer({ ttft, tpot }: Estimate, row: Row): Interval {
  const bound = answerLimit(row);
  if (bound !== null) return tailAtLimit(scale(tpot, WHOLE_OUTPUT), bound);
  return sum([ttft, scale(tpot, longestTokens(row) - 1)]);
}

/**
 * Rate of an open stream that is served as it comes, of so many requests, by the end of the last answer. The arrivals of n requests are drawn:
 * their rate has a deviation of 1/√n.
 */
function ended(rate: Interval, { requestRate, latency }: Estimate, sent: number | null): Interval {
  const requests = sent ?? REQUESTS_OPEN;
  const late = 1 + (requestRate.p50 * latency.p50) / requests;
  return lognormal(rate.p50 / late, 1 / Math.sqrt(requests), rate.basis);
}

/**
 * Whether the row's notes show that its source prints a throughput of the same run which the time a token cannot have
 * given: ML.ENERGY's median between tokens, where most steps are short and some long.
 */
function isContradicted({ notes }: Row): boolean {
  return /CHECK: tpot x throughput/.test(notes);
}

/**
 * First tokens and whole requests include the queue, which only a simulation of the test's own requests knows; a stream
 * that overloads the engine ends before a token takes as long as it would for ever.
 */
function isOfRun(quantity: Quantity, row: Row): boolean {
  if (quantity === "tpot") return pressureOf(row)?.rate !== undefined || isBurst(row);
  return quantity === "ttft" || quantity === "latency" || (RATES.has(quantity) && isBurst(row));
}

const RATES: ReadonlySet<Quantity> = new Set(["output-rate", "total-rate", "sample-rate"]);

function isEndless({ query }: Asked): boolean {
  return query.load.concurrency >= ENDLESS;
}

/** From here on a queue is not one that a test waits for. */
const ENDLESS = 10_000;

const SPREADS: ReadonlyMap<Quantity, SpreadName> = new Map([
  ["ttft", "first"],
  ["tpot", "token"],
  ["output-rate", "rate"],
  ["total-rate", "rate"],
  ["sample-rate", "rate"],
  ["power", "power"],
  ["energy-token", "energy"],
  ["energy-sample", "energy"],
  ["samples-joule", "energy"],
]);

/** The figure of an estimate that the row's metric names, for all devices or for one as the row counts. */
function asSeen(quantity: Quantity, answer: Estimate, asked: Asked, row: Row): Interval | null {
  const { input, output } = asked.lengths;
  const share = shareOf(row);
  switch (quantity) {
    case "ttft":
      return answer.ttft;
    case "tpot":
      return row.notes.startsWith("median inter-token") ? answer.gap : answer.tpot;
    case "latency":
      return answer.latency;
    case "output-rate":
      return scale(answer.outputRate, share / jointAnswers(row));
    case "total-rate":
      return scale(answer.requestRate, share * (input.mean + output.mean));
    case "sample-rate":
      return scale(answer.requestRate, share / sequencesOfSample(row));
    case "power":
      return answer.power;
    case "energy-token":
      return deviceEnergy(answer, asked, answer.outputRate.p50);
    case "energy-sample":
      return deviceEnergy(answer, asked, answer.requestRate.p50);
    case "samples-joule":
      return reciprocal(deviceEnergy(answer, asked, answer.requestRate.p50));
    default:
      return null;
  }
}

/** Joules of the devices alone for each of `rate` a second, as sure as the energy at the wall. */
function deviceEnergy(answer: Estimate, { query }: Asked, rate: number): Interval {
  const { parallel, replicas } = query.placement;
  const devices = deviceCount(parallel) * replicas;
  const middle = (answer.devicePower.p50 * devices) / rate;
  return scale(answer.energyPerToken, middle / answer.energyPerToken.p50);
}
