/** The figures that tenlane carries, each with its prediction and its source, for the page. */
import {
  shippedLeftOutTable,
  shippedTruth,
  shippedWorld,
  validate,
  type Checked,
} from "../validation/index.ts";
import type { TruthFile, TruthRow } from "../web/truth-file.ts";

export function truthFile(): TruthFile {
  return {
    rows: validate(shippedTruth(), shippedWorld()).map(rowOf),
    generalisation: shippedLeftOutTable(),
  };
}

function rowOf({ row, family, measured, interval, unanswered }: Checked): TruthRow {
  return {
    id: row.id,
    family,
    metric: row.metric,
    model: row.model,
    device: row.hardware,
    engine: row.engine,
    source: row.source,
    place: row.source_location,
    date: row.date,
    measured,
    predicted: interval && { p10: interval.p10, p50: interval.p50, p90: interval.p90 },
    unanswered,
  };
}
