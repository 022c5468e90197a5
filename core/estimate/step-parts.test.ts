import assert from "node:assert/strict";
import { test } from "node:test";
import { SHIPPED } from "./coefficients.ts";
import { PARTS, UNCORRECTED } from "./correction.ts";
import { partShares } from "./step-parts.ts";
import { prepared } from "./fixtures/prepared.ts";
import type { Prepared } from "./prepare.ts";

const STEP = { segments: [{ sequences: 32, query: 1, prefix: 1000 }] };

function withExperts(expertsTimes: number): Prepared {
  const by = Math.log(expertsTimes);
  const experts = { intercept: by, terms: {}, low: by, high: by };
  const parts = { ...UNCORRECTED.parts, experts };
  return prepared("gpt-oss-120b", { ...SHIPPED, corrections: { ...UNCORRECTED, parts } });
}

test("partShares() of a step sum to one and know the host", () => {
  const { cost } = withExperts(1);
  const shares = partShares(cost.operators(STEP), 1e-3);
  const whole = PARTS.reduce((sum, part) => sum + shares[part], 0);
  assert.ok(Math.abs(whole - 1) < 1e-9);
  assert.ok(shares.experts > 0.3 && shares.host > 0 && shares.exchange === 0);
});

test("prepare() with experts of twice the time: a step grows by the share of experts, launches stay", () => {
  const [once, twice] = [withExperts(1).cost, withExperts(2).cost];
  const host = once.host({ tokens: 32, sequences: 32 });
  const share = partShares(once.operators(STEP), host).experts;
  const grown = twice.time(STEP) / once.time(STEP) - 1;
  assert.ok(Math.abs(grown - share) < 1e-9, `${grown} against ${share}`);
});
