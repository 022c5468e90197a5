/**
 * When what wears will have worn: a line through what the history holds, to the limit.
 *
 * A counter or a level that goes on as it did, at the slope and at the ends of its interval; a far end that never
 * comes is open. Wear comes in bursts, which a line does not know.
 *
 * Source: Draper and Smith 1998, "Applied Regression Analysis", section 1.4 (error of a slope)
 */

export interface Point {
  /** ms since 1970. */
  readonly at: number;
  readonly value: number;
}

/** What ends where. */
export interface Limit {
  /** Of a reading. */
  readonly name: string;
  readonly limit: number;
  readonly meaning: string;
}

/**
 * Source: NVIDIA, "GPU Memory Error Management": up to 512 rows of a GPU are remapped, eight of a bank; fewer
 * where one bank fails alone
 */
export const LIMITS: readonly Limit[] = [
  {
    name: "DCGM_FI_DEV_UNCORRECTABLE_REMAPPED_ROWS",
    limit: 512,
    meaning: "no spare row is left at the latest",
  },
  { name: "DCGM_FI_DEV_GPU_TEMP_LIMIT", limit: 0, meaning: "the GPU slows for heat" },
  { name: "node_filesystem_avail_bytes", limit: 0, meaning: "the disk is full" },
];

export interface Forecast {
  readonly series: string;
  readonly meaning: string;
  readonly points: number;
  readonly now: number;
  /** A day. */
  readonly slope: number;
  /** Days from the last point; null at an end where it never comes. */
  readonly days: { readonly p10: number | null; readonly p50: number; readonly p90: number | null };
}

const DAY = 86_400_000;
const POINTS_MIN = 10;
/** Standard normal quantile of 0.9. */
const Z90 = 1.2815515655446004;

/** Null where there is too little to tell, or it goes away from its limit. */
export function forecast(
  series: string,
  points: readonly Point[],
  { limit, meaning }: Limit,
): Forecast | null {
  const last = points.at(-1);
  if (last === undefined || points.length < POINTS_MIN) return null;
  const count = points.length;
  const mean = (f: (point: Point) => number) =>
    points.reduce((sum, point) => sum + f(point), 0) / count;
  const x0 = mean(({ at }) => (at - last.at) / DAY);
  const y0 = mean(({ value }) => value);
  const sum = (f: (x: number, y: number) => number) =>
    points.reduce((all, { at, value }) => all + f((at - last.at) / DAY - x0, value - y0), 0);
  const xx = sum((x) => x * x);
  if (!(xx > 0)) return null;
  const slope = sum((x, y) => x * y) / xx;
  const error = Math.sqrt(sum((x, y) => (y - slope * x) ** 2) / (count - 2) / xx);
  const way = limit - last.value;
  const daysAt = (each: number): number | null => (each * way > 0 ? way / each : null);
  const p50 = daysAt(slope);
  if (p50 === null) return null;
  const steep = slope + Math.sign(slope) * Z90 * error;
  const shallow = slope - Math.sign(slope) * Z90 * error;
  const days = { p10: daysAt(steep), p50, p90: daysAt(shallow) };
  return { series, meaning, points: count, now: last.value, slope, days };
}
