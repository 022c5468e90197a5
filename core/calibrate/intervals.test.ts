import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { logLinear, SHIPPED_WIDTHS } from "../estimate/index.ts";
import { random } from "../random.ts";
import { fitWidths, groupedFolds, isHeld, type IntervalResidual } from "./intervals.ts";

const residual = (error: number, changes: Partial<IntervalResidual> = {}): IntervalResidual => ({
  name: "token",
  basis: "calibrated",
  error,
  traits: {},
  group: "g",
  device: "d",
  ...changes,
});

/** Errors 0.1 to 0.1 + count / 1000 of both signs. */
const ladder = (count: number, changes: Partial<IntervalResidual> = {}) =>
  Array.from({ length: count }, (_, index) =>
    residual((index % 2 === 0 ? 1 : -1) * (0.1 + index / 1000), { group: `g${index}`, ...changes }),
  );

test("fitWidths() leaves a tenth beyond each end", () => {
  const residuals = ladder(199);
  const widths = fitWidths(residuals, SHIPPED_WIDTHS);
  const beyond = residuals.filter((each) => !isHeld(each, widths));
  assert.ok(Math.abs(beyond.filter(({ error }) => error > 0).length - 19) <= 1);
  assert.ok(Math.abs(beyond.filter(({ error }) => error < 0).length - 19) <= 1);
});

test("fitWidths() of few residuals with many traits is not narrowed by what each trait happens to say", () => {
  const uniform = random(7);
  const drawn = (count: number, from: number) =>
    Array.from({ length: count }, (_, index) => {
      const traits = Object.fromEntries(
        Array.from({ length: 40 }, (__, at) => [`chance ${at}`, uniform() < 0.2 ? 1 : 0]),
      );
      const error = uniform() + uniform() + uniform() - 1.5;
      return residual(error, { traits, group: `g${from + index}` });
    });
  const widths = fitWidths(drawn(120, 0), SHIPPED_WIDTHS);
  const others = drawn(2000, 1000);
  const held = others.filter((each) => isHeld(each, widths)).length / others.length;
  assert.ok(held > 0.76, String(held));
});

test("fitWidths() follows a lean to one side: what is only ever later has no early end", () => {
  const late = ladder(99).map((each) => ({ ...each, error: Math.abs(each.error) }));
  const { below, above } = fitWidths(late, SHIPPED_WIDTHS).names.token.reach.calibrated;
  assert.equal(below, 0);
  assert.ok(above > 0);
});

test("fitWidths() of groups whose rows err alike hold eight in ten of groups they did not see", () => {
  const uniform = random(3);
  const group = (name: string) => {
    const middle = uniform() + uniform() + uniform() - 1.5;
    return Array.from({ length: 20 }, () =>
      residual(middle + 0.2 * (uniform() - 0.5), { group: name }),
    );
  };
  const shares = Array.from({ length: 12 }, () => {
    const widths = fitWidths(
      Array.from({ length: 12 }, (_, index) => group(`g${index}`)).flat(),
      SHIPPED_WIDTHS,
    );
    const others = Array.from({ length: 40 }, () => group("another")).flat();
    return others.filter((each) => isHeld(each, widths)).length / others.length;
  });
  const held = shares.reduce((sum, share) => sum + share, 0) / shares.length;
  assert.ok(held > 0.79 && held < 0.9, String(held));
});

test("fitWidths() never gives a weaker basis the narrower interval", () => {
  const wide = ladder(60);
  const narrow = ladder(60, { basis: "analytic" }).map((each) => ({ ...each, error: 0.001 }));
  const { reach } = fitWidths([...wide, ...narrow], SHIPPED_WIDTHS).names.token;
  assert.ok(reach.analytic.below >= reach.calibrated.below);
  assert.ok(reach.analytic.above >= reach.calibrated.above);
});

test("fitWidths() pools a weaker basis that errs less with the stronger one: together they hold eight in ten", () => {
  const wide = ladder(60);
  const narrow = ladder(600, { basis: "analytic" }).map((each, index) => ({
    ...each,
    error: each.error / 10,
    group: `n${index}`,
  }));
  const widths = fitWidths([...wide, ...narrow], SHIPPED_WIDTHS);
  const { calibrated, analytic } = widths.names.token.reach;
  assert.deepEqual(calibrated, analytic);
  const held = [...wide, ...narrow].filter((each) => isHeld(each, widths)).length / 660;
  assert.ok(held > 0.78 && held < 0.84, String(held));
});

test("fitWidths() widens devices without figures until eight in ten of those left out are held", () => {
  const known = ladder(200);
  const strangers = ladder(300).map((each, index) => ({
    ...each,
    error: 2 * each.error,
    device: `other ${index % 10}`,
  }));
  const widths = fitWidths(known, SHIPPED_WIDTHS, strangers);
  const { seen, unseen } = widths.names.token;
  assert.deepEqual(seen, ["d"]);
  assert.ok(unseen > 1.5 && unseen < 3, String(unseen));
  const held = strangers.filter((each) => isHeld(each, widths)).length / strangers.length;
  assert.ok(held >= 0.8 && held < 0.81, String(held));
  const ownHeld = known.filter((each) => isHeld(each, widths)).length / known.length;
  assert.ok(ownHeld < 0.82, String(ownHeld));
});

test("fitWidths() takes strangers by the side they err to: twice as late as known devices are is twice as wide", () => {
  const known = ladder(200).map(({ error, ...each }) => ({
    ...each,
    error: error > 0 ? 4 * error : error,
  }));
  const { scale, reach } = fitWidths(known, SHIPPED_WIDTHS).names.token;
  const late = 2 * reach.calibrated.above * Math.exp(logLinear(scale, {}));
  const strangers = Array.from({ length: 60 }, (_, index) =>
    residual(late, { group: `s${index}`, device: `other ${index % 10}` }),
  );
  const { unseen } = fitWidths(known, SHIPPED_WIDTHS, strangers).names.token;
  assert.ok(Math.abs(unseen - 2) < 0.01, String(unseen));
});

test("fitWidths() never narrows a device without figures, and few of them say nothing", () => {
  const known = ladder(200);
  const near = ladder(300).map((each, index) => ({
    ...each,
    error: each.error / 9,
    device: `other ${index % 10}`,
  }));
  assert.equal(fitWidths(known, SHIPPED_WIDTHS, near).names.token.unseen, 1);
  const far = near.map((each) => ({ ...each, error: 99 * each.error, device: "other" }));
  const { unseen } = SHIPPED_WIDTHS.names.token;
  assert.equal(fitWidths(known, SHIPPED_WIDTHS, far).names.token.unseen, unseen);
});

test("fitWidths() of a quantity without residuals is the prior's", () => {
  const { names } = fitWidths(ladder(60), SHIPPED_WIDTHS);
  assert.deepEqual(names.power, SHIPPED_WIDTHS.names.power);
});

test("fitWidths() gives loads that err more the wider interval", () => {
  const calm = ladder(60, { traits: { queued: 0 } });
  const rough = ladder(60, { traits: { queued: 3 } }).map((each) => ({
    ...each,
    error: 5 * each.error,
  }));
  const widths = fitWidths([...calm, ...rough], SHIPPED_WIDTHS);
  const between = { error: 0.3 };
  assert.ok(isHeld(residual(between.error, { traits: { queued: 3 } }), widths));
  assert.ok(!isHeld(residual(between.error, { traits: { queued: 0 } }), widths));
});

test("fitted widths hold about eight in ten of their own residuals, or more", () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { minLength: 40 }),
      (errors) => {
        const residuals = errors.map((error, index) => residual(error, { group: `g${index}` }));
        const widths = fitWidths(residuals, SHIPPED_WIDTHS);
        const held = residuals.filter((each) => isHeld(each, widths)).length;
        assert.ok(held >= 0.7 * residuals.length, String(held));
      },
    ),
  );
});

test("groupedFolds() keeps groups whole and loses nothing", () => {
  const residuals = ["a", "a", "b", "c", "c", "c"].map((group) => residual(0, { group }));
  const folds = groupedFolds(residuals, 2);
  assert.equal(folds.flat().length, 6);
  for (const group of ["a", "b", "c"]) {
    assert.equal(folds.filter((fold) => fold.some((each) => each.group === group)).length, 1);
  }
});

const inGroups = (count: number) =>
  ladder(200).map((each, index) => ({ ...each, group: `g${index % count}` }));

test("fitWidths() of a quantity seen in very few groups is the prior's, however many its residuals", () => {
  assert.deepEqual(fitWidths(inGroups(4), SHIPPED_WIDTHS).names.token, SHIPPED_WIDTHS.names.token);
});

test("fitWidths() of a quantity seen in a few groups has the prior's sizes and as many of them as hold eight in ten", () => {
  const own = inGroups(9);
  const widths = fitWidths(own, SHIPPED_WIDTHS);
  const { token } = widths.names;
  assert.deepEqual(token.scale, SHIPPED_WIDTHS.names.token.scale);
  assert.notDeepEqual(token.reach, SHIPPED_WIDTHS.names.token.reach);
  const held = own.filter((each) => isHeld(each, widths)).length / own.length;
  assert.ok(Math.abs(held - 0.8) < 0.02, String(held));
  assert.notDeepEqual(fitWidths(inGroups(12), SHIPPED_WIDTHS).names.token.scale, token.scale);
});
