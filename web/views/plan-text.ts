/** Plans in words. */
import { significant, type Interval } from "../../core/index.ts";
import { quantityText } from "../parts/quantity.ts";
import type { Words } from "../words/index.ts";
import type { PlanRow } from "../worker/plan-row.ts";
import { FIGURES, type FigureName, type Written } from "./plan-figures.ts";

/** Why a plan serves no more, in one sentence. */
export function whyText(plan: PlanRow, words: Words): string {
  const { bindings, bounds, why } = words.plan;
  const held = significant(plan.concurrency.max);
  return why(bindings(plan.binding, held), bounds[plan.bound.prefill], bounds[plan.bound.decode]);
}

/** That no candidate of those tried is a plan. */
export function nothingText(tried: number, words: Words): string {
  return tried === 0 ? words.plan.noneSold : words.plan.nothing(tried);
}

/** A figure of a plan as the table writes it. */
export function figureText(plan: PlanRow, name: FigureName): string {
  return intervalFigure(plan.figures[name], FIGURES[name]);
}

/** The middle of an interval as it is written; nothing where none is known. */
export function intervalFigure(interval: Interval | null, { kind, scale, after }: Written): string {
  return interval === null ? "" : quantityText(interval.p50 * scale, kind) + after;
}
