import assert from "node:assert/strict";
import { test } from "node:test";
import { fastest, repeatsInterval, type Lane } from "./lane.ts";
import { wasmTasks } from "./wasm-lanes.ts";

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

test("wasmTasks() of all threads take a quarter of the free memory together", () => {
  const largest = (threads: number) =>
    Math.max(
      ...wasmTasks(2, 2 ** 30)
        .filter((task) => task.threads === threads)
        .map(({ size }) => size),
    );
  assert.equal(largest(2), 2 ** 27);
});
