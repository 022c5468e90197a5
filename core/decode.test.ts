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

test("decode() reads nothing through a prototype", () => {
  const hostile: unknown = JSON.parse('{"layers": [], "__proto__": {"heads": 1}}');
  const result = decode(schema, hostile);
  assert.ok(!result.ok);
  assert.equal(({} as { heads?: number }).heads, undefined);
});
