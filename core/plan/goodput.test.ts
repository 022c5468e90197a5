import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import {
  dalyInterval,
  DEVICE_BETWEEN_NEW,
  goodput,
  reliabilityOf,
  type Reliability,
} from "./goodput.ts";

const MINUTE = 60;
const HOUR = 3600;

test("dalyInterval() is below Young's by the time to save, and a little above that", () => {
  const day = { between: 24 * HOUR, save: 5 * MINUTE, restart: 0 };
  const ratio = Math.sqrt(5 / 2880);
  const expected = 2 * HOUR * (1 + ratio / 3 + ratio ** 2 / 9) - 5 * MINUTE;
  assert.ok(Math.abs(dalyInterval(day) - expected) < 1e-9);
  assert.equal(dalyInterval({ between: 60, save: 200, restart: 0 }), 60);
});

test("reliabilityOf() of the whole published storage saves its 2 TB in a second, and fails as its devices do", () => {
  const { save, between } = reliabilityOf(16_384, 2e12);
  assert.ok(Math.abs(save - 1) < 1e-12);
  // 419 times in 54 days
  assert.ok(Math.abs(between - (54 * 24 * HOUR) / 419) < 1e-6);
  assert.equal(reliabilityOf(2, 0, 10 * HOUR).between, 5 * HOUR);
});

const reliability = fc.record({
  between: fc.double({ min: HOUR, max: 1000 * HOUR, noNaN: true }),
  save: fc.double({ min: 1, max: 10 * MINUTE, noNaN: true }),
  restart: fc.double({ min: 0, max: HOUR, noNaN: true }),
});

test("goodput() at Daly's interval is within 1 % of the best of a fine search", () => {
  fc.assert(
    fc.property(reliability, (system: Reliability) => {
      const chosen = goodput(system, dalyInterval(system));
      const tried = Array.from({ length: 400 }, (_, step) => system.save * 1.03 ** step);
      const best = Math.max(...tried.map((interval) => goodput(system, interval)));
      assert.ok(chosen > 0.99 * best && chosen < 1, `${chosen} ${best}`);
    }),
  );
});

test("goodput() of 10 minutes between saves of 1, restarts of 10 and a failure an hour is 0.701", () => {
  const share = goodput({ between: HOUR, save: MINUTE, restart: 10 * MINUTE }, 10 * MINUTE);
  assert.ok(Math.abs(share - 600 / (3600 * 1.18136 * 0.201214)) < 1e-5, `${share}`);
});

test("goodput() falls as failures come more often, and without any is what saving leaves", () => {
  const system = { between: 10 * HOUR, save: MINUTE, restart: 10 * MINUTE };
  const often = { ...system, between: HOUR };
  assert.ok(goodput(often, HOUR) < goodput(system, HOUR));
  assert.equal(goodput({ ...system, between: Infinity }, 59 * MINUTE), 59 / 60);
});

test("reliabilityOf() gives Llama 3 405B its failure in three hours and more than 90 % of effective time", () => {
  const llama = reliabilityOf(16_384, 405e9 * 14);
  assert.ok(Math.abs(llama.between / HOUR - 3.09) < 0.01);
  assert.ok(goodput(llama, dalyInterval(llama)) > 0.9);
  const young = reliabilityOf(992, 175e9 * 14, DEVICE_BETWEEN_NEW);
  assert.ok(Math.abs(young.between / HOUR - 13.9) < 0.1);
});
