/** Outcomes as they come back: from a file, or from a queue that anybody may write to. */
import { z } from "zod";
import { decode } from "../../core/decode.ts";
import type { Result } from "../../core/result.ts";
import { messageOf } from "../failure.ts";
import { infeasible } from "../schemas/estimate.ts";
import { metricIntervals, metrics } from "../schemas/simulate.ts";
import { loadSchema, type Load } from "./flags.ts";
import type { Outcome } from "./ready-plan.ts";
import type { Point } from "./study.ts";

export interface Failed {
  readonly kind: "failed";
  readonly reason: string;
}

const REASON_CHARACTERS_MAX = 500;

export function failure(error: unknown): Failed {
  const text = messageOf(error);
  return { kind: "failed", reason: text.slice(0, REASON_CHARACTERS_MAX) };
}

/** One line of a sweep's file. */
export interface SweepLine {
  readonly point: number;
  readonly plan: string;
  readonly load: Load;
  readonly seed: number;
  readonly outcome: Outcome | Failed;
}

export const outcomeSchema: z.ZodType = z.union([
  z.strictObject({
    kind: z.literal("simulation"),
    metrics,
    intervals: metricIntervals.nullable(),
  }),
  infeasible,
]);

const failed = z.strictObject({ kind: z.literal("failed"), reason: z.string().max(2000) });

const line = z.strictObject({
  point: z.int().nonnegative(),
  plan: z.string(),
  load: loadSchema,
  seed: z.int().nonnegative(),
  outcome: z.union([outcomeSchema, failed]),
}) as z.ZodType<SweepLine>;

export function decodeOutcome(json: unknown): Result<Outcome> {
  return decode(outcomeSchema as z.ZodType<Outcome>, json);
}

export function decodeLine(json: unknown): Result<SweepLine> {
  return decode(line, json);
}

export function lineOf(point: Point, outcome: Outcome | Failed): SweepLine {
  const { index, plan, load, seed } = point;
  return { point: index, plan: plan.name, load, seed, outcome };
}

/** Whether a line is of this point of its study. */
export function isOf(point: Point, { point: index, plan, load, seed }: SweepLine): boolean {
  const own = lineOf(point, { kind: "failed", reason: "" });
  return (
    JSON.stringify([index, plan, load, seed]) ===
    JSON.stringify([own.point, own.plan, own.load, own.seed])
  );
}
