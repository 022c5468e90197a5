import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { csvRecords } from "./csv.ts";

async function fieldsOf(chunks: readonly string[]): Promise<readonly (readonly string[])[]> {
  const records: (readonly string[])[] = [];
  for await (const record of csvRecords(chunks)) records.push(record.fields);
  return records;
}

test("csvRecords() keeps commas, quotes and line ends of quoted fields", async () => {
  assert.deepEqual(await fieldsOf(['a,"b,1","c ""d"""\r\n1,"two\nlines",3']), [
    ["a", "b,1", 'c "d"'],
    ["1", "two\nlines", "3"],
  ]);
});

test("csvRecords() counts the lines inside quoted fields", async () => {
  const lines: number[] = [];
  for await (const record of csvRecords(['h\n"a\nb"\nc\n'])) lines.push(record.line);
  assert.deepEqual(lines, [1, 2, 4]);
});

test("csvRecords() skips a byte order mark and blank lines", async () => {
  assert.deepEqual(await fieldsOf(["\uFEFFa,b\n\n1,2\n"]), [
    ["a", "b"],
    ["1", "2"],
  ]);
});

test("csvRecords() ends a record at a lone CR, and at a CR and LF that two chunks share", async () => {
  const lines: (readonly [number, readonly string[]])[] = [];
  for await (const { line, fields } of csvRecords(["a,b\r1,2\r", "\n3,4\r\r\n5,6"])) {
    lines.push([line, fields]);
  }
  assert.deepEqual(lines, [
    [1, ["a", "b"]],
    [2, ["1", "2"]],
    [3, ["3", "4"]],
    [5, ["5", "6"]],
  ]);
});

test("csvRecords() refuses a quote that never closes", async () => {
  await assert.rejects(fieldsOf(['"', "x".repeat(1_000_001)]), RangeError);
});

test("csvRecords() reads back any table, wherever the chunks are cut", async () => {
  const field = fc.string({ maxLength: 8 }).filter((text) => !text.includes("\uFEFF"));
  const table = fc.array(fc.array(field, { minLength: 2, maxLength: 4 }), { maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(table, fc.integer({ min: 1, max: 7 }), async (records, size) => {
      const text = records
        .map((fields) => fields.map((each) => `"${each.replaceAll('"', '""')}"`).join(","))
        .join("\r\n");
      const chunks = text.match(new RegExp(`[^]{1,${size}}`, "gu")) ?? [];
      assert.deepEqual(await fieldsOf(chunks), records);
    }),
  );
});
