import assert from "node:assert/strict";
import { test } from "node:test";
import { ridge, roofAt, rooflinePlot } from "./roofline.ts";

/** 1,000 FLOP/s and 10 bytes a second: the ridge is at 100 FLOPs a byte. */
const roof = { peak: 1000, bandwidth: 10 };

test("ridge() of 1,000 FLOP/s and 10 B/s is 100 FLOPs a byte, where roofAt() ends its climb", () => {
  assert.equal(ridge(roof), 100);
  assert.equal(roofAt(roof, 10), 100);
  assert.equal(roofAt(roof, 100), 1000);
  assert.equal(roofAt(roof, 1e6), 1000);
});

test("rooflinePlot() draws the roof and puts marks by their logarithms, the fastest on top", () => {
  const marks = [
    { mark: "a", intensity: 1, rate: 1 },
    { mark: "b", intensity: 10_000, rate: 100 },
  ];
  const lines = rooflinePlot(marks, roof, { columns: 9, rows: 7 });
  // x from 1 to 10,000 in half decades, y from 1 to 1,000 in half decades
  assert.deepEqual(lines, ["    ─────", "   ╱", "  ╱     b", " ╱", "╱", "", "a"]);
});

test("rooflinePlot() keeps marks above the roof and below its foot inside the frame", () => {
  const marks = [
    { mark: "a", intensity: 1e-6, rate: 1e-9 },
    { mark: "b", intensity: 1, rate: 1e9 },
  ];
  const lines = rooflinePlot(marks, roof, { columns: 20, rows: 5 });
  assert.equal(lines.length, 5);
  assert.ok(lines.every((line) => line.length <= 20));
  assert.match(lines.join(""), /a.*$/u);
});
