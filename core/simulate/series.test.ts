import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { job } from "./job.ts";
import { series, timeline } from "./series.ts";
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

test("series() counts first tokens at the client's clock, rates over each interval and shares of the lanes", () => {
  const { observer, rows } = series({ overhead: 0.01, promptToken: 1e-4 });
  const arrival = { time: 0.25, input: 100, output: 8, cached: 0 };
  const done = { ...job(0, arrival), first: 0.35 };
  observer.arrived?.(done, 0.25);
  const work = { running: 2, waiting: 1, cacheTokens: 300, chunks: [], decodes: 1, computed: 1 };
  observer.stepped?.({ lane: 0, start: 0.5, end: 0.53125, steps: 1, context: 1, ...work });
  observer.ended?.(done, 0.5);
  observer.stood?.({ first: 0, lanes: 4, start: 0, end: 0.5625, up: 1, paid: 2 });
  const all = rows({ lanes: 4, cacheTokens: 600, powerAt: () => 7 });
  assert.equal(all.length, 10);
  assert.equal(all[4]?.arrivalRate, 16);
  const row = all[8];
  assert.ok(Math.abs((row?.ttft ?? NaN) - (0.1 + 0.01 + 0.01)) < 1e-12, `${row?.ttft}`);
  assert.deepEqual([row?.requestRate, row?.outputRate], [16, 128]);
  assert.deepEqual([row?.running, row?.waiting, row?.occupancy], [2, 1, 0.5]);
  assert.deepEqual([row?.utilisation, row?.availability, row?.paid], [0.125, 0.25, 0.5]);
  assert.deepEqual([row?.power, all[0]?.ttft], [7, null]);
});

test("trend() of points on a line gives its ends, late in a long run too", () => {
  const line = trend();
  for (let i = 0; i <= 100; i += 1) line.add(1e9 + i, 3 + 0.5 * i);
  const { start, end } = line.ends();
  assert.ok(Math.abs(start - 3) < 1e-6 && Math.abs(end - 53) < 1e-6, `${start} ${end}`);
});
