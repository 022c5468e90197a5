/** What `tenlane plan --json` prints. */
import * as z from "zod";
import { batchPlan } from "./batch-plan.ts";
import { device, grid, offer } from "./catalogue.ts";
import { estimateResult, infeasible } from "./estimate.ts";
import { metrics } from "./simulate.ts";
import { numerics } from "./numbers.ts";
import { trainingPlanSchema } from "./training.ts";

const system = z.strictObject({
  device,
  perHost: z.number(),
  network: z.number().describe("bytes a second, a device"),
  peerBandwidth: z.number().optional().describe("bytes a second, a device"),
  hostPower: z.number().describe("watts, a device"),
  hostBase: z.number().describe("watts, a chassis, however many devices it has"),
  offer: offer.optional(),
  grid: grid.optional(),
});

const pool = {
  parallel: z.strictObject({
    tensor: z.int(),
    pipeline: z.int(),
    data: z.int(),
    expert: z.int(),
  }),
  replicas: z.int(),
};

const placement = z.strictObject({
  ...pool,
  prefill: z
    .strictObject(pool)
    .optional()
    .describe("devices that only compute prompts; those outside it then only decode"),
  numerics,
  engine: z.looseObject({ id: z.string(), name: z.string() }),
});

const tokenPlan = z.looseObject({
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

const refusal = z.looseObject({
  system,
  placement,
  infeasible: z.union([infeasible, breach]),
});

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
        change: z.looseObject({ kind: z.string() }),
        answer: z.union([plan, refusal]),
        ratio: z.number().nullable().describe("objective after over before"),
      }),
    )
    .optional(),
});

/** Plans to serve a model, or with `--train` to train it. */
export const planSchema: z.ZodType = z.union([served, trainingPlanSchema]);
