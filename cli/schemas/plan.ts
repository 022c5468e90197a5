/** What `tenlane plan --json` prints. */
import * as z from "zod";
import { batchPlan } from "./batch-plan.ts";
import { estimateResult, infeasible } from "./estimate.ts";
import { metrics } from "./simulate.ts";
import { placement, system } from "./placement.ts";
import { trainingPlanSchema } from "./training.ts";

const tokenPlan = z.strictObject({
  system,
  placement,
  estimate: estimateResult.describe("at the mean load"),
  concurrency: z.strictObject({ mean: z.number(), max: z.number() }),
  binding: z.string().describe("what keeps it from serving more on the same devices"),
  confidence: z.number().describe("probability that every limit holds"),
  simulated: z
    .strictObject({
      metrics,
      holds: z.boolean().describe("enough requests kept the limits, and no queue only grew"),
      added: z.int().describe("replicas beyond those that the formulas asked for"),
    })
    .optional()
    .describe("of the best plans: a run under traffic"),
});

/** Of a model that answers in tokens, or of a network that takes batches. */
const plan = z.union([tokenPlan, batchPlan]);

const breach = z.strictObject({
  kind: z.literal("breach"),
  limit: z.string(),
  allowed: z.number(),
  reached: z.number(),
});

const refusal = z.strictObject({
  system,
  placement,
  infeasible: z.union([infeasible, breach]),
});

const change = z.discriminatedUnion("kind", [
  z
    .strictObject({ kind: z.enum(["memory-bandwidth", "compute", "link", "memory-capacity"]) })
    .describe("twice as much of it"),
  z.strictObject({ kind: z.literal("numerics"), numerics: z.string() }),
  z.strictObject({ kind: z.literal("tensor"), tensor: z.int() }),
  z.strictObject({ kind: z.literal("limit"), limit: z.string() }).describe("without it"),
  z.strictObject({ kind: z.literal("device"), device: z.string() }).describe("next generation"),
]);

const served: z.ZodType = z.strictObject({
  plans: z.array(plan).describe("best first"),
  tried: z.int(),
  refused: z.record(z.string(), z.int()),
  nearest: refusal.nullable(),
  relaxed: z
    .strictObject({ breaches: z.array(breach), plan })
    .nullable()
    .optional()
    .describe("limits at what they must become where no plan keeps them, and the plan they allow"),
  explanation: z
    .array(
      z.strictObject({
        change,
        answer: z.union([plan, refusal]),
        ratio: z.number().nullable().describe("objective after over before"),
      }),
    )
    .optional(),
});

/** Plans to serve a model, or with `--train` to train it. */
export const planSchema: z.ZodType = z.union([served, trainingPlanSchema]);
