import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { timeline } from "./series.ts";
import { trend } from "./trend.ts";

test("timeline() keeps every event in at most 256 slots, however long it lasts", () => {
  const times = fc.array(fc.double({ min: 0, max: 1e7, noNaN: true }), { minLength: 1 });
  fc.assert(
    fc.property(times, (all) => {
      const line = timeline(
        () => ({ count: 0 }),
        (a, b) => ({ count: a.count + b.count }),
      );
      for (const time of all) line.at(time).count += 1;
      assert.ok(line.slots().length <= 256);
      assert.equal(
        line.slots().reduce((sum, { count }) => sum + count, 0),
        all.length,
      );
    }),
  );
});

test("timeline() puts what it saw before it widened where its time says", () => {
  const line = timeline(
    () => [0],
    (a, b) => [...a, ...b],
  );
  line.at(1).push(1);
  line.at(1000).push(1000);
  const index = Math.floor(1 / line.width());
  assert.ok(line.slots()[index]?.includes(1));
});

test("timeline() shares a span out over the slots that it lies in", () => {
  const line = timeline(
    () => ({ time: 0 }),
    (a, b) => ({ time: a.time + b.time }),
  );
  const add = (slot: { time: number }, time: number) => void (slot.time += time);
  line.over({ start: 0.03125, end: 0.15625 }, add);
  assert.deepEqual(
    line.slots().map(({ time }) => time),
    [0.03125, 0.0625, 0.03125],
  );
  line.over({ start: 0, end: 1000 }, add);
  const [first] = line.slots();
  assert.equal(first?.time, line.width() + 0.125);
  const sum = line.slots().reduce((all, { time }) => all + time, 0);
  assert.ok(Math.abs(sum - 1000.125) < 1e-9, `${sum}`);
});

test("trend() of points on a line gives its ends, late in a long run too", () => {
  const line = trend();
  for (let i = 0; i <= 100; i += 1) line.add(1e9 + i, 3 + 0.5 * i);
  const { start, end } = line.ends();
  assert.ok(Math.abs(start - 3) < 1e-6 && Math.abs(end - 53) < 1e-6, `${start} ${end}`);
});
