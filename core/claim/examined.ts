/** A claim beside all that is known of its pair: bounds, predictions, published figures, and what they make of it. */
import type { Catalogue } from "../catalogue/index.ts";
import { ok, type Result } from "../result.ts";
import type { AskedClaim } from "./asked.ts";
import { figureRatios } from "./compare.ts";
import { type Judged, judged, type Known } from "./judged.ts";
import { type ClaimBatch, claimPredictions } from "./predictions.ts";
import { type PublishedRate, publishedRatios } from "./published.ts";

export interface Examined extends Known {
  /** Of a number of times; null where none is said, or where the claim has a verdict of the catalogue. */
  readonly judged: Judged | null;
}

/** Of the use that is asked for, or of all. Errors: as of `claimPredictions`. */
export function examined(
  { claim, pair, times, use }: AskedClaim,
  batches: readonly ClaimBatch[],
  rates: readonly PublishedRate[],
  catalogue: Catalogue,
): Result<Examined> {
  if (pair === null) return ok({ figures: [], predicted: [], published: [], judged: null });
  const isAsked = (each: { readonly use: string }): boolean => use === null || each.use === use;
  const predicted = claimPredictions(pair, batches.filter(isAsked), catalogue);
  if (!predicted.ok) return predicted;
  const known = {
    figures: figureRatios(pair),
    predicted: predicted.value,
    published: publishedRatios(pair, rates.filter(isAsked)),
  };
  const isOpen = claim === null && times !== null;
  return ok({ ...known, judged: isOpen ? judged(times, known) : null });
}
