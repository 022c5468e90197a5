/** What both machines of a pair are predicted on, batch by batch. */
import type { Catalogue } from "../catalogue/index.ts";
import { decodeEngine, type Infeasible } from "../estimate/index.ts";
import type { Interval } from "../interval.ts";
import { decodeModelEntry, findModel, type ModelEntry, numerics } from "../model/index.ts";
import { ok, refuse, type Result } from "../result.ts";
import { type ClaimWorkload, type Pair, rateRatio } from "./compare.ts";

/** Batches of one model without a queue: images, text that is read, text that is written. */
export interface ClaimBatch {
  /** A name of the catalogue. */
  readonly model: string;
  readonly shape: ClaimWorkload["shape"];
  readonly about: string;
}

export interface ClaimPrediction {
  readonly workload: string;
  readonly answer: Interval | Infeasible;
}

/** Both run it as a plain batch in BF16, a copy on each device. Errors: a model or engine is unknown. */
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
  for (const { model: name, shape, about } of batches) {
    const found = findModel(catalogue.models as readonly ModelEntry[], name);
    if (!found.ok) return found;
    const model = decodeModelEntry(found.value.entry);
    if (!model.ok) return model;
    const workload = { model: model.value, numerics: format.value, engine: engine.value, shape };
    answers.push({ workload: about, answer: rateRatio(pair, workload) });
  }
  return ok(answers);
}

/** The engine of plain batches, which runs everywhere. */
function plainEngine(catalogue: Catalogue): ReturnType<typeof decodeEngine> {
  for (const file of catalogue.engines) {
    const engine = decodeEngine(file);
    if (!engine.ok || engine.value.id === "static") return engine;
  }
  return refuse(["engines"], 'an engine "static"', catalogue.engines.length);
}
