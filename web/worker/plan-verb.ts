/** Plans, one device after the other, so that the first are seen while the rest are searched. */
import {
  catalogue,
  deviceCount,
  explain,
  planAt,
  ranked,
  sitesOf,
  usualFormats,
  type Change,
  type Counterfactual,
  type Demand,
  type Limits,
  type Objective,
  type PlanRequest,
  type Site,
  type SiteChoice,
} from "../../core/index.ts";
import { enginesNamed } from "./engines.ts";
import { modelOf, type ModelChoice } from "./models.ts";
import { rowOf, type PlanRow } from "./plan-row.ts";
import type { Parts } from "./messages.ts";
import { workloadNamed } from "./workloads.ts";

/** What the plan view asks. Quantities in SI units; null is no limit. */
export interface PlanQuestion {
  readonly model: ModelChoice;
  readonly workload: string;
  readonly demand: Demand;
  readonly limits: Limits;
  readonly choice: SiteChoice;
  /** Only these; all where empty. */
  readonly engines: readonly string[];
  readonly objective: Objective;
  readonly percentile: number;
  readonly confidence: number;
}

export interface PlanView {
  readonly plans: readonly PlanRow[];
  readonly tried: number;
  readonly refused: Readonly<Record<string, number>>;
  /** Sites searched, and all of them. */
  readonly searched: number;
  readonly sites: number;
  /** What would change the best plan; empty until the search is done. */
  readonly reasons: readonly Reason[];
}

/** One thing altered, and the best plan sized again with it. */
export interface Reason {
  readonly change: Change;
  /** Objective after over before: below 1 is better. */
  readonly ratio: number | null;
  readonly devices: number | null;
  /** Why it is no plan. */
  readonly refused: string | null;
}

/** Devices that made plans for the last question: they most likely do for the next. */
let promising: readonly string[] = [];

/** Milliseconds of search after which the answer so far is shown, first and then again. */
const FIRST_AFTER = 15;
const PART_AFTER = 60;

export async function* planAnswer(question: PlanQuestion): Parts<PlanView> {
  const request = requestOf(question);
  const sites = likelyFirst(request.sites);
  const answers: ReturnType<typeof planAt>[number][] = [];
  let shownAt = performance.now();
  let isShown = false;
  for (const [index, site] of sites.entries()) {
    answers.push(...planAt(request, site));
    const after = isShown ? PART_AFTER : FIRST_AFTER;
    if (performance.now() - shownAt < after || index === sites.length - 1) continue;
    yield view(request, answers, index + 1);
    isShown = true;
    shownAt = performance.now();
  }
  const last = view(request, answers, sites.length);
  promising = last.plans.map(({ device }) => device);
  yield last;
  const [best] = ranked(request, answers).plans;
  if (best !== undefined) yield { ...last, reasons: explain(request, best).map(reasonOf) };
}

function reasonOf({ change, answer, ratio }: Counterfactual): Reason {
  if (!("estimate" in answer)) {
    const { infeasible } = answer;
    const refused = "message" in infeasible ? infeasible.message : infeasible.limit;
    return { change, ratio, devices: null, refused };
  }
  const { parallel, replicas } = answer.placement;
  return { change, ratio, devices: deviceCount(parallel) * replicas, refused: null };
}

function view(
  request: PlanRequest,
  answers: Parameters<typeof ranked>[1],
  searched: number,
): PlanView {
  const { plans, tried, refused } = ranked(request, answers);
  return {
    plans: plans.map(rowOf),
    tried,
    refused,
    searched,
    sites: request.sites.length,
    reasons: [],
  };
}

function likelyFirst(sites: readonly Site[]): readonly Site[] {
  const order = ({ hosts }: Site): number => {
    const place = promising.indexOf(hosts[0]?.device.id ?? "");
    return place < 0 ? promising.length : place;
  };
  return sites.toSorted((a, b) => order(a) - order(b));
}

export function requestOf(question: PlanQuestion): PlanRequest {
  const { demand, limits, choice, objective, percentile, confidence } = question;
  const model = modelOf(question.model);
  return {
    model,
    workload: workloadNamed(question.workload),
    demand,
    limits,
    sites: sitesOf(catalogue, enginesNamed(question.engines), choice),
    numerics: usualFormats(model),
    objective,
    percentile,
    confidence,
  };
}
