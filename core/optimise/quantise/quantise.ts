/** Puts a model into fewer bits, as a recipe says. */
import { ok, refuse, type Result } from "../../result.ts";
import type { Draft } from "../draft.ts";
import type { Calibration } from "./calibrate.ts";
import type { Recipe, Summary } from "./recipe.ts";
import { quantiseWeights } from "./_blocks.ts";
import { quantiseDynamic } from "./_dynamic.ts";
import { quantiseStatic } from "./_static.ts";

/**
 * Edits `draft` and says what became of its layers. One that finds nothing to do is no error: its summary is empty.
 *
 * Errors: a recipe that needs ranges, without them.
 */
export function quantise(
  draft: Draft,
  recipe: Recipe,
  calibration: Calibration | null,
): Result<Summary> {
  draft.begin(`quantise ${recipe.kind}`);
  if (recipe.kind === "dynamic") return ok(quantiseDynamic(draft, recipe));
  if (recipe.kind === "weights") return ok(quantiseWeights(draft, recipe));
  if (calibration === null) return refuse(["calibration"], "ranges, which this recipe needs", null);
  return ok(quantiseStatic(draft, recipe, calibration));
}
