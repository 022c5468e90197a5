/** How likely a quantity of either sign lies below a limit. */
import type { Interval } from "../interval.ts";
import { normalCdf, Z90 } from "../normal.ts";

/** Two half normals that meet at the median. */
export function probabilityUnder({ p10, p50, p90 }: Interval, limit: number): number {
  if (limit === p50) return p10 === p90 ? 0 : 0.5;
  const half = limit < p50 ? p50 - p10 : p90 - p50;
  if (half === 0) return p50 < limit ? 1 : 0;
  return normalCdf(((limit - p50) / half) * Z90);
}
