/** What `tenlane claim --json` prints. */
import * as z from "zod";
import { infeasible } from "./estimate.ts";
import { interval } from "./numbers.ts";

const fleet = z.strictObject({ device: z.string(), count: z.int() });

const claim = z.strictObject({
  id: z.string(),
  statement: z.string(),
  pair: z.strictObject({ of: fleet, over: fleet }).optional(),
  facts: z.array(z.strictObject({ text: z.string(), source: z.string() })),
  verdict: z.enum(["holds", "holds in part", "does not hold", "outdated"]),
  because: z.string(),
});

export const claimOutput: z.ZodType = z.union([
  z.strictObject({ claims: z.array(claim) }).describe("of --list"),
  z.strictObject({
    claim: claim.nullable(),
    figures: z.array(z.strictObject({ name: z.string(), ratio: z.number() })),
    predicted: z.array(
      z.strictObject({ workload: z.string(), answer: z.union([interval, infeasible]) }),
    ),
  }),
]);
