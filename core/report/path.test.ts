import assert from "node:assert/strict";
import { test } from "node:test";
import { pathText } from "./index.ts";

test("pathText() joins names with dots and puts indices in brackets", () => {
  assert.equal(pathText(["layers", 3, "heads"]), "layers[3].heads");
});

test("pathText() quotes names that are no identifiers", () => {
  assert.equal(pathText(["figures", "peak/matrix", 0]), 'figures["peak/matrix"][0]');
});

test("pathText() of the whole input is empty", () => {
  assert.equal(pathText([]), "");
});
