/**
 * Which part of a step an operator is, and what share of a step each part takes.
 *
 * Source: core/estimate/correction.ts (what the parts are for)
 */
import type { Operator } from "../operators/index.ts";
import type { Fraction, Seconds } from "../units.ts";
import { type Part, PARTS } from "./correction.ts";
import type { Traits } from "./log-linear.ts";
import type { OperatorTime } from "./types.ts";

/** The part that an operator's own work is, its launch aside. */
export function partOf({ work }: Operator): Exclude<Part, "launch" | "host"> {
  switch (work.kind) {
    case "grouped-matmul":
      return "experts";
    case "attention":
      return "attention";
    case "collective":
      return "exchange";
    default:
      return "rest";
  }
}

/** Shares of a step's time by part; `host` is what the devices wait for beside their own work. */
export function partShares(times: readonly OperatorTime[], host: Seconds): Record<Part, Fraction> {
  const sums = Object.fromEntries(PARTS.map((part) => [part, 0])) as Record<Part, number>;
  sums.host = host;
  for (const { operator, time, overhead } of times) {
    const part = partOf(operator);
    const launch = part === "exchange" ? 0 : overhead;
    sums[part] += operator.count * (time - launch);
    sums.launch += operator.count * launch;
  }
  const whole = PARTS.reduce((sum, part) => sum + sums[part], 0);
  for (const part of PARTS) sums[part] /= whole > 0 ? whole : 1;
  return sums;
}

/** The name that a share goes by among traits. */
export function shareTrait(part: Part): string {
  return `share ${part}`;
}

/** Shares as traits, where the step is `whole` of the time asked about: prompts that join have the rest of it. */
export function shareTraits(
  times: readonly OperatorTime[],
  host: Seconds,
  whole: Fraction = 1,
): Traits {
  const shares = partShares(times, host);
  return Object.fromEntries(PARTS.map((part) => [shareTrait(part), whole * shares[part]]));
}
