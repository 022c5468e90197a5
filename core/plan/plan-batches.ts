/**
 * The search for a network or an encoder, which takes whole batches: on each site the batch that does the
 * objective best within the limits, on as many devices as the demand asks for.
 *
 * A batch waits until it is full, so its first sample waits for the last to come.
 */
import { assert } from "../assert.ts";
import {
  estimateBatch,
  type BatchEstimate,
  type Coefficients,
  type Placement,
  type System,
  type Infeasible,
} from "../estimate/index.ts";
import { exact, probabilityBelow, quantile, scale, sum, type Interval } from "../interval.ts";
import type { Model } from "../model/index.ts";
import { SINGLE_DEVICE } from "../operators/index.ts";
import type { Numerics } from "../precision.ts";
import type { Fraction, RequestsPerSecond } from "../units.ts";
import { fleetBreach } from "./limits.ts";
import { bestPerDevice, paretoFront } from "./rank.ts";
import { counts, nearest } from "./refusals.ts";
import type { Breach, Limits, Objective, Ranking, Refusal, Site } from "./types.ts";

export interface BatchPlanRequest {
  /** That reads and gives no tokens. */
  readonly model: Model;
  /** Samples a second; absent is what one device computes. */
  readonly rate?: RequestsPerSecond;
  /** Those on a request or a fleet; no tokens are given. */
  readonly limits: Pick<Limits, "latency" | "costPerHour" | "power" | "devices">;
  readonly sites: readonly Site[];
  /** Devices there are of a kind, by id; of those not named there are as many as are asked for. */
  readonly stock?: Readonly<Record<string, number>>;
  readonly numerics: readonly Numerics[];
  readonly objective: Objective;
  /** Asks for every plan that no other beats in both, instead of the best of each device. */
  readonly front?: readonly [Objective, Objective];
  readonly confidence: Fraction;
  readonly coefficients?: Coefficients;
}

/** One way to run the model. */
export interface BatchPlan {
  readonly system: System;
  readonly placement: Placement;
  readonly batch: number;
  readonly estimate: BatchEstimate;
  /** Of the sample that waits longest for its batch to fill. */
  readonly latency: Interval;
  /** Of the samples asked for, which may be fewer than there is room for; null where no price is known. */
  readonly costPerItem: Interval | null;
  /** Probability that the limit on latency holds. */
  readonly confidence: Fraction;
}

export interface BatchPlanAnswer extends Omit<Ranking, "plans"> {
  readonly plans: readonly BatchPlan[];
}

/** Batches tried; beyond the last devices are saturated. */
const BATCHES = [1, 4, 16, 64, 256, 1024];

/** The best batch of each device, best device first, or why there is none. */
export function planBatches(request: BatchPlanRequest): BatchPlanAnswer {
  const answers = request.sites.flatMap((site) => siteAnswers(request, site));
  const refusals = answers.filter((answer) => "infeasible" in answer);
  const { objective, front } = request;
  const plans = answers
    .filter((answer) => "estimate" in answer)
    .toSorted((a, b) => batchScore(a, objective) - batchScore(b, objective));
  const best = front === undefined ? bestPerDevice(plans) : paretoFront(plans, front, batchScore);
  return {
    plans: best,
    tried: answers.length,
    refused: counts(refusals),
    nearest: best.length > 0 ? null : nearest(refusals),
  };
}

function siteAnswers(request: BatchPlanRequest, site: Site): readonly (BatchPlan | Refusal)[] {
  const [engine] = site.engines;
  if (engine === undefined) return [];
  return request.numerics.flatMap((numerics) =>
    BATCHES.map((batch) => {
      const placement = { parallel: SINGLE_DEVICE, replicas: 1, numerics, engine };
      return inCheapestHost(request, site, { batch, placement });
    }),
  );
}

type Asked = Pick<BatchPlan, "batch" | "placement">;

/** Times are those of the device, so hosts differ in money and power alone. */
function inCheapestHost(request: BatchPlanRequest, site: Site, asked: Asked): BatchPlan | Refusal {
  const [first, ...others] = site.hosts;
  assert(first !== undefined, "a site has a host");
  const answer = fleet(request, first, asked);
  if ("infeasible" in answer && answer.infeasible.kind === "infeasible") return answer;
  return others.reduce<BatchPlan | Refusal>((best, host) => {
    const next = fleet(request, host, asked);
    return hourly(next) < hourly(best) ? next : best;
  }, answer);
}

function hourly(answer: BatchPlan | Refusal): number {
  if ("infeasible" in answer) return Infinity;
  return answer.estimate.costPerHour?.p50 ?? Number.MAX_VALUE;
}

/** As many devices as the demand takes, or why not. */
function fleet(request: BatchPlanRequest, system: System, asked: Asked): BatchPlan | Refusal {
  const { model, rate, limits, confidence, coefficients } = request;
  const { batch, placement: alone } = asked;
  const query = { model, system, batch, input: 0, output: 0 };
  const sized = sizedTo(rate, (replicas) =>
    estimateBatch({ ...query, placement: { ...alone, replicas } }, coefficients),
  );
  const { replicas, estimate } = sized;
  const placement = { ...alone, replicas };
  if (estimate.kind === "infeasible") return { system, placement, infeasible: estimate };
  const filling = rate === undefined ? 0 : ((batch - 1) * replicas) / rate;
  const latency = sum([estimate.latency, exact(filling, "measured")]);
  const reached = quantile(latency, confidence);
  const stock = request.stock?.[system.device.id] ?? Infinity;
  const allowed = limits.latency ?? Infinity;
  const broken: Breach | null =
    reached > allowed
      ? { kind: "breach", limit: "latency", allowed, reached }
      : fleetBreach({ placement, estimate }, limits, stock);
  if (broken !== null) return { system, placement, infeasible: broken };
  const sure = limits.latency === undefined ? 1 : probabilityBelow(latency, limits.latency);
  const costPerItem =
    rate === undefined || estimate.costPerHour === null
      ? estimate.costPerItem
      : scale(estimate.costPerHour, 1 / SECONDS_PER_HOUR / rate);
  return { system, placement, batch, estimate, latency, costPerItem, confidence: sure };
}

const SIZINGS_MAX = 8;

/** The fewest replicas that keep up with `rate`, though what each does may depend on how many there are. */
function sizedTo(
  rate: number | undefined,
  at: (replicas: number) => BatchEstimate | Infeasible,
): { readonly replicas: number; readonly estimate: BatchEstimate | Infeasible } {
  let replicas = 1;
  let estimate = at(replicas);
  for (let sizing = 0; sizing < SIZINGS_MAX; sizing += 1) {
    if (estimate.kind === "infeasible" || rate === undefined) break;
    const needed = Math.ceil((rate * replicas) / estimate.itemRate.p50);
    if (needed === replicas) break;
    const next = at(needed);
    // What each does may fall again as soon as there is one fewer.
    const fallsShort = next.kind === "infeasible" || next.itemRate.p50 < rate;
    if (needed < replicas && fallsShort) break;
    replicas = needed;
    estimate = next;
  }
  return { replicas, estimate };
}

const SECONDS_PER_HOUR = 3600;

/** What an objective makes small; Infinity where a figure is not known, so that it ranks last. */
export function batchScore(plan: BatchPlan, objective: Objective): number {
  const { estimate, latency, costPerItem, placement } = plan;
  return {
    cost: costPerItem?.p50 ?? Infinity,
    latency: latency.p50,
    throughput: -estimate.itemRate.p50 / placement.replicas,
    energy: estimate.energyPerItem.p50,
    carbon: estimate.carbonPerItem?.p50 ?? Infinity,
    devices: placement.replicas,
  }[objective];
}
