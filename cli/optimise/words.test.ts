import assert from "node:assert/strict";
import { test } from "node:test";
import { gainText, marked, millionText } from "./words.ts";

test("marked() tells what is written, and what nothing beats in everything", () => {
  const pareto = ["rewritten", "dynamic"].map((name) => ({
    name,
    time: 1,
    bytes: 1,
    decibels: 40,
  }));
  const certificate = { chosen: "dynamic", pareto };
  const marks = ["dynamic", "rewritten", "static"].map((name) => marked(certificate, { name }));
  assert.deepEqual(marks, ["→", "•", ""]);
});

test("gainText() is by processor time where the wall's clock leaves it open", () => {
  const sure = { lower: 1.2, middle: 1.25, upper: 1.3 };
  const open = { lower: 0.9, middle: 1.2, upper: 1.4 };
  assert.equal(gainText({ ratio: sure, cpuRatio: open }), "1.25× [1.20–1.30]");
  assert.equal(gainText({ ratio: open, cpuRatio: sure }), "1.25× [1.20–1.30] CPU");
});

test("millionText() of 3.60 dollars an hour and a thousand a second is a dollar", () => {
  assert.equal(millionText(3.6, 1000), "$1");
});
