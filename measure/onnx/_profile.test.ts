import assert from "node:assert/strict";
import { test } from "node:test";
import { profileOf } from "./_profile.ts";

function kernel(name: string, ts: number, dur: number) {
  const args = { op_name: name, node_index: "1", activation_size: "8", output_size: "4" };
  return { cat: "Node", name: `${name}_kernel_time`, ts, dur, args };
}

function run(ts: number, dur: number) {
  return { cat: "Session", name: "model_run", ts, dur };
}

test("profileOf() takes from an If the time of what ran inside it, and leaves out the first runs", () => {
  const events = [
    run(0, 1000),
    kernel("If", 100, 900),
    run(2000, 400),
    kernel("If", 2100, 250),
    kernel("Add", 2150, 60),
    kernel("Mul", 2220, 40),
    kernel("Exp", 2360, 10),
  ];
  const { operators, total } = profileOf(events, 1);
  assert.equal(Math.round(total * 1e6), 400);
  const times = operators.map(({ name, time }) => [name, Math.round(time * 1e6)]);
  assert.deepEqual(times, [
    ["If", 150],
    ["Add", 60],
    ["Mul", 40],
    ["Exp", 10],
  ]);
  assert.equal(operators[0]?.bytes, 12);
});
