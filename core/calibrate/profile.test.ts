import assert from "node:assert/strict";
import { test } from "node:test";
import { SHIPPED } from "../estimate/index.ts";
import { decodeProfile, fitProfile, withProfile } from "./profile.ts";

const SAMPLES = [
  { name: "first", measured: 0.2, estimated: 0.1 },
  { name: "token", measured: 0.02, estimated: 0.04 },
  { name: "token", measured: 0.08, estimated: 0.04 },
] as const;

test("fitProfile() is the geometric mean of measured over estimated, of what was measured", () => {
  const { factors, figures } = fitProfile("mine", SAMPLES);
  assert.equal(figures, 3);
  assert.deepEqual(Object.keys(factors), ["first", "token"]);
  assert.ok(Math.abs((factors.first ?? 0) - 2) < 1e-12);
  assert.ok(Math.abs((factors.token ?? 0) - 1) < 1e-12);
});

test("withProfile() moves each law by its factor, bounds included, and throughput with decoding", () => {
  const { corrections, steps } = withProfile(SHIPPED, {
    about: "",
    factors: { first: 2, token: 3 },
    figures: 1,
  });
  assert.deepEqual(steps, { first: 2, token: 3 });
  for (const [name, times] of [
    ["first", 2],
    ["token", 3],
    ["rate", 3],
    ["batch", 1],
  ] as const) {
    const shipped = SHIPPED.corrections[name];
    for (const bound of ["intercept", "low", "high"] as const) {
      const moved = corrections[name][bound] - shipped[bound];
      assert.ok(Math.abs(moved - Math.log(times)) < 1e-12, `${name} ${bound}`);
    }
  }
});

test("decodeProfile() takes what fitProfile() made, and refuses a factor that is not one by its path", () => {
  const made = fitProfile("mine", SAMPLES);
  assert.deepEqual(decodeProfile(JSON.parse(JSON.stringify(made))), { ok: true, value: made });
  const wrong = decodeProfile({ ...made, factors: { first: -1 } });
  assert.deepEqual(wrong.ok ? null : wrong.error.path, ["factors", "first"]);
});
