import assert from "node:assert/strict";
import { test } from "node:test";
import { load, model, placement, system } from "../estimate/fixtures/round.ts";
import { partFactors } from "../estimate/correction.ts";
import { estimate, PARTS, SHIPPED, UNCORRECTED } from "../estimate/index.ts";
import { fitParts, partsShift } from "./parts.ts";
import type { Residual } from "./residuals.ts";

/** Two engines whose experts take `share` of a step; those of "slow" take twice what physics says. */
function residual(engine: "slow" | "right", share: number, index: number): Residual {
  const traits = {
    [`engine ${engine}`]: 1,
    "share experts": share,
    "share rest": 1 - share,
  };
  const error = engine === "slow" ? Math.log(1 + share) : 0;
  return { traits, error, group: `${engine} ${index}`, device: "d" };
}

const SHARES = [0, 0.1, 0.2, 0.4, 0.6, 0.8];
const RESIDUALS = Array.from({ length: 40 }, (_, index) => index).flatMap((index) =>
  SHARES.flatMap((share) => [
    residual("slow", share, index),
    residual("right", share, index + 100),
  ]),
);

test("fitParts() tells the part that is twice as slow in one engine from the rest of the step", () => {
  const parts = fitParts(RESIDUALS);
  const weight = parts.experts.terms["engine slow"]?.weight ?? 0;
  assert.ok(Math.abs(weight - Math.LN2) < 0.07, String(weight));
  assert.ok(Math.abs(parts.rest.terms["engine slow"]?.weight ?? 1) < 0.03);
  assert.ok(Math.abs(parts.experts.terms["engine right"]?.weight ?? 1) < 0.03);
});

test("partsShift() is the logarithm of shares times factors: half a step at 1.5 times is ln 1.25", () => {
  const none = { intercept: 0, terms: {}, low: 0, high: 0 };
  const log = Math.log(1.5);
  const experts = { intercept: log, terms: {}, low: log, high: log };
  const others = {
    attention: none,
    exchange: none,
    launch: none,
    host: none,
    rest: none,
    whole: none,
  };
  const parts = { ...others, experts };
  const traits = { "share experts": 0.5, "share rest": 0.5 };
  assert.ok(Math.abs(partsShift(parts, traits) - Math.log(1.25)) < 1e-12);
  assert.equal(partsShift(parts, {}), 0);
  const besidePrompts = { "share experts": 0.25, "share rest": 0.25 };
  assert.ok(Math.abs(partsShift(parts, besidePrompts) - Math.log(1.125)) < 1e-12);
  const alike = { ...others, experts: none, whole: experts };
  assert.ok(Math.abs(partsShift(alike, traits) - log) < 1e-12);
  assert.ok(Math.abs(partsShift(alike, besidePrompts) - Math.log(1.25)) < 1e-12);
});

test("fitParts() is not moved by one row in ten that is five times off", () => {
  const wild = RESIDUALS.map((each, index) => (index % 10 === 0 ? { ...each, error: 1.6 } : each));
  const moved = fitParts(wild).rest.terms["engine right"]?.weight ?? 1;
  assert.ok(Math.abs(moved) < 0.1, String(moved));
});

test("partsShift() is by how much estimate() moves a token's time and a rate, whatever share of it prompts have", () => {
  const law = Math.log(1.2);
  const slow = { intercept: law, terms: {}, low: law, high: law };
  const { parts } = UNCORRECTED;
  const slower = {
    ...UNCORRECTED,
    parts: { ...parts, attention: slow, exchange: slow, launch: slow, host: slow, rest: slow },
  };
  for (const [input, output] of [
    [128, 1024],
    [4096, 64],
  ] as const) {
    const of = {
      ...load,
      input: { mean: input, variation: 0 },
      output: { mean: output, variation: 0 },
    };
    const query = { model, system, placement, load: { ...of, concurrency: 16 } };
    const physics = estimate(query, { ...SHIPPED, corrections: UNCORRECTED });
    const moved = estimate(query, { ...SHIPPED, corrections: slower });
    assert.ok(physics.kind === "estimate" && moved.kind === "estimate");
    const shift = partsShift(slower.parts, physics.traits);
    const token = Math.log(moved.tpot.p50 / physics.tpot.p50);
    const rate = Math.log(physics.requestRate.p50 / moved.requestRate.p50);
    assert.ok(Math.abs(token - shift) < 0.02, `token ${token}, by shares ${shift}, ${input} in`);
    assert.ok(Math.abs(rate - shift) < 0.02, `rate ${rate}, by shares ${shift}, ${input} in`);
  }
});

test("fitParts() finds what stretches all parts alike in one number, and partFactors() says it of each", () => {
  const stretched = RESIDUALS.map((each, index) => {
    const pipeline = Math.floor(index / 12) % 2;
    return { ...each, error: 0.3 * pipeline, traits: { ...each.traits, pipeline } };
  });
  const parts = fitParts(stretched);
  const weight = parts.whole.terms["pipeline"]?.weight ?? 0;
  assert.ok(Math.abs(weight - 0.3) < 0.05, String(weight));
  const factors = partFactors({ ...UNCORRECTED, parts }, { experts: 1, pipeline: 1 });
  for (const part of PARTS)
    assert.ok(Math.abs(Math.log(factors[part]) - 0.3) < 0.08, `${part} ${factors[part]}`);
});
