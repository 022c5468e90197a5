import { askedClaim, catalogue, claimPredictions, claims, type Pair } from "../../core/index.ts";
import { CLAIM_BATCHES } from "../../examples/workloads/claim-batches.ts";
import type { CommandModule } from "../answer.ts";
import { claimAnswer, listAnswer } from "../claim-answer.ts";
import { accepted, inputError } from "../input-error.ts";

interface Options {
  readonly list?: true;
}

export const claimCommand: CommandModule = {
  examples: [
    'tenlane claim "DGX H100 is 9x DGX A100 for training"',
    'tenlane claim "8 x h200-sxm vs 8 x mi300x"',
    "tenlane claim --list",
  ],
  declare: (command, _, show) => {
    command
      .argument("[claim]", 'a claim of --list, or two machines: "A vs B"')
      .option("--list", "the claims that are checked")
      .action((text: string | undefined, { list }: Options) => {
        if (list === true) return show(listAnswer(accepted(claims(catalogue), "claims")));
        if (text === undefined) throw inputError("claim", "a claim, or --list", undefined);
        const { claim, pair } = accepted(askedClaim(text, catalogue), "claim");
        return show(claimAnswer({ claim, pair, predicted: predicted(pair) }));
      });
  },
};

function predicted(pair: Pair | null) {
  return pair === null ? [] : accepted(claimPredictions(pair, CLAIM_BATCHES, catalogue), "claim");
}
