import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { torusSides, torusTime } from "./_torus.ts";

const PLANE = { axes: 2, ring: 16 };
const CUBES = { axes: 3, ring: 4 };
/** Links of a v5e and a v4, and the share of a link that payloads reach. */
const [FOUR, SIX, REACH] = [4 * 45e9, 6 * 45e9, 0.95];

const near = (found: number, wanted: number) =>
  assert.ok(Math.abs(found / wanted - 1) < 1e-6, `${found}, not ${wanted}`);

test("torusSides() are those of the pods and slices that Google sells", () => {
  assert.deepEqual(torusSides(8960, CUBES), [16, 20, 28]);
  assert.deepEqual(torusSides(4096, CUBES), [16, 16, 16]);
  assert.deepEqual(torusSides(128, PLANE), [8, 16]);
  assert.deepEqual(torusSides(8, PLANE), [2, 4]);
  assert.deepEqual(torusSides(4, CUBES), [1, 2, 2]);
});

test("torusTime() of 34 MB gathered along four v5e is 560 us of links (How to Scale Your Model, pop quiz 2), and 680 were measured", () => {
  const slice = { torus: PLANE, sides: [1, 4], bandwidth: FOUR };
  const { overhead, link } = torusTime("all-gather", 4 * 8.4e6, slice);
  near(link * REACH, 560e-6);
  assert.ok(overhead + link > 560e-6 && overhead + link < 680e-6);
});

test("torusTime() of a few bytes along four v5e is 8 us, as measured there", () => {
  const slice = { torus: PLANE, sides: [1, 4], bandwidth: FOUR };
  const { overhead, link } = torusTime("all-gather", 4, slice);
  assert.ok(Math.abs(overhead + link - 8e-6) < 1e-8);
});

test("torusTime() of a v4 pod reduces at 1.1 PB/s and sends across its middle at 24 TB/s, as Google prints for it", () => {
  const slice = { torus: CUBES, sides: [16, 16, 16], bandwidth: SIX };
  const reduced = 2 * 1e9 * (4095 / 4096);
  const rate = (4096 * reduced) / (torusTime("all-reduce", 1e9, slice).link * REACH);
  assert.equal((rate / 1e15).toFixed(1), "1.1");
  const across = (4096 / 2) * (1e9 / 2);
  const middle = across / (torusTime("all-to-all", 1e9, slice).link * REACH);
  assert.ok(Math.abs(middle / 24e12 - 1) < 0.05, String(middle));
});

test("torusTime() of all to all along one ring is a quarter of gathering as much from all", () => {
  const slice = { torus: PLANE, sides: [1, 16], bandwidth: FOUR };
  const gathered = torusTime("all-gather", 16e6, slice).link * (16 / 15);
  near(torusTime("all-to-all", 1e6, slice).link, gathered / 4);
});

test("torusTime() takes twice as long where an axis does not close, and half where a second one helps", () => {
  const at = (sides: readonly number[], torus: typeof PLANE) =>
    torusTime("all-gather", 1e9, { torus, sides, bandwidth: FOUR }).link;
  near(at([1, 16], { axes: 2, ring: 32 }), 2 * at([1, 16], PLANE));
  near(at([16, 16], PLANE) / (255 / 256), at([1, 16], PLANE) / (15 / 16) / 2);
});

test("torusTime() of a slice of 2x2x4 has no rings: cubes have the switches", () => {
  const at = (sides: readonly number[]) =>
    torusTime("send", 1e9, { torus: CUBES, sides, bandwidth: SIX }).link /
    torusTime("all-to-all", 1e9, { torus: CUBES, sides, bandwidth: SIX }).link;
  near(at([2, 2, 4]), 1);
  near(at([4, 4, 4]), 2);
});

test("torusTime() never falls with the payload, and never rises with the links", () => {
  const patterns = fc.constantFrom("all-reduce", "all-gather", "all-to-all", "send");
  const sizes = fc.tuple(
    fc.double({ min: 1, max: 1e10, noNaN: true }),
    fc.integer({ min: 2, max: 9000 }),
  );
  fc.assert(
    fc.property(
      patterns,
      sizes,
      fc.double({ min: 1, max: 9, noNaN: true }),
      (pattern, [bytes, chips], more) => {
        const slice = { torus: CUBES, sides: torusSides(chips, CUBES), bandwidth: SIX };
        const { link } = torusTime(pattern, bytes, slice);
        assert.ok(torusTime(pattern, more * bytes, slice).link >= link);
        assert.ok(torusTime(pattern, bytes, { ...slice, bandwidth: more * SIX }).link <= link);
      },
    ),
  );
});
