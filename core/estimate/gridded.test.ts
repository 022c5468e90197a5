import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { device, engine, model, placement, system } from "./fixtures/round.ts";
import { gridded, prepare } from "./index.ts";

function exactCost() {
  const prepared = prepare({
    model,
    system: { ...system, device },
    placement: { ...placement, engine },
  });
  assert.ok(!("reason" in prepared));
  return prepared.cost;
}

const cost = exactCost();
const grid = gridded(cost);
const size = fc.integer({ min: 1, max: 8192 });

test("gridded() agrees with the exact step cost within 15 %, tile edges included", () => {
  fc.assert(
    fc.property(
      size,
      size,
      fc.integer({ min: 1, max: 256 }),
      size,
      (query, prefix, sequences, context) => {
        const step = {
          segments: [
            { sequences: 1, query, prefix },
            { sequences, query: 1, prefix: context },
          ],
        };
        const ratio = grid.time(step) / cost.time(step);
        assert.ok(Math.abs(ratio - 1) < 0.15, `${JSON.stringify(step)} ${ratio}`);
      },
    ),
    { numRuns: 60 },
  );
});

test("gridded() is exact at its knots", () => {
  const decodes = { sequences: 4, query: 1, prefix: 1024 };
  assert.ok(Math.abs(grid.attention(decodes) / cost.attention(decodes) - 1) < 1e-12);
});

test("gridded() parts of a step sum to the step", () => {
  const prompt = { sequences: 1, query: 700, prefix: 0 };
  const decode = { sequences: 30, query: 1, prefix: 900 };
  const whole = grid.time({ segments: [prompt, decode] });
  const tokens = { tokens: 730, sequences: 31 };
  const parts =
    grid.attention(prompt) + grid.attention(decode) + grid.rest(tokens) + grid.host(tokens);
  assert.ok(Math.abs(whole - parts) < 1e-12);
});

test("gridded() counts a head for each sequence, exactly at its knots", () => {
  for (const size of [
    { tokens: 8, sequences: 8 },
    { tokens: 64, sequences: 64 },
  ]) {
    assert.ok(Math.abs(grid.rest(size) / cost.rest(size) - 1) < 1e-9);
  }
});
