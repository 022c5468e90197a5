/**
 * The search: every candidate of every site sized to the demand, then ranked.
 *
 * A candidate whose single replica already costs more than the best plan of its device cannot win, and is passed over.
 */
import { costLeast } from "./bound.ts";
import { candidates, pooled } from "./candidates.ts";
import { bestPerDevice, paretoFront, rank, score } from "./rank.ts";
import { counts, nearest } from "./refusals.ts";
import { relaxed } from "./relax.ts";
import { single, size } from "./sizing.ts";
import type { Binding, Plan, PlanAnswer, PlanRequest, Ranking, Refusal, Site } from "./types.ts";

/** Ranked plans for `request`: the best of each device, or the front of two objectives; or why there is none. */
export function plan(request: PlanRequest): PlanAnswer {
  return answered(
    request,
    request.sites.flatMap((site) => planAt(request, site)),
  );
}

/** What {@link planAt} gave at all sites, ranked; where that is no plan, what would have to give for one. */
export function answered(request: PlanRequest, answers: readonly (Plan | Refusal)[]): PlanAnswer {
  const ranking = ranked(request, answers);
  if (ranking.plans.length > 0) return { ...ranking, relaxed: null };
  const refusals = answers.filter((answer) => "infeasible" in answer);
  return { ...ranking, relaxed: relaxed(request, refusals) };
}

/** The candidates of one site, each a plan or a refusal. */
export function planAt(request: PlanRequest, site: Site): readonly (Plan | Refusal)[] {
  return [...planEach(request, site)];
}

/** {@link planAt} one by one: for who shows progress, or may stop in the midst of a site. */
export function* planEach(
  request: PlanRequest,
  site: Site,
): Generator<Plan | Refusal, void, undefined> {
  const answers: (Plan | Refusal)[] = [];
  let best = Infinity;
  for (const candidate of candidates(request, site)) {
    if (isPruned(request) && costLeast(candidate) >= best) continue;
    const answer = size(request, candidate);
    if ("estimate" in answer) best = Math.min(best, answer.estimate.costPerHour?.p50 ?? Infinity);
    answers.push(answer);
    yield answer;
  }
  yield* apart(request, site, answers);
}

/** A plan of an earlier request sized for this one, in the same host and the same split. */
export function planAgain(request: PlanRequest, { system, placement }: Plan): Plan | Refusal {
  return size(request, { hosts: [system], placement: single(placement) });
}

/**
 * The best plan of a site with its prompts and decodes on devices of their own, where a limit on time
 * holds it back: that is what apart they would no longer do to each other.
 */
function apart(
  request: PlanRequest,
  { hosts }: Site,
  answers: readonly (Plan | Refusal)[],
): readonly (Plan | Refusal)[] {
  const plans = answers.filter((answer) => "estimate" in answer);
  const [first] = rank(plans, request.objective);
  const [largest] = hosts;
  if (request.disaggregated !== undefined || first === undefined || largest === undefined)
    return [];
  if (!TIMES.has(first.binding) || first.placement.replicas < POOLS) return [];
  return pooled(request, largest, { ...first.placement, replicas: 1 }).map((placement) =>
    size(request, { hosts, placement }),
  );
}

/** One replica is fewer devices than any two pools of its kind. */
const POOLS = 2;

const TIMES: ReadonlySet<Binding> = new Set(["ttft", "tpot", "latency"]);

/** What {@link planAt} gave at any number of sites, ranked as the request asks. */
export function ranked(request: PlanRequest, answers: readonly (Plan | Refusal)[]): Ranking {
  const plans = answers.filter((answer) => "estimate" in answer);
  const refusals = answers.filter((answer) => "infeasible" in answer);
  return {
    plans:
      request.front === undefined
        ? bestPerDevice(rank(plans, request.objective))
        : paretoFront(rank(plans, request.objective), request.front, score),
    tried: answers.length,
    refused: counts(refusals),
    nearest: plans.length > 0 ? null : nearest(refusals),
  };
}

/** Cost alone decides, and all plans give the same tokens for it. */
function isPruned({ objective, front, demand }: PlanRequest): boolean {
  return objective === "cost" && front === undefined && demand.kind === "rate";
}
