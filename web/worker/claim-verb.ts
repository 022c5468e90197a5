/** Claims, and any pair of machines: what datasheets bound, what is predicted, what was published. */
import {
  askedClaim,
  claimPredictions,
  figureRatios,
  type Claim,
  type ClaimPrediction,
  type FigureRatio,
  type Machines,
} from "../../core/index.ts";
import { CLAIM_BATCHES } from "../../examples/workloads/claim-batches.ts";
import { wholeCatalogue } from "./current-catalogue.ts";
import type { Parts } from "./messages.ts";
import { accepted } from "./refusal.ts";

export interface ClaimView {
  readonly claim: Claim | null;
  readonly of: string | null;
  readonly over: string | null;
  readonly figures: readonly FigureRatio[];
  readonly predicted: readonly ClaimPrediction[];
}

export async function* claimAnswer({ text }: { readonly text: string }): Parts<ClaimView> {
  const catalogue = await wholeCatalogue();
  const { claim, pair } = accepted(askedClaim(text, catalogue));
  yield {
    claim,
    of: pair && machinesText(pair.of),
    over: pair && machinesText(pair.over),
    figures: pair === null ? [] : figureRatios(pair),
    predicted: pair === null ? [] : accepted(claimPredictions(pair, CLAIM_BATCHES, catalogue)),
  };
}

function machinesText({ system, count }: Machines): string {
  return `${count} × ${system.device.name}`;
}
