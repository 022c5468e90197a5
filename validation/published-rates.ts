/** Published figures as rates of work, so that one machine stands beside another on equal work. */
import type { PublishedRate } from "../core/index.ts";
import { wholeDevice } from "./configured.ts";
import { familyOf, type Family } from "./family.ts";
import { metricOf, unitFactor, type Quantity } from "./metric.ts";
import { shareOf } from "./parallel.ts";
import { collection, isMlperf, type Row } from "./row.ts";
import type { World } from "./world.ts";

/** Figures of devices of the catalogue that tell how fast a model runs or learns. */
export function publishedRates(
  rows: readonly Row[],
  device: World["device"],
): readonly PublishedRate[] {
  return rows.flatMap((row) => {
    const found = device(wholeDevice(row));
    const rate = rateOf(row);
    const family = familyOf(row);
    if (found === null || rate === null || row.accelerators === undefined) return [];
    if (family === "kernel") return [];
    return [
      {
        workload: workloadOf(row, family),
        about: `${row.model}, ${family}`,
        use: TRAINED.has(family) ? ("training" as const) : ("inference" as const),
        device: found.id,
        count: row.accelerators,
        rate,
        source: row.source,
      },
    ];
  });
}

const TRAINED: ReadonlySet<Family> = new Set(["training step", "time to train"]);

const TIMES: ReadonlySet<Quantity> = new Set([
  "ttft",
  "tpot",
  "latency",
  "time-to-train",
  "step-time",
]);
const RATES: ReadonlySet<Quantity> = new Set([
  "output-rate",
  "total-rate",
  "sample-rate",
  "flops-rate",
]);

/** Of all devices together; null where the figure tells no speed. */
function rateOf(row: Row): number | null {
  const { quantity } = metricOf(row.metric, row.phase, row.unit);
  const figure = row.value * (unitFactor(row.unit) ?? 1);
  if (TIMES.has(quantity)) return 1 / figure;
  return RATES.has(quantity) ? figure / shareOf(row) : null;
}

/**
 * What is equal where work is: batches that a submitter of MLPerf chose, number formats and versions are no part of
 * it, since each machine is taken at its best.
 */
function workloadOf(row: Row, family: Family): string {
  const { source, model, metric, input_tokens, output_tokens, tp, pp, ep, dp } = row;
  const chosen =
    isMlperf(row) || collection(row) === "mlpt"
      ? []
      : [row.batch_or_concurrency, row.engine.replaceAll(/[\d.]+/gu, ""), tp, pp, ep, dp];
  return [source, family, model, metric, input_tokens, output_tokens, ...chosen].join("|");
}
