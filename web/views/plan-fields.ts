/** What the plan view keeps in its address, the question that asks, and the command that prints the same. */
import {
  OBJECTIVES,
  quantityText,
  TENURES,
  type Demand,
  type Limits,
  type QuantityKind,
} from "../../core/index.ts";
import {
  choiceField,
  flagField,
  listField,
  numberField,
  textField,
  type ValuesOf,
} from "../address.ts";
import { commandText } from "./command-text.ts";
import { OWN_MACHINE } from "../own-machine.ts";
import { modelArgument, modelChoice } from "../own-models.ts";
import type { PlanFigures } from "../worker/plan-row.ts";
import type { PlanQuestion } from "../worker/plan-verb.ts";

export const FIGURES = {
  ttft: { kind: "time", scale: 1, after: "" },
  tpot: { kind: "time", scale: 1, after: "" },
  latency: { kind: "time", scale: 1, after: "" },
  outputRate: { kind: "tokenRate", scale: 1, after: "" },
  power: { kind: "power", scale: 1, after: "" },
  energyPerToken: { kind: "energy", scale: 1, after: "" },
  costPerHour: { kind: "money", scale: 1, after: "" },
  costPerToken: { kind: "money", scale: 1e6, after: "/M" },
  carbonPerToken: { kind: "carbon", scale: 1, after: "" },
} as const satisfies Readonly<
  Record<keyof PlanFigures, { kind: QuantityKind; scale: number; after: string }>
>;

export type FigureName = keyof typeof FIGURES;
export const FIGURE_NAMES = Object.keys(FIGURES) as readonly FigureName[];

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
};

export type PlanState = ValuesOf<typeof planFields>;

export function questionOf(state: PlanState): PlanQuestion {
  const { model, workload, objective, vendors, tenure, announced, confidence } = state;
  const { only, regions, engines } = state;
  return {
    model: modelChoice(model),
    workload,
    demand: demandOf(state),
    limits: limitsOf(state),
    choice: {
      tenure,
      ...(announced ? { announced } : {}),
      ...(vendors.length === 0 ? {} : { vendors }),
      ...(only.length === 0 ? {} : { devices: only }),
      ...(regions.length === 0 ? {} : { regions }),
    },
    engines,
    objective,
    percentile: 0.9,
    confidence: confidence ?? planFields.confidence.fallback ?? 0.5,
  };
}

function demandOf({ demand, rate, users }: PlanState): Demand {
  if (demand === "rate") return { kind: "rate", rate: rate ?? 1 };
  return demand === "users" ? { kind: "users", users: Math.round(users ?? 1) } : { kind: demand };
}

function limitsOf({ ttft, tpot, budget, power, devices }: PlanState): Limits {
  return {
    ...(ttft === null ? {} : { ttft }),
    ...(tpot === null ? {} : { tpot }),
    ...(budget === null ? {} : { costPerHour: budget }),
    ...(power === null ? {} : { power }),
    ...(devices === null ? {} : { devices: Math.round(devices) }),
  };
}

/** The command line that prints the same plans. */
export function commandOf(state: PlanState): string {
  const { model, workload, demand, rate, users, ttft, tpot, budget, power, devices } = state;
  const { objective, vendors, only, regions, engines, tenure, announced, confidence } = state;
  const listed = (names: readonly string[]): string | null =>
    names.length === 0 ? null : names.join(",");
  const plain = (value: number | null, kind: QuantityKind): string | null =>
    value === null ? null : quantityText(value, kind).replaceAll(" ", "");
  const isOwn = only.includes(OWN_MACHINE);
  return commandText("plan", [modelArgument(model)], {
    workload,
    ttft: plain(ttft, "time"),
    tpot: plain(tpot, "time"),
    rate: demand === "rate" ? `${rate ?? 1}/s` : null,
    users: demand === "users" ? Math.round(users ?? 1) : null,
    budget: budget === null ? null : `$${budget}/h`,
    power: plain(power, "power"),
    "devices-max": devices === null ? null : Math.round(devices),
    objective: objective === "cost" ? null : objective,
    vendor: listed(vendors),
    device: listed(only),
    region: listed(regions),
    engine: listed(isOwn ? [...engines, "static"] : engines),
    catalogue: isOwn ? `${OWN_MACHINE}.json` : null,
    precision: isOwn ? "fp32,q4_k_m" : null,
    tenure: tenure === "rent" ? null : tenure,
    announced: announced ? true : null,
    "no-simulate": true,
    confidence: confidence === planFields.confidence.fallback ? null : confidence,
  });
}
