import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { masked } from "./mask.ts";

test("masked() keeps code and blanks literals and comments", () => {
  const { code, comments, strings } = masked('f("a // b"); // c "d"\ng(`e`);');
  assert.equal(code, 'f("      ");         \ng(` `);');
  assert.equal(comments.trim(), '// c "d"');
  assert.deepEqual(strings, ["a // b"]);
});

test("masked() knows a pattern with quotes and slashes from a division", () => {
  const { strings, code } = masked('const p = /["/]\'/u; const q = a / b; const r = "s";');
  assert.deepEqual(strings, ["s"]);
  assert.match(code, /a \/ b/u);
});

test("masked() leaves every line and length as it was", () => {
  const part = fc.constantFrom(
    "/*",
    "*/",
    "//",
    '"',
    "'",
    "`",
    "\n",
    "a",
    " ",
    "/",
    "\\",
    "=",
    "[",
  );
  fc.assert(
    fc.property(fc.array(part), (parts) => {
      const source = parts.join("");
      const { code, comments } = masked(source);
      assert.equal(code.length, source.length);
      assert.equal(comments.length, source.length);
      assert.equal(code.split("\n").length, source.split("\n").length);
    }),
  );
});
