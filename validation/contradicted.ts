/**
 * Figures that others of the same run contradict. What is in flight is rate times mean latency (Little's law), so no
 * 95th percentile is far below what was in flight over the rate; and a rate of training over the time to train is what
 * was trained on, and what evaluations took beside.
 *
 * Source: Little 1961, "A proof for the queuing formula L = λW"
 */
import { metricOf, unitFactor, type Quantity } from "./metric.ts";
import { instancesOf, queuedBatches } from "./passes.ts";
import type { Row } from "./row.ts";

export const SET_ASIDE =
  "set aside: another figure that its source prints of the same run contradicts it";

/** Share of the mean below which a high percentile cannot be of the same run. */
const SHARE_MIN = 0.67;

/** Times the samples of a run above which a rate over its whole time cannot be its own. */
const TRAINED_MAX = 2;

/** Ids of such latencies and rates; latencies of runs that say how many batches were in flight ("set-size 4") alone. */
export function contradicted(rows: readonly Row[]): ReadonlySet<string> {
  return new Set([...early(rows), ...overtrained(rows)]);
}

function overtrained(rows: readonly Row[]): readonly string[] {
  const stated = (quantity: Quantity) =>
    new Map(
      rows.flatMap((row) =>
        quantityOf(row) === quantity
          ? [[runOf(row), row.value * (unitFactor(row.unit) ?? 1)] as const]
          : [],
      ),
    );
  const [samples, times] = [stated("samples"), stated("time-to-train")];
  const found = rows.filter((row) => {
    const [all, time] = [samples.get(runOf(row)), times.get(runOf(row))];
    if (all === undefined || time === undefined || row.phase !== "training_step") return false;
    return quantityOf(row) === "sample-rate" && row.value * time > TRAINED_MAX * all;
  });
  return found.map(({ id }) => id);
}

function early(rows: readonly Row[]): readonly string[] {
  const stated = rows.filter(({ notes }) => /set-size \d/.test(notes));
  const rates = new Map(
    stated.flatMap((row) =>
      quantityOf(row) === "sample-rate" ? [[runOf(row), row.value] as const] : [],
    ),
  );
  const found = stated.filter((row) => {
    const rate = rates.get(runOf(row));
    if (rate === undefined || quantityOf(row) !== "latency") return false;
    const inFlight = Number(row.batch_or_concurrency) * instancesOf(row) * queuedBatches(row);
    return row.value * (unitFactor(row.unit) ?? 1) < (SHARE_MIN * inFlight) / rate;
  });
  return found.map(({ id }) => id);
}

function quantityOf({ metric, phase, unit }: Row): Quantity {
  return metricOf(metric, phase, unit).quantity;
}

function runOf(row: Row): string {
  return [row.source_location, row.model, row.batch_or_concurrency, row.notes].join("|");
}
