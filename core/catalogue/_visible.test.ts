import assert from "node:assert/strict";
import { test } from "node:test";
import { visibleMemory } from "./_visible.ts";

const SHOWN: readonly (readonly [number, string, number])[] = [
  [40, "HBM2", 39.39],
  [80, "HBM2e", 79.15],
  [80, "HBM3", 79.22],
  [141, "HBM3e", 139.8],
  [192, "HBM3", 191.98],
  [24, "GDDR6X", 23.58],
  [48, "GDDR6", 44.42],
  [24, "GDDR6", 22.05],
];

test("visibleMemory() is within 1.1 % of what drivers show", () => {
  for (const [size, kind, shown] of SHOWN) {
    const visible = visibleMemory({ capacity: size * 1e9, printed: `${size} GB`, kind });
    assert(visible !== undefined);
    const error = Math.abs(visible / (shown * 2 ** 30) - 1);
    assert(error < 0.011, `${size} GB of ${kind}: ${error}`);
  }
});

test("visibleMemory() says nothing of host memory and of figures printed in GiB", () => {
  assert.equal(visibleMemory({ capacity: 1e9, printed: "1 GB", kind: "DDR5-4800 x12" }), undefined);
  assert.equal(visibleMemory({ capacity: 2 ** 30, printed: "1 GiB", kind: "HBM" }), undefined);
});
