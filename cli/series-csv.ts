/** A time series as the text of a CSV file, in SI units. */
import type { SeriesRow } from "../core/index.ts";

const COLUMNS: readonly (readonly [head: string, key: keyof SeriesRow])[] = [
  ["time_s", "time"],
  ["arrivals_per_s", "arrivalRate"],
  ["requests_per_s", "requestRate"],
  ["output_tokens_per_s", "outputRate"],
  ["ttft_mean_s", "ttft"],
  ["running", "running"],
  ["waiting", "waiting"],
  ["kv_share", "occupancy"],
  ["busy_share", "utilisation"],
  ["up_share", "availability"],
  ["paid_share", "paid"],
  ["power_w", "power"],
];

export function seriesCsv(rows: readonly SeriesRow[]): string {
  const head = COLUMNS.map(([name]) => name).join(",");
  const lines = rows.map((row) => COLUMNS.map(([, key]) => row[key] ?? "").join(","));
  return `${[head, ...lines].join("\n")}\n`;
}
