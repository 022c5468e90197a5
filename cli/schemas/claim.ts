/** What `tenlane claim --json` prints. */
import * as z from "zod";
import { infeasible } from "./estimate.ts";
import { interval } from "./numbers.ts";

const fleet = z.strictObject({ device: z.string(), count: z.int() });

const use = z.enum(["training", "inference"]);
const verdict = z.enum(["holds", "holds in part", "does not hold", "outdated"]);

const claim = z.strictObject({
  id: z.string(),
  statement: z.string(),
  pair: z.strictObject({ of: fleet, over: fleet }).optional(),
  facts: z.array(z.strictObject({ text: z.string(), source: z.string() })),
  verdict,
  because: z.string(),
});

export const claimOutput: z.ZodType = z.union([
  z.strictObject({ claims: z.array(claim) }).describe("of --list"),
  z.strictObject({
    claim: claim.nullable(),
    figures: z.array(z.strictObject({ name: z.string(), ratio: z.number() })),
    predicted: z.array(
      z.strictObject({ workload: z.string(), use, answer: z.union([interval, infeasible]) }),
    ),
    published: z.array(
      z.strictObject({
        about: z.string(),
        use,
        source: z.string(),
        least: z.number(),
        median: z.number(),
        most: z.number(),
        workloads: z.int(),
      }),
    ),
    judged: z
      .strictObject({ verdict: verdict.exclude(["outdated"]), because: z.string() })
      .nullable()
      .describe("of a sentence that says how many times and is no claim of the catalogue"),
  }),
]);
