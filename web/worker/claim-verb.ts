/** Claims, and any pair of machines: what datasheets bound, what is predicted, what was published. */
import {
  askedClaim,
  examined,
  type Claim,
  type Examined,
  type Machines,
  type PublishedRate,
} from "../../core/index.ts";
import { CLAIM_BATCHES } from "../../examples/workloads/claim-batches.ts";
import { wholeCatalogue } from "./current-catalogue.ts";
import type { Parts } from "./messages.ts";
import { pageFile } from "./page-file.ts";
import { accepted } from "./refusal.ts";

export interface ClaimView extends Examined {
  readonly claim: Claim | null;
  readonly of: string | null;
  readonly over: string | null;
}

export async function* claimAnswer({ text }: { readonly text: string }): Parts<ClaimView> {
  const catalogue = await wholeCatalogue();
  const asked = accepted(askedClaim(text, catalogue));
  const { claim, pair } = asked;
  const rates = pair === null ? [] : await pageFile<readonly PublishedRate[]>(PUBLISHED);
  yield {
    claim,
    of: pair && machinesText(pair.of),
    over: pair && machinesText(pair.over),
    ...accepted(examined(asked, CLAIM_BATCHES, rates, catalogue)),
  };
}

const PUBLISHED = "data/published.json";

function machinesText({ system, count }: Machines): string {
  return `${count} × ${system.device.name}`;
}
