/**
 * The gate: errors on the figures that tenlane carries. Tolerances only tighten, row counts only grow.
 *
 * Source: validation/tolerances.json, each publication's errors by family when it was last tightened
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { carriedTruth, gatedErrors, type Tolerance } from "./gate.ts";
import { validationJson } from "./index.ts";

const text = readFileSync(new URL("./tolerances.json", import.meta.url), "utf8");
const tolerances = JSON.parse(text) as Readonly<Record<string, Tolerance>>;
const checked = carriedTruth();
const groups = gatedErrors(checked);
const { rows } = validationJson(checked);

for (const [group, tolerance] of Object.entries(tolerances)) {
  test(`${group}: no rows are lost and the error has not grown`, () => {
    const errors = groups[group];
    assert.ok(errors !== undefined, `${group} has no rows`);
    assert.ok(errors.rows >= tolerance.rows, `${errors.rows} rows of ${tolerance.rows}`);
    assert.ok(errors.answered >= tolerance.answered, `${errors.answered} answered`);
    assert.ok((errors.median ?? 1) <= (tolerance.median ?? Infinity), `median ${errors.median}`);
    assert.ok((errors.p90 ?? 1) <= (tolerance.p90 ?? Infinity), `p90 ${errors.p90}`);
  });
}

test("every group has a tolerance", () => {
  const lacking = Object.keys(groups).filter((group) => tolerances[group] === undefined);
  assert.deepEqual(lacking, []);
});

test("every carried row is answered or says why not", () => {
  for (const { id, p50, unanswered } of rows) {
    assert.equal(p50 === null, unanswered !== null, id);
  }
});

test("every interval is ordered and positive", () => {
  for (const { id, p10, p50, p90 } of rows) {
    if (p10 === null || p50 === null || p90 === null) continue;
    assert.ok(p10 > 0 && p10 <= p50 && p50 <= p90 && Number.isFinite(p90), id);
  }
});

test("every carried row has an id of its own", () => {
  assert.equal(new Set(rows.map(({ id }) => id)).size, rows.length);
});
