/** Plans for a network, which takes whole batches: the best of each device, best device first. */
import {
  placementDevices,
  planBatches,
  sitesOf,
  usualFormats,
  type BatchPlan,
  type Interval,
  type Limits,
  type Objective,
  type SiteChoice,
} from "../../core/index.ts";
import { catalogueFor } from "./current-catalogue.ts";
import { batchEngines } from "./engines.ts";
import type { Parts } from "./messages.ts";
import { modelOf, type ModelChoice } from "./models.ts";
import { nearestOf, type Nearest } from "./nearest.ts";
import { Refusal } from "./refusal.ts";

export interface BatchesQuestion {
  readonly model: ModelChoice;
  /** Samples a second; null is what one device computes. */
  readonly rate: number | null;
  readonly limits: Pick<Limits, "latency" | "costPerHour" | "power" | "devices">;
  readonly choice: SiteChoice;
  readonly objective: Objective;
  readonly confidence: number;
}

export interface BatchFigures {
  /** Of the sample that waits longest for its batch. */
  readonly latency: Interval;
  readonly itemRate: Interval;
  readonly power: Interval;
  readonly energyPerItem: Interval;
  readonly costPerHour: Interval | null;
  readonly costPerItem: Interval | null;
  readonly carbonPerItem: Interval | null;
}

export interface BatchRow {
  readonly device: string;
  readonly name: string;
  readonly vendor: string;
  readonly status: string;
  readonly devices: number;
  readonly format: string;
  readonly batch: number;
  readonly figures: BatchFigures;
  readonly confidence: number;
}

export interface BatchesView {
  readonly plans: readonly BatchRow[];
  readonly tried: number;
  /** What comes nearest; null where there are plans or no candidate does. */
  readonly nearest: Nearest | null;
}

export async function* batchesAnswer(question: BatchesQuestion): Parts<BatchesView> {
  const { rate, limits, choice, objective, confidence } = question;
  const model = await modelOf(question.model);
  if (model.kind !== "network") {
    throw new Refusal({ path: "model", expected: "a network", got: model.name });
  }
  const { plans, tried, nearest } = planBatches({
    model,
    ...(rate === null ? {} : { rate }),
    limits,
    sites: sitesOf(catalogueFor(choice), batchEngines(), choice),
    numerics: usualFormats(model),
    objective,
    confidence,
  });
  yield { plans: plans.map(rowOf), tried, nearest: nearestOf(nearest, null) };
}

function rowOf({ system, placement, batch, estimate, ...plan }: BatchPlan): BatchRow {
  const { device } = system;
  const { itemRate, power, energyPerItem, costPerHour, carbonPerItem } = estimate;
  const { latency, costPerItem, confidence } = plan;
  return {
    device: device.id,
    name: device.name,
    vendor: device.vendor,
    status: device.status,
    devices: placementDevices(placement),
    format: placement.numerics.name,
    batch,
    figures: {
      latency,
      itemRate,
      power,
      energyPerItem,
      costPerHour,
      costPerItem,
      carbonPerItem,
    },
    confidence,
  };
}
