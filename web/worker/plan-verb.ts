/** Plans, one device after the other, so that the first are seen while the rest are searched. */
import {
  answered,
  devices,
  explain,
  numerics,
  placementDevices,
  planAgain,
  planEach,
  ranked,
  sitesOf,
  usualFormats,
  type Catalogue,
  type Change,
  type Counterfactual,
  type Demand,
  type Limits,
  type Objective,
  type Plan,
  type PlanRequest,
  type Refusal,
  type Site,
  type SiteChoice,
} from "../../core/index.ts";
import { OWN_MACHINE } from "../own-machine.ts";
import { catalogueFor } from "./current-catalogue.ts";
import { enginesNamed } from "./engines.ts";
import type { Parts } from "./messages.ts";
import { modelOf, type ModelChoice } from "./models.ts";
import { nearestOf, type Miss, type Nearest } from "./nearest.ts";
import { rowOf, type PlanRow } from "./plan-row.ts";
import { accepted } from "./refusal.ts";
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
  /** What comes nearest; null where there are plans, no candidate does, or the search is not done. */
  readonly nearest: Nearest | null;
}

/** One thing altered, and the best plan sized again with it. */
export interface Reason {
  readonly change: Change;
  /** Objective after over before: below 1 is better. */
  readonly ratio: number | null;
  readonly devices: number | null;
  /** Why it is no plan. */
  readonly refused: Miss | null;
}

/** The plans of the last question, which most likely stand for the next, and what they were searched among. */
let last: Searched = { among: "", from: null, plans: [] };

interface Searched {
  readonly among: string;
  readonly from: Catalogue | null;
  readonly plans: readonly Plan[];
}

/** Milliseconds of search after which the answer so far is shown, and questions are heard. */
const PART_AFTER = 40;
const AGAIN_MAX = 12;

export async function* planAnswer(question: PlanQuestion): Parts<PlanView> {
  const request = await requestOf(question);
  const among = amongOf(question);
  const from = catalogueFor(question.choice);
  if (last.among === among && last.from === from) {
    const again = last.plans.slice(0, AGAIN_MAX).map((plan) => planAgain(request, plan));
    if (again.some((answer) => "estimate" in answer)) yield view(request, again, 0);
  }
  const sites = likelyFirst(request.sites);
  const answers: (Plan | Refusal)[] = [];
  let shownAt = performance.now();
  for (const [index, site] of sites.entries()) {
    for (const answer of planEach(request, site)) {
      answers.push(answer);
      if (performance.now() - shownAt < PART_AFTER) continue;
      yield view(request, answers, index);
      shownAt = performance.now();
    }
  }
  const { plans, nearest, relaxed } = answered(request, answers);
  last = { among, from, plans };
  const whole = {
    ...view(request, answers, sites.length),
    nearest: nearestOf(nearest, relaxed),
  };
  yield whole;
  const [best] = plans;
  if (best !== undefined) yield { ...whole, reasons: explain(request, best).map(reasonOf) };
}

/** What decides which devices, engines and formats there are; numbers on sliders do not. */
function amongOf({ model, workload, choice, engines: named }: PlanQuestion): string {
  return JSON.stringify([typeof model === "string" ? model : model.own, workload, choice, named]);
}

function reasonOf({ change, answer, ratio }: Counterfactual): Reason {
  if (!("estimate" in answer)) {
    return { change, ratio, devices: null, refused: answer.infeasible };
  }
  return { change, ratio, devices: placementDevices(answer.placement), refused: null };
}

function view(
  request: PlanRequest,
  answers: readonly (Plan | Refusal)[],
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
    nearest: null,
  };
}

function likelyFirst(sites: readonly Site[]): readonly Site[] {
  const promising = last.plans.map(({ system }) => system.device.id);
  const order = ({ hosts }: Site): number => {
    const place = promising.indexOf(hosts[0]?.device.id ?? "");
    return place < 0 ? promising.length : place;
  };
  return sites.toSorted((a, b) => order(a) - order(b));
}

/** What desks run: as measured, and the usual file of llama.cpp. */
const OWN_FORMATS = ["fp32", "q4_k_m"];

async function requestOf(question: PlanQuestion): Promise<PlanRequest> {
  const { demand, limits, choice, objective, percentile, confidence } = question;
  const model = await modelOf(question.model);
  const ids = choice.devices ?? [];
  const isOwn = ids.includes(OWN_MACHINE);
  const catalogue = catalogueFor(choice);
  const named = devices(catalogue).filter(({ id }) => ids.includes(id));
  const usual = usualFormats(model, named);
  const own = isOwn ? OWN_FORMATS.map((name) => accepted(numerics(name))) : [];
  return {
    model,
    workload: workloadNamed(question.workload),
    demand,
    limits,
    sites: sitesOf(catalogue, enginesNamed(question.engines, isOwn), choice),
    numerics: [...usual, ...own.filter(({ name }) => usual.every((each) => each.name !== name))],
    objective,
    percentile,
    confidence,
  };
}
