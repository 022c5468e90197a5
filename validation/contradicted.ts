/**
 * Latencies that the rate of the same run contradicts: what is in flight is rate times mean latency (Little's law), so no
 * 95th percentile is far below what was in flight over the rate.
 *
 * Source: Little 1961, "A proof for the queuing formula L = λW"
 */
import { metricOf, unitFactor } from "./metric.ts";
import { instancesOf, queuedBatches } from "./passes.ts";
import type { Row } from "./row.ts";

export const SET_ASIDE =
  "set aside: the throughput its source prints of the same run contradicts it";

/** Share of the mean below which a high percentile cannot be of the same run. */
const SHARE_MIN = 0.67;

/** Ids of such latencies; of runs that say how many batches were in flight ("set-size 4") alone. */
export function contradicted(rows: readonly Row[]): ReadonlySet<string> {
  const stated = rows.filter(({ notes }) => /set-size \d/.test(notes));
  const rates = new Map(
    stated.flatMap((row) => (isOf(row, "sample-rate") ? [[runOf(row), row.value] as const] : [])),
  );
  const found = stated.filter((row) => {
    const rate = rates.get(runOf(row));
    if (rate === undefined || !isOf(row, "latency")) return false;
    const inFlight = Number(row.batch_or_concurrency) * instancesOf(row) * queuedBatches(row);
    return row.value * (unitFactor(row.unit) ?? 1) < (SHARE_MIN * inFlight) / rate;
  });
  return new Set(found.map(({ id }) => id));
}

function isOf({ metric, phase, unit }: Row, quantity: "sample-rate" | "latency"): boolean {
  return metricOf(metric, phase, unit).quantity === quantity;
}

function runOf(row: Row): string {
  return [row.source_location, row.model, row.batch_or_concurrency, row.notes].join("|");
}
