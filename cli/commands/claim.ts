import {
  askedClaim,
  claimPredictions,
  claims,
  type Catalogue,
  type Pair,
} from "../../core/index.ts";
import { CLAIM_BATCHES } from "../../examples/workloads/claim-batches.ts";
import type { CommandModule } from "../answer.ts";
import { catalogueFrom, catalogueOption } from "../catalogue-input.ts";
import { claimAnswer, listAnswer } from "../claim-answer.ts";
import { accepted, inputError } from "../input-error.ts";

interface Options {
  readonly list?: true;
  readonly catalogue?: string;
}

export const claimCommand: CommandModule = {
  examples: [
    'tenlane claim "DGX H100 is 9x DGX A100 for training"',
    'tenlane claim "8 x h200-sxm vs 8 x mi300x"',
    "tenlane claim --list",
  ],
  declare: (command, shell, show) => {
    command
      .argument("[claim]", 'a claim of --list, or two machines: "A vs B"')
      .option("--list", "the claims that are checked")
      .addOption(catalogueOption())
      .action(async (text: string | undefined, { list, catalogue: own }: Options) => {
        const catalogue = await catalogueFrom(own, shell);
        if (list === true) return show(listAnswer(accepted(claims(catalogue), "claims")));
        if (text === undefined) throw inputError("claim", "a claim, or --list", undefined);
        const { claim, pair } = accepted(askedClaim(text, catalogue), "claim");
        return show(claimAnswer({ claim, pair, predicted: predicted(pair, catalogue) }));
      });
  },
};

function predicted(pair: Pair | null, catalogue: Catalogue) {
  return pair === null ? [] : accepted(claimPredictions(pair, CLAIM_BATCHES, catalogue), "claim");
}
