import assert from "node:assert/strict";
import { test } from "node:test";
import { dalyInterval, goodput, type Reliability } from "../plan/index.ts";
import { exponential, random } from "../random.ts";
import { keepUp, isUp, type Replica } from "../simulate/availability.ts";
import { given } from "../uncertain.ts";
import { upShare } from "./rental.ts";
import { failingTerms, runGoodput } from "./run-goodput.ts";
import {
  FAILING,
  joinedAvailability,
  joinedBetween,
  sparesFor,
  stopped,
  timesOf,
  upAtLeast,
} from "./upkeep.ts";

const near = (got: number, expected: number, share = 1e-9) =>
  assert.ok(Math.abs(got - expected) <= share * Math.abs(expected), `${got} is not ${expected}`);

const HALL = { devices: 64, perHost: 8, hostsPerRack: 4 };
const YEAR = 365.25 * 86_400;

/** Ninety-nine years of a hundred up, whatever the part: repair takes a hundredth of a cycle. */
const EVEN = timesOf(() => ({ yearly: 1, repair: YEAR / 99 }));

test("stopped() is what stands in a device, host, switch and rack, at most all", () => {
  assert.deepEqual(
    (["device", "host", "switch", "rack"] as const).map((part) => stopped(HALL, part)),
    [1, 8, 32, 32],
  );
  assert.equal(stopped({ ...HALL, devices: 16 }, "rack"), 16);
});

test("joinedAvailability() of 16 devices is 0.99 of 16 devices, 2 hosts, a switch and a rack", () => {
  near(joinedAvailability(EVEN, HALL, 16), 0.99 ** (16 + 2 + 1 + 1));
});

test("joinedBetween() adds the rates: 20 a year of 20 parts that fail once", () => {
  near(joinedBetween(EVEN, HALL, 16), YEAR / 20);
});

test("upAtLeast() is the binomial: 2 of 3 with 0.9 is 0.972", () => {
  near(upAtLeast(2, 3, 0.9), 3 * 0.81 * 0.1 + 0.729);
  near(upAtLeast(0, 4, 0.5), 1);
  assert.equal(upAtLeast(4, 4, 1), 1);
});

test("sparesFor() is the fewest that reach the target", () => {
  // Hundreds of spares are stepped over by several, and back
  for (const needed of [5000, 5020, 5040, 5060, 5080, 5100]) {
    const spares = sparesFor(needed, 0.95, 0.999) ?? Number.NaN;
    assert.ok(spares > 256 && upAtLeast(needed, needed + spares, 0.95) >= 0.999);
    assert.ok(upAtLeast(needed, needed + spares - 1, 0.95) < 0.999);
  }
  assert.equal(sparesFor(2, 0.9, 0.97), 1);
  assert.equal(sparesFor(2, 0.9, 0.973), 2);
  for (const [needed, target] of [
    [100, 0.999],
    [1000, 0.99],
  ] as const) {
    const spares = sparesFor(needed, 0.98, target) ?? Number.NaN;
    assert.ok(upAtLeast(needed, needed + spares, 0.98) >= target);
    assert.ok(upAtLeast(needed, needed + spares - 1, 0.98) < target);
  }
  assert.equal(sparesFor(10, 0, 0.9), null);
});

test("FAILING of the run of 16,384 devices gives its 268 + 53 failures in 54 days", () => {
  const days = (yearly: number, parts: number) => (yearly * parts * 54) / 365.25;
  near(days(FAILING.deviceYearly.value.p50, 16_384), 268);
  near(days(FAILING.hostYearly.value.p50, 2048), 53);
  // A count of 268 is 247 to 289 eight times in ten.
  near(days(FAILING.deviceYearly.value.p10, 16_384), 268 - 1.28 * Math.sqrt(268));
  near(days(FAILING.deviceYearly.value.p90, 16_384), 268 + 1.28 * Math.sqrt(268));
});

test("failingTerms() takes what a user knows: a device that fails twice a year, an hour to mend anything", () => {
  const known = failingTerms({ deviceBetween: YEAR / 2, repair: 3600 });
  near(known.deviceYearly.value.p90, 2);
  assert.equal(known.hostYearly, FAILING.hostYearly);
  for (const part of ["device", "host", "switch", "rack"] as const) {
    assert.deepEqual(known[`${part}Repair`].value.p50, 3600);
  }
});

test("runGoodput() on spot stops with any instance: ten that go thrice a month are a stop a day more", () => {
  const hall = { devices: 80, perHost: 8, hostsPerRack: 4 };
  const DAY = 86_400;
  const saving = { save: 60, restart: 600 };
  // A month is 365.25 / 12 days, so that 10 instances of so many a 30 days are one a day
  const spot = {
    instances: 10,
    monthly: given("a month", 365.25 / 120),
    restart: given("restart, s", 1800),
  };
  const alone = runGoodput(failingTerms(), hall, saving);
  const { between, interval, goodput: share } = runGoodput(failingTerms(), hall, saving, spot);
  near(1 / between.p50, 1 / alone.between.p50 + 1 / DAY);
  const part = between.p50 / DAY;
  const restart = part * 1800 + (1 - part) * 600;
  near(share.p50, goodput({ between: between.p50, save: 60, restart }, interval));
});

const NEVER = { time: Infinity, action: () => undefined };

test("runGoodput() of what hardly fails keeps all of its time at most, and the mean time between stops is the hall's", () => {
  const hall = { devices: 8, perHost: 8, hostsPerRack: 4 };
  const terms = failingTerms({ deviceBetween: 1e6 * YEAR, repair: 1 });
  const { goodput: share, between } = runGoodput(terms, hall, { save: 1e-3, restart: 1 });
  assert.ok(share.p50 <= 1 && share.p90 <= 1);
  const yearly = (part: "hostYearly" | "switchYearly" | "rackYearly") => terms[part].value.p50;
  near(
    YEAR / between.p50,
    8e-6 + yearly("hostYearly") + yearly("switchYearly") + yearly("rackYearly"),
  );
});

/** Replicas of the simulator driven alone to `end`; share of time up, and up together. */
function simulated(
  count: number,
  failures: { between: number; repair: number },
  { end, seed }: { readonly end: number; readonly seed: number },
) {
  const queue: { time: number; action: (now: number) => void }[] = [];
  const replicas: Replica[] = Array.from({ length: count }, () => ({
    isWanted: true,
    asked: 0,
    isReady: true,
    isBroken: false,
  }));
  let last = 0;
  const up = { each: 0, all: 0 };
  const account = (now: number) => {
    const working = replicas.filter(isUp).length;
    up.each += ((now - last) * working) / count;
    if (working === count) up.all += now - last;
    last = now;
  };
  keepUp(
    {
      replicas,
      at: (time, action) => void queue.push({ time, action }),
      load: () => 0,
      next: () => Infinity,
      lose: () => undefined,
      changed: () => undefined,
    },
    { lanesEach: 1, failures, seed },
  );
  for (;;) {
    const next = queue.reduce((first, each) => (each.time < first.time ? each : first), NEVER);
    if (next.time > end) break;
    queue.splice(queue.indexOf(next), 1);
    account(next.time);
    next.action(next.time);
  }
  account(end);
  return { each: up.each / end, all: up.all / end };
}

test("simulate's failures agree with the closed form within 1 %: one replica, and some in series, of any seed", () => {
  for (const seed of [1, 2, 7]) {
    for (const [count, between, repair] of [
      [4, 1000, 100],
      [2, 300, 100],
      [8, 50_000, 400],
    ] as const) {
      const { each, all } = simulated(count, { between, repair }, { end: 3e4 * between, seed });
      const share = upShare(between, repair);
      near(each, share, 0.01);
      near(all, share ** count, 0.01);
    }
  }
});

/** A run that saves every `interval`, played failure by failure. */
function played(
  { between, save, restart }: Reliability,
  interval: number,
  { work, seed }: { readonly work: number; readonly seed: number },
): number {
  const draw = random(seed);
  let [clock, saved] = [0, 0];
  let left = exponential(draw, between);
  while (saved < work) {
    const step = interval + save;
    if (left >= step) {
      [clock, saved, left] = [clock + step, saved + interval, left - step];
      continue;
    }
    clock += left;
    left = exponential(draw, between);
    // Starting again may fail too.
    while (left < restart) {
      clock += left;
      left = exponential(draw, between);
    }
    clock += restart;
    left -= restart;
  }
  return saved / clock;
}

test("goodput() of Daly agrees with a run played failure by failure within 1 %, of any seed, saved too often or too seldom", () => {
  for (const seed of [1, 2, 3, 11]) {
    for (const system of [
      { between: 3 * 3600, save: 60, restart: 900 },
      { between: 3600, save: 120, restart: 600 },
      { between: 7 * 86_400, save: 30, restart: 300 },
    ]) {
      const best = dalyInterval(system);
      const most = goodput(system, best);
      for (const interval of [best / 3, best, 3 * best]) {
        const share = goodput(system, interval);
        assert.ok(share <= most * 1.0001, `${interval} s keep ${share}, ${best} s ${most}`);
        near(played(system, interval, { work: 1e5 * best, seed }), share, 0.01);
      }
    }
  }
});
