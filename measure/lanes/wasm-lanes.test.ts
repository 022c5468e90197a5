import assert from "node:assert/strict";
import { test } from "node:test";
import { wasmTasks } from "./wasm-lanes.ts";

test("wasmTasks() of all threads take a quarter of the free memory together", () => {
  const largest = (threads: number) =>
    Math.max(
      ...wasmTasks(2, 2 ** 30)
        .filter((task) => task.threads === threads)
        .map(({ size }) => size),
    );
  assert.equal(largest(2), 2 ** 27);
});
