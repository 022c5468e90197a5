/**
 * Workloads as files: what users send and get, whatever the hardware.
 *
 * Lengths are a mean and a coefficient of variation (standard deviation over mean), in tokens;
 * that is what decides cost, and what a user can read off a request log.
 */
import * as z from "zod";
import { decode } from "../decode.ts";
import type { Result } from "../result.ts";
import type { Workload } from "./types.ts";

const TOKENS_MAX = 10_000_000;

const lengths = z.strictObject({
  mean: z.number().min(1).max(TOKENS_MAX).describe("tokens"),
  variation: z.number().min(0).max(5).describe("standard deviation over mean"),
});

export const workloadSchema: z.ZodType<Workload> = z.strictObject({
  name: z.string().min(1).max(100),
  about: z.string().max(500).optional(),
  input: lengths,
  output: lengths,
  cached: z.number().min(0).max(1).describe("share of input tokens in the prefix cache"),
});

/** A workload from the JSON of its file; refused with the path of the first field that is wrong. */
export function decodeWorkload(json: unknown): Result<Workload> {
  return decode(workloadSchema, json);
}
