import { askedClaim, claims, examined, findDevice } from "../../core/index.ts";
import { publishedRates } from "../../validation/index.ts";
import { CLAIM_BATCHES } from "../../examples/workloads/claim-batches.ts";
import type { CommandModule } from "../answer.ts";
import { catalogueFrom, catalogueOption } from "../catalogue-input.ts";
import { claimAnswer, listAnswer } from "../claim-answer.ts";
import { accepted, inputError } from "../input-error.ts";
import { truthOf, truthOption } from "../truth-input.ts";

interface Options {
  readonly list?: true;
  readonly catalogue?: string;
  readonly truth?: readonly string[];
}

export const claimCommand: CommandModule = {
  examples: [
    'tenlane claim "DGX H100 is 9x DGX A100 for training"',
    'tenlane claim "8 x h200-sxm vs 8 x mi300x"',
    'tenlane claim "B200 is 3x H100 for training"',
    "tenlane claim --list",
  ],
  declare: (command, shell, show) => {
    command
      .argument("[claim]", 'a claim of --list, or two machines: "A vs B"')
      .option("--list", "the claims that are checked")
      .addOption(catalogueOption())
      .addOption(truthOption())
      .action(async (text: string | undefined, options: Options) => {
        const catalogue = await catalogueFrom(options.catalogue, shell);
        if (options.list === true) return show(listAnswer(accepted(claims(catalogue), "claims")));
        if (text === undefined) throw inputError("claim", "a claim, or --list", undefined);
        const asked = accepted(askedClaim(text, catalogue), "claim");
        const rows = await truthOf(options.truth, shell);
        const rates = publishedRates(rows, (label) => {
          const found = findDevice(catalogue, label);
          return found.ok ? found.value : null;
        });
        const known = examined(asked, CLAIM_BATCHES, rates, catalogue);
        return show(claimAnswer(asked, accepted(known, "claim")));
      });
  },
};
