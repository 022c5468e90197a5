import assert from "node:assert/strict";
import { test } from "node:test";
import type { Comparison, Timing } from "../runner.ts";
import { isGain } from "./candidate.ts";

const TIMING: Timing = {
  median: 1,
  p95: 1,
  p99: 1,
  least: 1,
  cpu: 1,
  runs: 20,
  bytesResident: 1,
};
const SURE = { lower: 1.2, middle: 1.25, upper: 1.3 };
const OPEN = { lower: 0.9, middle: 1.2, upper: 1.4 };
const SAME = { lower: 0.99, middle: 1, upper: 1.01 };

const found = (given: Partial<Comparison>): Comparison => ({
  before: TIMING,
  after: TIMING,
  ratio: SURE,
  cpuRatio: SURE,
  control: SAME,
  cpuControl: SAME,
  blocks: 20,
  pressure: null,
  ...given,
});

test("isGain() by processor time alone is for one thread, and where the wall's middle agrees", () => {
  assert.equal(isGain(found({ ratio: OPEN }), 1), true);
  assert.equal(isGain(found({ ratio: OPEN }), 2), false);
  assert.equal(isGain(found({ ratio: SAME }), 1), false);
  assert.equal(isGain(found({ cpuRatio: OPEN }), 2), true);
});
