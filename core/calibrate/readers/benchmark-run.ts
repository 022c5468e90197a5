/** What the tools that measure a serving engine report, whatever their format, in SI units. */
import * as z from "zod";
import type { RequestsPerSecond, Seconds, Tokens, TokensPerSecond } from "../../units.ts";

/** One load and what was measured under it; what a file does not say is absent. */
export interface BenchmarkRun {
  /** Requests in flight. */
  readonly concurrency?: number;
  /** Requests a second that were sent, whatever was in flight. */
  readonly rate?: RequestsPerSecond;
  /** Mean lengths. */
  readonly input?: Tokens;
  readonly output?: Tokens;
  /** Means over requests. */
  readonly ttft?: Seconds;
  readonly tpot?: Seconds;
  /** All replicas. */
  readonly outputRate?: TokensPerSecond;
}

export const MILLISECOND: Seconds = 1e-3;

/** A figure that a tool leaves out, or writes as null or 0 where nothing was measured. */
export const figure: z.ZodType<number | undefined> = z
  .number()
  .nonnegative()
  .nullish()
  .transform((value) => value ?? undefined);

/** `run` without what is undefined, or is the 0 of what was not measured. */
export function known(run: {
  readonly [Key in keyof BenchmarkRun]: BenchmarkRun[Key] | undefined;
}): BenchmarkRun {
  return Object.fromEntries(Object.entries(run).filter(([, value]) => Boolean(value)));
}

export function scaled(value: number | undefined, unit: number): number | undefined {
  return value === undefined ? undefined : value * unit;
}
