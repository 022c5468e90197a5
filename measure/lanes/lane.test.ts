import assert from "node:assert/strict";
import { test } from "node:test";
import { fastest, fastestTask, repeatsInterval, type Lane } from "./lane.ts";

function lane(p50: number, sustained: number | null): Lane {
  return {
    what: "matmul",
    precision: "fp32",
    threads: 1,
    size: 64,
    clock: "wall",
    method: "test",
    sustained,
    power: null,
    rate: repeatsInterval([p50]),
  };
}

test("repeatsInterval() is what eight of ten repeats lie between", () => {
  const rates = Array.from({ length: 101 }, (_, index) => index);
  assert.deepEqual(repeatsInterval(rates), { p10: 10, p50: 50, p90: 90, basis: "measured" });
});

test("fastest() is a burst, whatever was kept up", () => {
  const burst = lane(2, null);
  assert.equal(fastest([lane(1, null), burst, lane(3, 5)]), burst);
  assert.equal(fastest([lane(3, 5)]), null);
});

test("fastestTask() is the task of the fastest burst that is wanted, and none where none is", () => {
  const all = [
    { task: "slow", lane: lane(1, null) },
    { task: "fast", lane: lane(2, null) },
    { task: "unwanted", lane: { ...lane(3, null), threads: 2 } },
    { task: "held", lane: lane(4, 5) },
  ];
  assert.equal(
    fastestTask(all, ({ threads }) => threads === 1),
    "fast",
  );
  assert.equal(
    fastestTask(all, ({ threads }) => threads === 3),
    undefined,
  );
});
