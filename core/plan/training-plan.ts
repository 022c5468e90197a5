/**
 * The search: every layout of every number of devices, the fastest that fits of each, then ranked.
 *
 * Of a layout that does not fit, whole layers are computed again; of one that still does not, the optimiser
 * goes to the hosts. Numbers of devices that even perfect arithmetic could not make a plan of are passed over.
 */
import {
  ADAM,
  ADAPTER_SHARE,
  inferenceProblem,
  networkWaits,
  SHIPPED,
  trainedDevices,
  trainingStep,
  infeasible,
  type Infeasible,
  type Recompute,
  type System,
  type TrainingEstimate,
  type TrainingQuery,
} from "../estimate/index.ts";
import { scale, type Interval } from "../interval.ts";
import { parameterCount, type Model } from "../model/index.ts";
import type { Numerics } from "../precision.ts";
import type { Bytes } from "../units.ts";
import {
  dalyInterval,
  DEVICE_BETWEEN,
  DEVICE_BETWEEN_NEW,
  goodput,
  reliabilityOf,
} from "./goodput.ts";
import { firstBroken } from "./limits.ts";
import { compare } from "./rank.ts";
import { counts, missRatio } from "./refusals.ts";
import { powers } from "./splits.ts";
import { trainingLayouts, type Laid } from "./training-layouts.ts";
import type {
  TrainingAnswer,
  TrainingBreach,
  TrainingLayout,
  TrainingObjective,
  TrainingPlan,
  TrainingRefusal,
  TrainingReliability,
  TrainingRequest,
  TrainingRun,
} from "./training-types.ts";

/** Gradients are kept and exchanged in 16 bits, as FSDP and Megatron's mixed precision may. */
const GRADIENT_BYTES = 2;

/** Devices that are tried where no limit is set. */
const DEVICES_MAX = 1024;

/** Ranked plans, the best of each device; or why there is none. `reached` hears of each site that is done. */
export function planTraining(
  request: TrainingRequest,
  reached: (done: number, total: number) => void = () => {},
): TrainingAnswer {
  const plans: TrainingPlan[] = [];
  const refusals: TrainingRefusal[] = [];
  let tried = 0;
  for (const [index, { hosts }] of request.sites.entries()) {
    reached(index, request.sites.length);
    const [system] = hosts;
    if (system === undefined) continue;
    const answers = answersOn(request, system);
    const made = answers.filter((answer) => "estimate" in answer);
    refusals.push(...answers.filter((answer) => "infeasible" in answer));
    tried += answers.length;
    const [first, ...rest] = made;
    if (first !== undefined)
      plans.push(rest.reduce((a, b) => (isBetter(request, b, a) ? b : a), first));
  }
  const rank = (plan: TrainingPlan) => trainingScore(plan, request.objective);
  return {
    plans: plans.toSorted(
      (a, b) => compare(rank(a), rank(b)) || compare(a.estimate.devices, b.estimate.devices),
    ),
    tried,
    refused: counts(refusals),
    nearest: plans.length > 0 ? null : nearestOf(refusals),
  };
}

/** Answers of one kind of device, fewest first. */
function answersOn(
  request: TrainingRequest,
  system: System,
): readonly (TrainingPlan | TrainingRefusal)[] {
  return countsOf(request, system).map((devices) => bestAt(request, system, devices));
}

/** What an objective makes small; Infinity where the figure is unknown, so that it ranks last. */
export function trainingScore(plan: TrainingPlan, objective: TrainingObjective): number {
  switch (objective) {
    case "cost":
      return plan.cost?.p50 ?? Infinity;
    case "time":
      return plan.time.p50;
    case "energy":
      return plan.energy.p50;
    case "carbon":
      return plan.carbon?.p50 ?? Infinity;
    case "devices":
      return plan.estimate.devices;
  }
}

function isBetter({ objective }: TrainingRequest, one: TrainingPlan, other: TrainingPlan): boolean {
  const [a, b] = [trainingScore(one, objective), trainingScore(other, objective)];
  return a === b ? one.time.p50 < other.time.p50 : a < b;
}

/** Numbers of devices: powers of two, and all of a stock. */
function countsOf(request: TrainingRequest, { device }: System): readonly number[] {
  const owned = request.stock?.[device.id];
  const unlimited = owned ?? DEVICES_MAX;
  const most = Math.min(owned ?? Infinity, request.limits.devices ?? unlimited);
  const tried = powers(most);
  return owned === most && tried.at(-1) !== most ? [...tried, most] : tried;
}

/** The fastest layout over `devices` devices, as a plan. */
export function bestAt(
  request: TrainingRequest,
  system: System,
  devices: number,
): TrainingPlan | TrainingRefusal {
  const { model, limits } = request;
  const refused = (infeasible: Infeasible | TrainingBreach) => ({ system, devices, infeasible });
  const bound = inferenceProblem(system.device) ?? hopeless(request, system, devices);
  if (bound !== null) return refused(bound);
  let found: { layout: TrainingLayout; estimate: TrainingEstimate } | null = null;
  const undivided = `"${model.name}" and its batch do not divide over ${devices} devices`;
  let why = infeasible("split", undivided);
  const formats = usable(request.numerics, system);
  if (formats.length === 0) {
    const message = `"${system.device.name}" multiplies none of the formats`;
    return refused(infeasible("precision", message));
  }
  for (const numerics of formats) {
    for (const laid of trainingLayouts(request, system, devices)) {
      const answer = leastRecomputed(request, system, laid, numerics);
      if ("reason" in answer) why = answer;
      else if (found === null || answer.estimate.step.p50 < found.estimate.step.p50) found = answer;
    }
  }
  if (found === null) return refused(why);
  const plan = wholeRun(request, system, found);
  const broken = firstBroken(["time", "cost", "devices"], limits, {
    time: plan.time.p50,
    cost: plan.cost?.p50 ?? Infinity,
    devices,
  });
  return broken === null ? plan : refused(broken);
}

/** What no layout gets around: memory for the weights and what belongs to each, arithmetic at peak. */
function hopeless(
  request: TrainingRequest,
  system: System,
  devices: number,
): Infeasible | TrainingBreach | null {
  return holdsNothing(request, system, devices) ?? tooSlow(request, system, devices);
}

/** Bytes a parameter that learns: itself and its gradient in 16 bits; the state too where no host takes it. */
const LEARNT_LEAST = 2 + GRADIENT_BYTES;

function holdsNothing(
  { model, run, numerics }: TrainingRequest,
  { device, perHost }: System,
  devices: number,
): Infeasible | null {
  const capacity = device.memory?.capacity ?? 0;
  const narrowest = Math.min(...numerics.map(({ linear }) => linear.bits / 8));
  const state = devices <= perHost ? 0 : ADAM.state;
  const bytes = run.tuned === "all" ? LEARNT_LEAST + state : Math.min(2, narrowest);
  const needed = parameterCount(model).total * bytes;
  const available = devices * capacity;
  if (needed <= available) return null;
  const message = `"${model.name}" and what it learns with do not fit`;
  return infeasible("memory", message, { needed, available });
}

/** Six FLOPs a parameter and token, four beside frozen weights, at the highest rate there is. */
function tooSlow(
  { model, run, numerics, limits }: TrainingRequest,
  system: System,
  devices: number,
): TrainingBreach | null {
  const { time: allowed } = limits;
  if (allowed === undefined) return null;
  const peaks = usable(numerics, system).map(
    ({ compute }) => system.device.peak[compute.linear] ?? 0,
  );
  const work = (run.tuned === "all" ? 6 : 4) * parameterCount(model).active * run.budget;
  const reached = work / (devices * Math.max(0, ...peaks));
  return reached > allowed ? { kind: "breach", limit: "time", allowed, reached } : null;
}

/** Formats that some unit of the device multiplies. */
function usable(formats: readonly Numerics[], { device }: System): readonly Numerics[] {
  return formats.filter(({ compute }) => device.peak[compute.linear] !== undefined);
}

interface Found {
  readonly layout: TrainingLayout;
  readonly estimate: TrainingEstimate;
}

const EFFORTS: readonly (readonly [Recompute, boolean])[] = [
  ["none", false],
  ["full", false],
  ["full", true],
];
/** Hosts update what one of them holds; beyond, more devices share the state. */
const OFFLOAD_HOSTS = 1;

/** The layout with the least that must be computed again or moved to the hosts. */
function leastRecomputed(
  request: TrainingRequest,
  system: System,
  laid: Laid,
  numerics: Numerics,
): Found | Infeasible {
  let why: Infeasible | null = null;
  const hosts = trainedDevices(laid.split) / system.perHost;
  for (const [recompute, offload] of EFFORTS) {
    if (offload && hosts > OFFLOAD_HOSTS) continue;
    const layout = { ...laid, recompute, offload, numerics };
    const answer = trainingStep(
      trainingQuery(request, system, layout),
      request.coefficients ?? SHIPPED,
    );
    if (answer.kind === "training-estimate") return { layout, estimate: answer };
    if (answer.reason !== "memory") return answer;
    why = answer;
  }
  return why as Infeasible;
}

/** One step of a run on a layout, as libraries of today run it: attention in one kernel, exchanges beside products. */
export function trainingQuery(
  {
    model,
    run,
  }: Pick<TrainingRequest, "model"> & {
    readonly run: Pick<TrainingRun, "batch" | "tokens" | "tuned">;
  },
  system: System,
  layout: TrainingLayout,
): TrainingQuery {
  return {
    model,
    system,
    ...layout,
    batch: run.batch,
    tokens: run.tokens,
    sequenceParallel: layout.split.tensor > 1,
    attention: "fused",
    tuned: run.tuned,
    optimiser: ADAM,
    gradient: GRADIENT_BYTES,
    eager: false,
    overlapped: true,
  };
}

function wholeRun(
  request: TrainingRequest,
  system: System,
  { layout, estimate }: Found,
): TrainingPlan {
  const { run, model } = request;
  const steps = Math.max(1, Math.ceil(run.budget / (run.batch * Math.max(1, run.tokens))));
  const reliability = reliabilityAt(request, estimate.devices, savedBytes(model, request));
  const { goodput: kept } = reliability;
  const busy = scale(estimate.step, steps);
  const time: Interval = {
    p10: busy.p10 / kept.p90,
    p50: busy.p50 / kept.p50,
    p90: busy.p90 / kept.p10,
    basis: busy.basis,
  };
  const { costPerHour, power, carbonPerSecond } = estimate;
  return {
    system,
    layout,
    estimate,
    waits: networkWaits(trainingQuery(request, system, layout), request.coefficients),
    reliability,
    steps,
    time,
    cost: costPerHour === null ? null : scale(time, costPerHour.p50 / SECONDS_PER_HOUR),
    energy: scale(time, power.p50),
    carbon: carbonPerSecond === null ? null : scale(time, carbonPerSecond.p50),
  };
}

const SECONDS_PER_HOUR = 3600;
/** Weights in 16 bits, and the optimiser's state with its copy of them. */
const SAVED_BYTES = 2 + ADAM.state;

function savedBytes(model: Model, { run }: TrainingRequest): Bytes {
  const share = run.tuned === "all" ? 1 : ADAPTER_SHARE;
  return parameterCount(model).total * share * SAVED_BYTES;
}

function reliabilityAt(
  { deviceBetween = DEVICE_BETWEEN }: TrainingRequest,
  devices: number,
  bytes: Bytes,
): TrainingReliability {
  const usual = reliabilityOf(devices, bytes, deviceBetween);
  const fresh = reliabilityOf(devices, bytes, Math.min(deviceBetween, DEVICE_BETWEEN_NEW));
  const interval = dalyInterval(usual);
  const { between, save } = usual;
  return {
    between,
    interval,
    save,
    bytes,
    goodput: {
      p10: goodput(fresh, interval),
      p50: goodput(usual, interval),
      p90: goodput({ ...usual, between: Infinity }, interval),
      basis: "analytic",
    },
  };
}

/** Of the most devices tried of each kind, the refusal whose limit or memory is missed by the smallest ratio. */
function nearestOf(refusals: readonly TrainingRefusal[]): TrainingRefusal | null {
  const largest = new Map(refusals.map((refusal) => [refusal.system.device.id, refusal]));
  return [...largest.values()].toSorted((a, b) => compare(missRatio(a), missRatio(b)))[0] ?? null;
}
