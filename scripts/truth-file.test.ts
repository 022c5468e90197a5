import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { reportTable } from "./_truth-file.ts";

test("reportTable() reads the cells of its section, and no other table", () => {
  const report = [
    "## Before",
    "",
    "| a | b |",
    "| --- | --- |",
    "| 1 | 2 |",
    "",
    "## Beside AIConfigurator",
    "",
    "About it.",
    "",
    "| family | rows |",
    "| --- | --: |",
    "| serving TPOT | 7 |",
    "",
    "## After",
    "",
  ].join("\n");
  const table = reportTable(report, "Beside AIConfigurator");
  assert.deepEqual(table?.rows, [["serving TPOT", "7"]]);
  assert.deepEqual(
    table?.columns.map(({ title }) => title),
    ["family", "rows"],
  );
  assert.equal(reportTable("# Report\n", "Beside AIConfigurator"), null);
});

test("reportTable() of the committed report has a row a family, each with six cells", () => {
  const rows =
    reportTable(readFileSync("validation/REPORT.md", "utf8"), "Beside AIConfigurator")?.rows ?? [];
  assert.ok(rows.some(([family]) => family === "serving TPOT"));
  for (const row of rows) assert.equal(row.length, 6);
});
