/** How likely a quantity of either sign lies below a limit. */
import type { Interval } from "../interval.ts";
import { normalCdf } from "../normal.ts";

/** Standard normal quantile of 0.9. */
const Z90 = 1.2815515655446004;

/** Two half normals that meet at the median. */
export function probabilityUnder({ p10, p50, p90 }: Interval, limit: number): number {
  const half = limit < p50 ? p50 - p10 : p90 - p50;
  if (half === 0) return p50 <= limit ? 1 : 0;
  return normalCdf(((limit - p50) / half) * Z90);
}
