import assert from "node:assert/strict";
import { test } from "node:test";
import { logLinear, type Traits, UNCORRECTED } from "../estimate/index.ts";
import { chooseTraits, corrected, fitCorrections, type RowResidual } from "./corrections.ts";
import { fitLogLinear } from "./fit-log-linear.ts";

/** Residuals of 80 groups whose error is `0.2 + 0.1 · load`, load 0 to 3. */
const RESIDUALS: readonly RowResidual[] = Array.from({ length: 400 }, (_, index) => ({
  name: "token",
  basis: "calibrated",
  error: 0.2 + 0.1 * (index % 4),
  traits: { load: index % 4 },
  group: `g${index % 80}`,
  device: `d${index % 5}`,
}));

test("fitLogLinear() finds a line under its residuals, a little short of it", () => {
  const model = fitLogLinear(RESIDUALS, ["load"]);
  assert.ok(Math.abs(logLinear(model, { load: 0 }) - 0.2) < 0.03);
  assert.ok(Math.abs(logLinear(model, { load: 3 }) - 0.5) < 0.03);
});

test("fitLogLinear() holds a trait beyond the evidence at the end of the evidence", () => {
  const model = fitLogLinear(RESIDUALS, ["load"]);
  assert.equal(logLinear(model, { load: 99 }), logLinear(model, { load: 3 }));
  assert.equal(logLinear(model, { load: -9 }), logLinear(model, { load: 0 }));
});

test("fitLogLinear() is not moved by one row in ten that is thirty times off", () => {
  const wild = RESIDUALS.map((each, index) => (index % 10 === 0 ? { ...each, error: 3.4 } : each));
  const model = fitLogLinear(wild, []);
  assert.ok(Math.abs(model.intercept - 0.35) < 0.12, String(model.intercept));
});

test("fitLogLinear() of devices' own terms alone leaves other devices to physics", () => {
  const model = fitLogLinear(RESIDUALS, ["own level"]);
  assert.equal(logLinear(model, { load: 3 }, "unknown"), 0);
  assert.ok(Math.abs(logLinear(model, { load: 3 }, "d1") - 0.35) < 0.1);
});

test("fitLogLinear() of one group of many rows moves little from no effect", () => {
  const one = RESIDUALS.map((each) => ({ ...each, error: 1, group: "only" }));
  const many = RESIDUALS.map((each) => ({ ...each, error: 1 }));
  assert.ok(fitLogLinear(one, []).intercept < fitLogLinear(many, []).intercept);
});

test("fitCorrections() without traits leaves physics as it is", () => {
  assert.deepEqual(fitCorrections(RESIDUALS, {}), UNCORRECTED);
});

test("fitCorrections() of parts is seen by times a token and rates, not by first tokens or batches", () => {
  const traits = { "engine own": 1, "share rest": 1 };
  const slow = RESIDUALS.map((each) => ({ ...each, error: 0.3, traits }));
  const corrections = fitCorrections(slow, {});
  for (const name of ["token", "rate"] as const) {
    assert.ok(
      Math.abs(corrected({ name, error: 0.3, traits, device: "d" }, corrections).error) < 0.03,
      name,
    );
  }
  for (const name of ["first", "run", "batch"] as const) {
    assert.equal(corrected({ name, error: 0.3, traits, device: "d" }, corrections).error, 0.3);
  }
});

test("corrected() lets power rise to the device's limit and no further, of energy too", () => {
  const power = { intercept: 1, terms: {}, low: 1, high: 1 };
  const corrections = { ...UNCORRECTED, power };
  for (const name of ["power", "energy"] as const) {
    const left = (traits: Traits) =>
      corrected({ name, error: 1, traits, device: "d" }, corrections).error;
    assert.equal(left({}), 0);
    assert.equal(left({ headroom: 0.25 }), 0.75);
  }
});

test("corrected() doubles what is drawn all the time when its time doubles, not what operations cost", () => {
  const times = { intercept: Math.log(2), terms: {}, low: -9, high: 9 };
  const corrections = { ...UNCORRECTED, network: times };
  const left = (name: "energy" | "power", headroom: number) => {
    const traits = { network: 1, steady: 0.5, headroom };
    return corrected({ name, traits, error: 0, device: "d" }, corrections).error;
  };
  near(left("energy", 9), -Math.log(1.5));
  near(left("power", 9), Math.log(2) - Math.log(1.5));
  near(left("power", Math.log(0.9)), Math.log(0.9) + Math.log(2) - Math.log(1.5));
  near(left("power", Math.log(0.5)), 0);
});

function near(actual: number, expected: number): void {
  assert.ok(Math.abs(actual - expected) < 1e-9, `${actual} ≠ ${expected}`);
}

test("fitLogLinear() of a trait that is one value everywhere leaves the intercept as it is", () => {
  const same = RESIDUALS.map((each) => ({
    ...each,
    traits: { ...each.traits, "kind gpu": 1, odd: 0.1 },
  }));
  const plain = fitLogLinear(RESIDUALS, ["load"]);
  const model = fitLogLinear(same, ["load", "kind gpu", "odd"]);
  assert.equal(model.intercept, plain.intercept);
  assert.equal(model.terms["odd"]?.weight, 0);
});

/** 20 groups on each of two devices whose errors are 0.3 and −0.3, the first's with 0.1 more a doubling of users. */
const APART: readonly RowResidual[] = Array.from({ length: 200 }, (_, index) => ({
  name: "batch",
  basis: "calibrated",
  error: index % 2 === 0 ? 0.3 + 0.1 * (index % 5) : -0.3,
  traits: { concurrency: index % 5 },
  group: `g${index % 40}`,
  device: index % 2 === 0 ? "rising" : "level",
}));

test("fitLogLinear() of own terms gives each device its level and slope, a little short, and none to another", () => {
  const model = fitLogLinear(APART, ["own level", "own concurrency"]);
  const at = (device: string, concurrency: number) => logLinear(model, { concurrency }, device);
  assert.ok(Math.abs(at("rising", 0) - 0.3) < 0.08, String(at("rising", 0)));
  assert.ok(Math.abs(at("rising", 4) - 0.7) < 0.08, String(at("rising", 4)));
  assert.ok(Math.abs(at("level", 4) + 0.3) < 0.08, String(at("level", 4)));
  assert.equal(at("rising", 9), at("rising", 4));
  assert.equal(at("another", 4), logLinear(model, { concurrency: 4 }));
});

test("chooseTraits() lets devices have terms of their own in batches, not in times a token", () => {
  const mirrored = Array.from({ length: 960 }, (_, index): RowResidual => {
    const [device, users] = [index % 24, Math.floor(index / 24) % 5];
    const error = (device < 12 ? 1 : -1) * (0.3 + 0.1 * users);
    const own = { device: `d${device}`, group: `g${index % 192}`, traits: { concurrency: users } };
    return { name: "batch", basis: "calibrated", error, ...own };
  });
  assert.deepEqual(chooseTraits(mirrored).batch, ["own level", "own concurrency"]);
  const launched = mirrored.map((each) => {
    const share = (each.traits["concurrency"] ?? 0) / 5;
    return { ...each, error: 2 * share * Math.sign(each.error), traits: { "share launch": share } };
  });
  assert.deepEqual(chooseTraits(launched).batch, ["own share launch", "own level"]);
  const tokens = mirrored.map((each) => ({ ...each, name: "token" as const }));
  const chosen = chooseTraits(tokens).token ?? [];
  assert.deepEqual(
    chosen.filter((trait) => trait.startsWith("own ")),
    [],
  );
});

test("fitLogLinear() of a device with one group keeps it nearer to all others than one with many", () => {
  const few = APART.filter(({ device, group }) => device === "level" || group === "g0");
  const level = (rows: readonly RowResidual[]) => {
    const { devices } = fitLogLinear(rows, ["own level"]);
    return devices?.["rising"]?.["level"]?.weight ?? NaN;
  };
  assert.ok(level(few) < 0.6 * level(APART), `${level(few)} ${level(APART)}`);
});

test("corrected() takes a device's own terms off its residuals alone, of energy's time and power too", () => {
  const own = { d: { level: { weight: 0.5, low: 1, high: 1 } } };
  const term = { intercept: 0, terms: {}, low: -9, high: 9, devices: own };
  const corrections = { ...UNCORRECTED, network: term, power: term };
  const left = (name: "network" | "power" | "energy", device: string) =>
    corrected({ name, error: 2, traits: { network: 1 }, device }, corrections).error;
  assert.deepEqual(
    [left("network", "d"), left("power", "d"), left("energy", "d"), left("energy", "e")],
    [1.5, 1.5, 1, 2],
  );
});
