/** The figures of plans: those of tokens, and those of a network, which has samples and no tokens. */
import type { QuantityKind } from "../../core/index.ts";
import type { BatchFigures } from "../worker/batches-verb.ts";
import type { PlanFigures } from "../worker/plan-row.ts";

/** How a figure is written, and whether more of it is better. */
export interface Written {
  readonly kind: QuantityKind;
  readonly scale: number;
  readonly after: string;
  readonly more: boolean;
}

const TIME: Written = { kind: "time", scale: 1, after: "", more: false };
const POWER: Written = { kind: "power", scale: 1, after: "", more: false };
const ENERGY: Written = { kind: "energy", scale: 1, after: "", more: false };
const CARBON: Written = { kind: "carbon", scale: 1, after: "", more: false };
const COST_PER_HOUR: Written = { kind: "money", scale: 1, after: "/h", more: false };
const COST_PER_MILLION: Written = { kind: "money", scale: 1e6, after: "/M", more: false };

export const FIGURES = {
  ttft: TIME,
  tpot: TIME,
  latency: TIME,
  outputRate: { kind: "tokenRate", scale: 1, after: "", more: true },
  power: POWER,
  energyPerToken: ENERGY,
  costPerHour: COST_PER_HOUR,
  costPerToken: COST_PER_MILLION,
  carbonPerToken: CARBON,
} satisfies Readonly<Record<keyof PlanFigures, Written>>;

export type FigureName = keyof typeof FIGURES;
export const FIGURE_NAMES = Object.keys(FIGURES) as readonly FigureName[];

export const NETWORK_FIGURES = {
  latency: TIME,
  itemRate: { kind: "sampleRate", scale: 1, after: "", more: true },
  power: POWER,
  energyPerItem: ENERGY,
  costPerHour: COST_PER_HOUR,
  costPerItem: COST_PER_MILLION,
  carbonPerItem: CARBON,
} satisfies Readonly<Record<keyof BatchFigures, Written>>;

export type NetworkFigureName = keyof typeof NETWORK_FIGURES;
export const NETWORK_FIGURE_NAMES = Object.keys(NETWORK_FIGURES) as readonly NetworkFigureName[];
