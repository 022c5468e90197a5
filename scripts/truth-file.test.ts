import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { peersTable } from "./_truth-file.ts";

test("peersTable() reads the cells of its section, and no other table", () => {
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
  const table = peersTable(report);
  assert.deepEqual(table?.rows, [["serving TPOT", "7"]]);
  assert.deepEqual(
    table?.columns.map(({ title }) => title),
    ["family", "rows"],
  );
  assert.equal(peersTable("# Report\n"), null);
});

test("peersTable() of the committed report has a row a family, each with six cells", () => {
  const rows = peersTable(readFileSync("validation/REPORT.md", "utf8"))?.rows ?? [];
  assert.ok(rows.some(([family]) => family === "serving TPOT"));
  for (const row of rows) assert.equal(row.length, 6);
});
