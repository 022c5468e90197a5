import assert from "node:assert/strict";
import { test } from "node:test";
import * as z from "zod";
import { decode } from "./decode.ts";

const schema = z.strictObject({ layers: z.array(z.strictObject({ heads: z.number().int() })) });

test("decode() gives the value of a valid input", () => {
  assert.deepEqual(decode(schema, { layers: [{ heads: 8 }] }), {
    ok: true,
    value: { layers: [{ heads: 8 }] },
  });
});

test("decode() names the path of the first wrong field, what was expected, and what stood there", () => {
  const result = decode(schema, { layers: [{ heads: 8 }, { heads: "many" }] });
  assert.ok(!result.ok);
  assert.deepEqual(result.error.path, ["layers", 1, "heads"]);
  assert.match(result.error.expected, /number/);
  assert.equal(result.error.got, '"many"');
});

test("decode() shows the first 120 characters of what stood there, however long or deep", () => {
  const got = (layers: unknown) => {
    const result = decode(schema, { layers });
    return result.ok ? "" : result.error.got;
  };
  const deep: unknown = JSON.parse(`{"a":${"[".repeat(20_000)}${"]".repeat(20_000)}}`);
  assert.equal(got(deep), `{"a":${"[".repeat(115)}…`);
  const digits = Array.from({ length: 59 }, () => 1);
  assert.equal(got({ digits: digits.slice(0, 54) }).length, 120);
  assert.equal(got({ digits }), `{"digits":[${"1,".repeat(54)}1…`);
});

test("decode() reads nothing through a prototype", () => {
  const hostile: unknown = JSON.parse('{"layers": [], "__proto__": {"heads": 1}}');
  const result = decode(schema, hostile);
  assert.ok(!result.ok);
  assert.equal(({} as { heads?: number }).heads, undefined);
});
