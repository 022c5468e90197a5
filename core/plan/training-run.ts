/** Training runs as files: what is learnt, whatever the hardware. */
import * as z from "zod";
import { decode } from "../decode.ts";
import type { Result } from "../result.ts";
import type { TrainingRun } from "./training-types.ts";

const TOKENS_MAX = 10_000_000;
const BATCH_MAX = 1_000_000;
const BUDGET_MAX = 1e17;

export const trainingRunSchema: z.ZodType<TrainingRun> = z.strictObject({
  name: z.string().min(1).max(100),
  about: z.string().max(500).optional(),
  tokens: z.int().min(1).max(TOKENS_MAX).describe("tokens of a sequence"),
  batch: z.int().min(1).max(BATCH_MAX).describe("sequences a step"),
  budget: z.number().min(1).max(BUDGET_MAX).describe("tokens of the whole run"),
  tuned: z.enum(["all", "adapters"]).describe("all weights, or adapters beside them (LoRA)"),
});

/** A run from the JSON of its file; refused with the path of the first field that is wrong. */
export function decodeTrainingRun(json: unknown): Result<TrainingRun> {
  return decode(trainingRunSchema, json);
}
