import assert from "node:assert/strict";
import { test } from "node:test";
import { readRows } from "./read-rows.ts";
import { isMlperf } from "./row.ts";

const HEAD = "id,model,hardware,metric,value,unit,tp,notes";

test("readRows() takes columns in any order and leaves out what is not there", async () => {
  const read = await readRows([`${HEAD}\na-1,M,D,tpot_ms,12.5,ms,,"x, y"\n`]);
  assert.ok(read.ok);
  const [row] = read.value.rows;
  assert.equal(row?.value, 12.5);
  assert.equal(row?.notes, "x, y");
  assert.equal(row?.engine, "");
  assert.equal(row !== undefined && "tp" in row, false);
});

test("readRows() names the line and the field of a figure that is none", async () => {
  const read = await readRows([`${HEAD}\na-1,M,D,tpot_ms,-,ms,1,\na-2,M,D,tpot_ms,0,ms,1,\n`]);
  assert.ok(read.ok);
  assert.deepEqual(read.value.rows, []);
  assert.deepEqual(read.value.refused, [
    { path: ["line", 2, "value"], expected: "a positive number", got: '"-"' },
    { path: ["line", 3, "value"], expected: "a positive number", got: '"0"' },
  ]);
});

test("readRows() names a record with the wrong number of fields", async () => {
  const read = await readRows([`${HEAD}\na-1,M,D\n`]);
  assert.ok(read.ok);
  assert.equal(read.value.refused[0]?.expected, "8 fields");
});

test("readRows() refuses a file without a column it needs", async () => {
  const read = await readRows(["id,model\n"]);
  assert.ok(!read.ok);
  assert.equal(read.error.expected, 'a column named "hardware"');
});

test("readRows() keeps a row whose counts no system has, and says which cell", async () => {
  const unread = async (tp: string) => {
    const read = await readRows([`${HEAD}\na-1,M,D,tpot_ms,1,ms,"${tp}",\n`]);
    assert.ok(read.ok);
    return read.value.rows[0]?.unread;
  };
  for (const cell of ["abc", "0", "-1", "1.5", "1e9", "Infinity"]) {
    assert.equal(await unread(cell), `tp "${cell}"`);
  }
  assert.equal(await unread("8"), undefined);
  assert.equal(await unread(""), undefined);
});

test("readRows() takes a number of tokens, or a date, that is none for one that is not stated", async () => {
  const read = await readRows([
    "id,model,hardware,metric,value,unit,date,input_tokens\n",
    ...["v6.0,-5", "2025-06-01,NaN", "2019-2021,256", "2025,1e12"].map(
      (cells, index) => `a-${index},M,D,tpot_ms,1,ms,${cells}\n`,
    ),
  ]);
  assert.ok(read.ok);
  const cells = read.value.rows.map((row) => [row.date, row.input_tokens]);
  assert.deepEqual(cells, [
    ["", undefined],
    ["2025-06-01", undefined],
    ["2019-2021", 256],
    ["2025", undefined],
  ]);
});

test("readRows() refuses a file whose quote never closes", async () => {
  const read = await readRows([`${HEAD}\n"`, "x".repeat(1_000_001)]);
  assert.ok(!read.ok);
  assert.match(read.error.got, /line 2: a field of over/);
});

test("readRows() refuses an empty file", async () => {
  assert.equal((await readRows([])).ok, false);
});

test("isMlperf() is true of every collection of MLPerf's own tables, and of no other that starts alike", () => {
  const isOne = (id: string) => isMlperf({ id });
  assert.ok(["mlpi-12", "mlperf-inf-7", "mlperf-train-3", "mlperf-open-fpga-1"].every(isOne));
  assert.ok(!["mlpt-4", "mle3-9", "trtl-mlpi-1"].some(isOne));
});

test("readRows() takes Offline results of Llama 2 in MLPerf Inference v4.0 for tokens, whatever its aggregate calls them", async () => {
  const unit = async (at: string) => {
    const head = "id,model,hardware,metric,value,unit,source_location\n";
    const read = await readRows([head, `a-1,M,D,samples_per_s,8000,samples/s,${at}\n`]);
    assert.ok(read.ok);
    return read.value.rows[0]?.unit;
  };
  assert.equal(await unit("inference--v4.0--x -> closed/X/llama2-70b-99.9/Offline"), "tokens/s");
  assert.equal(await unit("inference--v4.0--x -> closed/X/llama2-70b-99/Server"), "samples/s");
  assert.equal(await unit("inference--v4.0--x -> closed/X/gptj-99/Offline"), "samples/s");
  assert.equal(await unit("inference--v4.1--x -> closed/X/llama2-70b-99/Offline"), "samples/s");
});
