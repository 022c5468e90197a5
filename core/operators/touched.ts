/** How many experts get work at all, which decides the weights a small batch reads. */
import { power } from "../power.ts";

/**
 * Expected number of `experts` that at least one of `tokens` tokens goes to, when each token picks
 * `active` of `total` different experts at random.
 *
 * Real routers are skewed and correlated within a batch, so fewer are touched and the busiest has more:
 * for a power law of exponent 1.2 the mean is about a tenth lower near one token an expert. That is left
 * to the law of grouped matmuls, which is fitted on skewed measurements.
 *
 * Errors: none; zero tokens touch nothing.
 * Source: occupancy of bins: E·(1 − (1 − a/E)^T); skew: ai-dynamo/aiconfigurator docs/POWER_LAW_DISTRIBUTION.md
 */
export function touchedExperts(args: {
  readonly experts: number;
  readonly total: number;
  readonly active: number;
  readonly tokens: number;
}): number {
  const { experts, total, active, tokens } = args;
  return experts * (1 - power(1 - active / total, tokens));
}
