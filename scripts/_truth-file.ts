/** The figures that tenlane carries, each with its prediction and its source, for the page. */
import { readFileSync } from "node:fs";
import type { PublishedRate, Table } from "../core/index.ts";
import { grouped } from "../measure/grouped.ts";
import {
  publishedRates,
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
    peers: reportTable(report(), "Beside AIConfigurator"),
  };
}

/** Rates of the carried figures, of workloads that were run on more than one device or number of devices, for claims. */
export function publishedFile(): readonly PublishedRate[] {
  const rates = publishedRates(shippedTruth(), shippedWorld().device);
  const alike = [...grouped(rates, ({ workload }) => workload).values()];
  return alike
    .filter((all) => new Set(all.map(({ device, count }) => `${device} ${count}`)).size > 1)
    .flat();
}

/** Errors of generations forecast from those before them. */
export function backtestFile(): Table | null {
  return reportTable(report(), "Backtest");
}

function report(): string {
  return readFileSync("validation/REPORT.md", "utf8");
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

/** The table under a heading of the committed report, whose figures rest on evidence that is not here; null without one. */
export function reportTable(text: string, heading: string): Table | null {
  const section = new RegExp(`^## ${heading}\\n[^|]*(?<table>(?:\\|.*\\n)+)`, "mu");
  const lines = section.exec(text)?.groups?.["table"]?.trim().split("\n");
  if (lines === undefined) return null;
  const [titles = [], , ...rows] = lines.map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
  const columns = titles.map((title, index) => ({
    title,
    align: index === 0 ? ("left" as const) : ("right" as const),
  }));
  return { columns, rows };
}
