/** What the plan view keeps in its address, the question that asks, and the command that prints the same. */
import {
  OBJECTIVES,
  quantityText,
  TENURES,
  type Demand,
  type Limits,
  type QuantityKind,
  type SiteChoice,
} from "../../core/index.ts";
import {
  choiceField,
  flagField,
  listField,
  numberField,
  textField,
  type ValuesOf,
} from "../address.ts";
import { OWN_MACHINE } from "../own-machine.ts";
import { isNetwork, modelArgument, modelChoice } from "../own-models.ts";
import type { BatchesQuestion } from "../worker/batches-verb.ts";
import type { PlanQuestion } from "../worker/plan-verb.ts";
import { commandText } from "./command-text.ts";
import {
  FIGURE_NAMES,
  NETWORK_FIGURE_NAMES,
  type FigureName,
  type NetworkFigureName,
} from "./plan-figures.ts";

export const DEMANDS = ["rate", "users", "saturate"] as const;

const POSITIVE = { min: 1e-6, max: 1e9 };

export const planFields = {
  model: textField("Qwen/Qwen3-32B"),
  workload: textField("chat"),
  demand: choiceField(DEMANDS, "rate"),
  rate: numberField(8, POSITIVE),
  users: numberField(100, { min: 1, max: 1e6 }),
  ttft: numberField(0.5, POSITIVE),
  tpot: numberField(0.04, POSITIVE),
  latency: numberField(null, POSITIVE),
  budget: numberField(null, POSITIVE),
  power: numberField(null, POSITIVE),
  devices: numberField(null, { min: 1, max: 1e6 }),
  objective: choiceField(OBJECTIVES, "cost"),
  vendors: listField(),
  only: listField(),
  regions: listField(),
  engines: listField(),
  tenure: choiceField(TENURES, "rent"),
  announced: flagField(),
  confidence: numberField(0.5, { min: 0.05, max: 0.99 }),
  figure: choiceField(FIGURE_NAMES, "tpot"),
  x: choiceField(FIGURE_NAMES, "costPerHour"),
  y: choiceField(FIGURE_NAMES, "tpot"),
  pick: listField(),
  networkFigure: choiceField(NETWORK_FIGURE_NAMES, "latency"),
  networkX: choiceField(NETWORK_FIGURE_NAMES, "costPerItem"),
  networkY: choiceField(NETWORK_FIGURE_NAMES, "latency"),
};

const PICKED_MAX = 2;

/** Two devices side by side at most: a third takes the place of the first. */
export function pickedWith(
  pick: readonly string[],
  device: string,
  isOn: boolean,
): readonly string[] {
  const others = pick.filter((each) => each !== device);
  return isOn ? [...others, device].slice(-PICKED_MAX) : others;
}

export type PlanState = ValuesOf<typeof planFields>;

/** What every part of the plan view is given. */
export interface PlanProps {
  readonly state: PlanState;
  readonly change: (changes: Partial<PlanState>) => void;
}

export function questionOf(state: PlanState): PlanQuestion {
  const { model, workload, objective, engines } = state;
  return {
    model: modelChoice(model),
    workload,
    demand: demandOf(state),
    limits: limitsOf(state),
    choice: choiceOf(state),
    engines,
    objective,
    percentile: 0.9,
    confidence: confidenceOf(state),
  };
}

/** Of a network: its rate counts samples, its limits know no tokens. */
export function networkQuestionOf(state: PlanState): BatchesQuestion {
  const { ttft: _, tpot: __, ...limits } = limitsOf(state);
  return {
    model: modelChoice(state.model),
    rate: state.demand === "rate" ? (state.rate ?? 1) : null,
    limits,
    choice: choiceOf(state),
    objective: state.objective,
    confidence: confidenceOf(state),
  };
}

function choiceOf({ tenure, announced, vendors, only, regions }: PlanState): SiteChoice {
  return {
    tenure,
    ...(announced ? { announced } : {}),
    ...(vendors.length === 0 ? {} : { vendors }),
    ...(only.length === 0 ? {} : { devices: only }),
    ...(regions.length === 0 ? {} : { regions }),
  };
}

function confidenceOf({ confidence }: PlanState): number {
  return confidence ?? planFields.confidence.fallback ?? 0.5;
}

function demandOf({ demand, rate, users }: PlanState): Demand {
  if (demand === "rate") return { kind: "rate", rate: rate ?? 1 };
  return demand === "users" ? { kind: "users", users: Math.round(users ?? 1) } : { kind: demand };
}

function limitsOf({ ttft, tpot, latency, budget, power, devices }: PlanState): Limits {
  return {
    ...(latency === null ? {} : { latency }),
    ...(ttft === null ? {} : { ttft }),
    ...(tpot === null ? {} : { tpot }),
    ...(budget === null ? {} : { costPerHour: budget }),
    ...(power === null ? {} : { power }),
    ...(devices === null ? {} : { devices: Math.round(devices) }),
  };
}

/** What is asked of a figure; null is no limit. */
export function limitOn(
  { ttft, tpot, latency, power, budget }: PlanState,
  figure: FigureName | NetworkFigureName,
): number | null {
  const limits: Partial<Record<typeof figure, number | null>> = {
    ttft,
    tpot,
    latency,
    power,
    costPerHour: budget,
  };
  return limits[figure] ?? null;
}

/** The command line that prints the same plans. */
export function commandOf(state: PlanState): string {
  const { model, workload, demand, rate, users, budget, power, devices } = state;
  const { objective, vendors, only, regions, engines, tenure, announced, confidence } = state;
  const listed = (names: readonly string[]): string | null =>
    names.length === 0 ? null : names.join(",");
  const plain = (value: number | null, kind: QuantityKind): string | null =>
    value === null ? null : quantityText(value, kind).replaceAll(" ", "");
  const isOwn = only.includes(OWN_MACHINE);
  const tokens = isNetwork(model)
    ? {}
    : {
        workload,
        ttft: plain(state.ttft, "time"),
        tpot: plain(state.tpot, "time"),
        users: demand === "users" ? Math.round(users ?? 1) : null,
        engine: listed(isOwn ? [...engines, "static"] : engines),
        precision: isOwn ? "fp32,q4_k_m" : null,
        "no-simulate": true as const,
      };
  return commandText("plan", [modelArgument(model)], {
    ...tokens,
    latency: plain(state.latency, "time"),
    rate: demand === "rate" ? `${rate ?? 1}/s` : null,
    budget: budget === null ? null : `$${budget}/h`,
    power: plain(power, "power"),
    "devices-max": devices === null ? null : Math.round(devices),
    objective: objective === "cost" ? null : objective,
    vendor: listed(vendors),
    device: listed(only),
    region: listed(regions),
    catalogue: isOwn ? `${OWN_MACHINE}.json` : null,
    tenure: tenure === "rent" ? null : tenure,
    announced: announced ? true : null,
    confidence: confidence === planFields.confidence.fallback ? null : confidence,
  });
}
