import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { type PeriodicTask, simulateDeadlines } from "./deadlines.ts";
import { decodeScenario } from "./scenario.ts";

function task(name: string, period: number, service: number, more: Partial<PeriodicTask> = {}) {
  const steady = { offset: 0, jitter: 0, variation: 0, priority: 0, deadline: period };
  return { name, period, service, ...steady, ...more };
}

function ran(tasks: readonly PeriodicTask[], devices = 1, duration = 120) {
  return simulateDeadlines({ tasks, devices, duration, order: "priority", seed: 1 });
}

test("simulateDeadlines() of three tasks in a hyperperiod of 12 gives the responses worked by hand", () => {
  // 0 a 1 b 3 c 6 a 7 b 9 a 10: a waits behind c, which is not interrupted.
  const { tasks, utilisation } = ran([
    task("a", 4, 1, { deadline: 2.5 }),
    task("b", 6, 2, { priority: 1 }),
    task("c", 12, 3, { priority: 2 }),
  ]);
  const [a, b, c] = tasks;
  assert.deepEqual([a?.response.max, b?.response.max, c?.response.max], [3, 3, 6]);
  assert.equal(a?.response.mean, 2);
  assert.equal(a?.missRate, 1 / 3);
  assert.equal(b?.missed, 0);
  assert.ok(Math.abs((utilisation[0] ?? 0) - 10 / 12) < 0.02);
});

test("simulateDeadlines() of frames that arrive up to 10 ms late answers that much later, percentile by percentile", () => {
  const [camera] = ran(
    [task("camera", 1 / 30, 1e-3, { jitter: 10e-3, deadline: 10e-3 })],
    1,
    3600,
  ).tasks;
  assert.equal(camera?.frames, 108_000);
  const { mean = NaN, p50 = NaN, p99 = NaN, p999 = NaN, max = NaN } = camera?.response ?? {};
  const near = (seen: number, late: number) =>
    assert.ok(Math.abs(seen / (1e-3 + late) - 1) < 0.01, `${seen} where ${1e-3 + late}`);
  near(mean, 5e-3);
  near(p50, 5e-3);
  near(p99, 9.9e-3);
  near(p999, 9.99e-3);
  assert.ok(max <= 11e-3 && max > 10.99e-3, `${max}`);
  // Nine tenths come early enough to be done within 10 ms.
  assert.ok(Math.abs((camera?.missRate ?? NaN) - 0.1) < 0.003, `${camera?.missRate}`);
});

test("simulateDeadlines() by earliest deadline serves who is due first, by priority who is more important", () => {
  const tasks = [
    task("map", 20, 2, { priority: 0, deadline: 10 }),
    task("brake", 20, 2, { priority: 1, deadline: 3 }),
  ];
  const served = (order: "priority" | "earliest-deadline") =>
    simulateDeadlines({ tasks, devices: 1, duration: 100, order, seed: 1 }).tasks.map(
      ({ response, missed }) => [response.max, missed],
    );
  assert.deepEqual(served("priority"), [
    [2, 0],
    [4, 5],
  ]);
  assert.deepEqual(served("earliest-deadline"), [
    [4, 0],
    [2, 0],
  ]);
});

test("simulateDeadlines() of a chain adds its services, from the moment the frame was taken", () => {
  const { tasks } = ran([task("see", 10, 2), task("act", 10, 3, { after: "see" })]);
  assert.deepEqual(
    tasks.map(({ response }) => response.max),
    [2, 5],
  );
});

test("simulateDeadlines() on two devices runs two tasks at once, and a bound one waits for its own", () => {
  const free = ran([task("a", 10, 4), task("b", 10, 4)], 2);
  assert.deepEqual(
    free.tasks.map(({ response }) => response.max),
    [4, 4],
  );
  const bound = ran([task("a", 10, 4, { device: 1 }), task("b", 10, 4, { device: 1 })], 2);
  assert.deepEqual(
    bound.tasks.map(({ response }) => response.max),
    [4, 8],
  );
  assert.equal(bound.utilisation[0], 0);
});

test("simulateDeadlines() beyond capacity drops older frames and counts them missed, followers too", () => {
  const { tasks } = ran([task("a", 1, 2, { deadline: 10 }), task("b", 1, 0, { after: "a" })]);
  const [a, b] = tasks;
  assert.ok(a !== undefined && b !== undefined);
  assert.equal(a.frames, 120);
  assert.equal(a.dropped, 59);
  assert.equal(a.missed, 59);
  assert.equal(b.frames, 120);
});

test("simulateDeadlines() lets as many of a task wait as it says, in turn, and drops the oldest for one more", () => {
  const burst = (waiting: number) =>
    ran(
      [
        task("ask", 1, 0.1, { waiting, deadline: 3.5, offset: 0.5 }),
        task("block", 20, 4.2, { priority: 1 }),
      ],
      1,
      20,
    ).tasks[0];
  // Those of 0.5 to 3.5 wait for 4.2 and end at 4.3, 4.4, 4.5 and 4.6.
  const all = burst(4);
  assert.deepEqual([all?.dropped, all?.missed], [0, 1]);
  assert.ok(Math.abs((all?.response.max ?? 0) - 3.8) < 1e-9, `${all?.response.max}`);
  const two = burst(2);
  assert.deepEqual([two?.dropped, two?.missed], [2, 2]);
  assert.ok(Math.abs((two?.response.max ?? 0) - 1.8) < 1e-9, `${two?.response.max}`);
});

test("simulateDeadlines() counts every frame once and uses no device more than all of the time", () => {
  const one = fc.record({
    period: fc.integer({ min: 5, max: 50 }),
    service: fc.integer({ min: 0, max: 20 }),
    jitter: fc.integer({ min: 0, max: 4 }),
    variation: fc.constantFrom(0, 0.5),
    priority: fc.nat(3),
  });
  fc.assert(
    fc.property(
      fc.array(one, { minLength: 1, maxLength: 6 }),
      fc.integer({ min: 1, max: 3 }),
      (all, devices) => {
        const tasks = all.map((each, index) => task(`${index}`, each.period, each.service, each));
        const { tasks: seen, utilisation } = ran(tasks, devices, 1000);
        seen.forEach(({ frames, missed, dropped }, index) => {
          assert.equal(frames, Math.ceil(1000 / (tasks[index]?.period ?? 1)));
          assert.ok(dropped <= missed && missed <= frames);
        });
        assert.ok(utilisation.every((share) => share <= 1 + 1e-9));
      },
    ),
  );
});

const SENSOR = { name: "camera", rate: "30 Hz", deadline: "33 ms", service: "4 ms" };
const SCENARIO = { name: "one", duration: "10 s", tasks: [SENSOR] };

test("decodeScenario() gives periods in seconds, those of the sensor along a chain", () => {
  const next = { name: "plan", after: "camera", deadline: "50 ms", model: "resnet-50" };
  const result = decodeScenario({ ...SCENARIO, tasks: [SENSOR, next] });
  assert.ok(result.ok);
  assert.deepEqual(
    result.value.tasks.map(({ period }) => period),
    [1 / 30, 1 / 30],
  );
  assert.deepEqual(result.value.tasks[1]?.work, {
    kind: "model",
    model: "resnet-50",
    inputs: 1,
    input: 1,
    output: 0,
  });
});

const BAD = [
  ["no rate and no after", { rate: undefined }, "0"],
  ["a rate of nothing", { rate: "0 Hz" }, "0"],
  ["a chain in a circle", { rate: undefined, after: "camera" }, "after"],
  ["a device that is not there", { device: 3 }, "device"],
  ["jitter above the period", { jitter: "40 ms" }, "jitter"],
  ["a deadline without a unit", { deadline: "33" }, "deadline"],
  ["both a time and a model", { model: "resnet-50" }, "0"],
] as const;

for (const [what, change, place] of BAD) {
  test(`decodeScenario() refuses ${what} and says where`, () => {
    const changed = JSON.parse(JSON.stringify({ ...SENSOR, ...change }));
    const result = decodeScenario({ ...SCENARIO, tasks: [changed] });
    assert.ok(!result.ok);
    assert.equal(String(result.error.path.at(-1)), place);
  });
}

test("decodeScenario() refuses more frames than a run may have", () => {
  assert.ok(!decodeScenario({ ...SCENARIO, duration: "1000 d" }).ok);
});
