/** What both machines of a pair are predicted on: batches they answer, and steps they learn by. */
import type { Catalogue } from "../catalogue/index.ts";
import { decodeEngine, type Engine, type Infeasible } from "../estimate/index.ts";
import type { Interval } from "../interval.ts";
import { decodeModelEntry, findModel, type ModelEntry, numerics } from "../model/index.ts";
import { ok, refuse, type Result } from "../result.ts";
import {
  type ClaimTraining,
  type ClaimWorkload,
  type Pair,
  rateRatio,
  trainingRatio,
} from "./compare.ts";
import type { ClaimedUse } from "./published.ts";

/** Batches of one model, each device its own copy: images, text that is read, text that is written; or steps of its training. */
export type ClaimBatch = {
  /** A name of the catalogue. */
  readonly model: string;
  readonly about: string;
} & (
  | { readonly use: "inference"; readonly shape: ClaimWorkload["shape"] }
  | { readonly use: "training"; readonly shape: ClaimTraining["shape"] }
);

export interface ClaimPrediction {
  readonly workload: string;
  readonly use: ClaimedUse;
  readonly answer: Interval | Infeasible;
}

/** Both run it in BF16, as plain batches or steps of the usual training. Errors: a model or engine is unknown. */
export function claimPredictions(
  pair: Pair,
  batches: readonly ClaimBatch[],
  catalogue: Catalogue,
): Result<readonly ClaimPrediction[]> {
  const engine = plainEngine(catalogue);
  if (!engine.ok) return engine;
  const format = numerics("bf16");
  if (!format.ok) return format;
  const answers: ClaimPrediction[] = [];
  for (const batch of batches) {
    const found = findModel(catalogue.models as readonly ModelEntry[], batch.model);
    if (!found.ok) return found;
    const model = decodeModelEntry(found.value.entry);
    if (!model.ok) return model;
    const alike = { model: model.value, numerics: format.value };
    const answer =
      batch.use === "training"
        ? trainingRatio(pair, { ...alike, shape: batch.shape })
        : rateRatio(pair, { ...alike, engine: engine.value, shape: batch.shape });
    answers.push({ workload: batch.about, use: batch.use, answer });
  }
  return ok(answers);
}

/** The engine of plain batches, which runs everywhere. */
function plainEngine(catalogue: Catalogue): Result<Engine> {
  for (const file of catalogue.engines) {
    const engine = decodeEngine(file);
    if (!engine.ok || engine.value.id === "static") return engine;
  }
  return refuse(["engines"], 'an engine "static"', catalogue.engines.length);
}
