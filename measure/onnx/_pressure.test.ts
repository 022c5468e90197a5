import assert from "node:assert/strict";
import { test } from "node:test";
import { pressureWatch } from "./_pressure.ts";

/** A kernel and a clock: so many microseconds waited at that many seconds. */
function watched(waited: readonly (number | null)[], at: readonly number[]) {
  const [values, times] = [[...waited], [...at]];
  const read = () => {
    const total = values.shift() ?? null;
    return total === null
      ? null
      : `some avg10=0.00 avg60=0.00 avg300=0.00 total=${total}\nfull total=9\n`;
  };
  return pressureWatch({ read, list: () => [] }, () => times.shift() ?? Number.NaN)();
}

test("pressureWatch() is microseconds waited over those that passed, one at most", () => {
  assert.equal(watched([1_000_000, 1_062_500], [0.5, 0.75]), 0.25);
  assert.equal(watched([0, 900_000], [0, 0.5]), 1);
});

test("pressureWatch() is null where the kernel does not count", () => {
  assert.equal(watched([null, 5], [0, 1]), null);
  assert.equal(watched([5, null], [0, 1]), null);
});
