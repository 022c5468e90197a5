/** What the simulation view keeps in its address, the question that asks, and the command that prints the same. */
import { quantityText, type Arrivals, type RequestLimits } from "../../core/index.ts";
import { choiceField, numberField, textField, type ValuesOf } from "../address.ts";
import { modelArgument, modelChoice } from "../own-models.ts";
import type { SimulateQuestion } from "../worker/simulate-verb.ts";
import { commandText } from "./command-text.ts";

export const ARRIVALS = ["poisson", "gamma", "diurnal", "closed"] as const;

/** Figures over the time of a run. */
export const COURSES = {
  outputRate: "tokenRate",
  arrivalRate: "requestRate",
  requestRate: "requestRate",
  ttft: "time",
  running: "count",
  waiting: "count",
  occupancy: "fraction",
  utilisation: "fraction",
  power: "power",
} as const;

export type CourseName = keyof typeof COURSES;
export const COURSE_NAMES = Object.keys(COURSES) as readonly CourseName[];

const POSITIVE = { min: 1e-6, max: 1e9 };
const COUNT = { min: 1, max: 1024 };
export const REQUESTS_MAX = 20_000;

export const simulateFields = {
  model: textField("Qwen/Qwen3-32B"),
  device: textField("h100-sxm"),
  engine: textField("vllm"),
  format: textField(""),
  tp: numberField(2, COUNT),
  replicas: numberField(1, COUNT),
  workload: textField("chat"),
  arrivals: choiceField(ARRIVALS, "poisson"),
  rate: numberField(4, POSITIVE),
  burstiness: numberField(0.5, { min: 0.01, max: 100 }),
  users: numberField(64, { min: 1, max: 10_000 }),
  requests: numberField(1000, { min: 100, max: REQUESTS_MAX }),
  ttft: numberField(0.5, POSITIVE),
  tpot: numberField(0.04, POSITIVE),
  goal: numberField(0.9, { min: 0.5, max: 0.999 }),
  seed: numberField(1, { min: 0, max: 1e9 }),
  course: choiceField(COURSE_NAMES, "outputRate"),
};

export type SimulateState = ValuesOf<typeof simulateFields>;

const SEEDS = 3;
const WARMUP_SHARE = 0.02;
const DAY = 86_400;
const SWING = 0.5;

export function questionOf(state: SimulateState): SimulateQuestion {
  const requests = whole(state.requests, 1000);
  return {
    model: modelChoice(state.model),
    device: state.device,
    engine: state.engine,
    format: state.format,
    tensor: whole(state.tp, 1),
    replicas: whole(state.replicas, 1),
    workload: state.workload,
    arrivals: arrivalsOf(state),
    requests,
    warmup: Math.floor(WARMUP_SHARE * requests),
    seed: whole(state.seed, 1),
    seeds: SEEDS,
    limits: limitsOf(state),
  };
}

function whole(value: number | null, fallback: number): number {
  return Math.round(value ?? fallback);
}

function arrivalsOf({ arrivals, rate, users, burstiness }: SimulateState): Arrivals {
  const perSecond = rate ?? 1;
  switch (arrivals) {
    case "closed":
      return { kind: "closed", users: whole(users, 1), think: 0 };
    case "gamma":
      return { kind: "gamma", rate: perSecond, variation: 1 / Math.sqrt(burstiness ?? 1) };
    case "diurnal":
      return { kind: "diurnal", rate: perSecond, swing: SWING, period: DAY };
    case "poisson":
      return { kind: "poisson", rate: perSecond };
  }
}

export function limitsOf({ ttft, tpot }: SimulateState): RequestLimits {
  return { ...(ttft === null ? {} : { ttft }), ...(tpot === null ? {} : { tpot }) };
}

export function commandOf(state: SimulateState): string {
  const { requests, warmup, seed, seeds, limits, tensor, replicas } = questionOf(state);
  const isClosed = state.arrivals === "closed";
  const time = (value: number | undefined): string | null =>
    value === undefined ? null : quantityText(value, "time").replaceAll(" ", "");
  return commandText("simulate", [modelArgument(state.model)], {
    device: state.device,
    engine: state.engine,
    precision: state.format === "" ? null : state.format,
    tp: tensor,
    replicas,
    workload: state.workload,
    users: isClosed ? whole(state.users, 1) : null,
    rate: isClosed ? null : `${state.rate ?? 1}/s`,
    arrivals: isClosed || state.arrivals === "poisson" ? null : state.arrivals,
    burstiness: state.arrivals === "gamma" ? (state.burstiness ?? 1) : null,
    ttft: time(limits.ttft),
    tpot: time(limits.tpot),
    requests,
    warmup,
    seed,
    seeds,
  });
}
