/** Plans, one device after the other, so that the first are seen while the rest are searched. */
import {
  catalogue,
  planAt,
  ranked,
  sitesOf,
  usualFormats,
  type Demand,
  type Limits,
  type Objective,
  type PlanRequest,
  type Site,
  type SiteChoice,
} from "../../core/index.ts";
import { engines } from "./engines.ts";
import { modelNamed } from "./models.ts";
import { rowOf, type PlanRow } from "./plan-row.ts";
import type { Parts } from "./messages.ts";
import { workloadNamed } from "./workloads.ts";

/** What the plan view asks. Quantities in SI units; null is no limit. */
export interface PlanQuestion {
  readonly model: string;
  readonly workload: string;
  readonly demand: Demand;
  readonly limits: Limits;
  readonly choice: SiteChoice;
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
}

/** Devices that made plans for the last question: they most likely do for the next. */
let promising: readonly string[] = [];

/** Milliseconds of search after which the answer so far is shown. */
const PART_AFTER = 40;

export async function* planAnswer(question: PlanQuestion): Parts<PlanView> {
  const request = requestOf(question);
  const sites = likelyFirst(request.sites);
  const answers: ReturnType<typeof planAt>[number][] = [];
  let shownAt = performance.now();
  for (const [index, site] of sites.entries()) {
    answers.push(...planAt(request, site));
    if (performance.now() - shownAt < PART_AFTER || index === sites.length - 1) continue;
    yield view(request, answers, index + 1);
    shownAt = performance.now();
  }
  const last = view(request, answers, sites.length);
  promising = last.plans.map(({ device }) => device);
  yield last;
}

function view(
  request: PlanRequest,
  answers: Parameters<typeof ranked>[1],
  searched: number,
): PlanView {
  const { plans, tried, refused } = ranked(request, answers);
  return { plans: plans.map(rowOf), tried, refused, searched, sites: request.sites.length };
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
  const model = modelNamed(question.model);
  return {
    model,
    workload: workloadNamed(question.workload),
    demand,
    limits,
    sites: sitesOf(catalogue, engines(), choice),
    numerics: usualFormats(model),
    objective,
    percentile,
    confidence,
  };
}
