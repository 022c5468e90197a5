/** Plans in words. */
import { quantityText, significant } from "../../core/index.ts";
import type { Words } from "../words/index.ts";
import type { PlanRow } from "../worker/plan-row.ts";
import { FIGURES } from "./plan-fields.ts";

/** Why a plan serves no more, in one sentence. */
export function whyText(plan: PlanRow, words: Words): string {
  const { bindings, bounds, why } = words.plan;
  const held = significant(plan.concurrency.max);
  return why(bindings(plan.binding, held), bounds[plan.bound.prefill], bounds[plan.bound.decode]);
}

/** A figure of a plan as the table writes it. */
export function figureText(plan: PlanRow, name: keyof typeof FIGURES): string {
  const interval = plan.figures[name];
  const { kind, scale, after } = FIGURES[name];
  return interval === null ? "" : quantityText(interval.p50 * scale, kind) + after;
}
