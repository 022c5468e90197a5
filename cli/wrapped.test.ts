import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { displayWidth } from "./display-width.ts";
import { fitted, wrapped } from "./wrapped.ts";

test("wrapped() breaks at spaces, loses no word and keeps to its columns", () => {
  assert.equal(wrapped("a bc def", 4), "a bc\ndef");
  assert.equal(wrapped("a longword b", 4), "a\nlongword\nb");
  assert.equal(wrapped("a bc def", 5, 2), "a bc\n  def");
  const words = fc.array(fc.string({ unit: "grapheme", minLength: 1, maxLength: 9 }));
  fc.assert(
    fc.property(words, (parts) => {
      const text = parts.map((part) => part.replaceAll(/\s/gu, "x")).join(" ");
      const lines = wrapped(text, 20).split("\n");
      assert.equal(lines.join(" "), text);
      for (const line of lines) assert.ok(displayWidth(line) <= 20 || !line.includes(" "));
    }),
  );
});

test("fitted() leaves lines that fit as they are, and moves the rest of long ones in", () => {
  assert.equal(fitted("a  b\n  key  a long one\n", 11), "a  b\n  key  a\n    long\n    one\n");
});
