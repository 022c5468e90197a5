import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { blockCodes } from "./_block-codes.ts";
import { matrixOrder } from "./_weights.ts";

const four = { bits: 4, block: 4, symmetric: true, searched: false } as const;

test("blockCodes() of 4 bits puts the largest weight at code 0 and two codes in a byte", () => {
  // Scale -8/8: largest 8 is code 0, -1 is code 9, 2 is 6, 0 is 8.
  const values = Float32Array.of(8, -1, 2, 0);
  const coded = blockCodes(values, matrixOrder([4, 1], false), four);
  assert.deepEqual([...coded.scales], [-1]);
  assert.deepEqual([...coded.codes], [0x90, 0x86]);
  assert.equal(coded.zeros, null);
});

test("blockCodes() with a zero point spends 16 codes from the least to the largest weight", () => {
  const values = Float32Array.of(-1, 2, 0.2, 0);
  const coded = blockCodes(values, matrixOrder([4, 1], false), { ...four, symmetric: false });
  assert.ok(Math.abs(coded.scales[0]! - 0.2) < 1e-7);
  assert.deepEqual([...(coded.zeros ?? [])], [0x85]);
  assert.deepEqual([...coded.codes], [0xf0, 0x56]);
});

test("blockCodes() of 8 bits has a byte a code, and fills the last block with zeros", () => {
  const values = Float32Array.of(128, -1, 2, 0, 64);
  const coded = blockCodes(values, matrixOrder([5, 1], false), { ...four, bits: 8 });
  assert.equal(coded.blockCount, 2);
  assert.deepEqual([...coded.codes], [0, 129, 126, 128, 0, 128, 128, 128]);
});

test("blockCodes() of a turned matrix are those of the matrix", () => {
  const values = Float32Array.from({ length: 24 }, (_, at) => Math.sin(at));
  const turned = Float32Array.from({ length: 24 }, (_, at) =>
    Math.sin((at % 8) * 3 + Math.floor(at / 8)),
  );
  assert.deepEqual(
    blockCodes(turned, matrixOrder([3, 8], true), four),
    blockCodes(values, matrixOrder([8, 3], false), four),
  );
});

test("blockCodes() searched never has a larger squared error", () => {
  const weight = fc.float({ min: -1, max: 1, noNaN: true });
  fc.assert(
    fc.property(
      fc.array(weight, { minLength: 8, maxLength: 8 }),
      fc.boolean(),
      (list, symmetric) => {
        const values = Float32Array.from(list);
        const error = (searched: boolean) => {
          const order = matrixOrder([8, 1], false);
          const { codes, scales, zeros } = blockCodes(values, order, {
            ...four,
            symmetric,
            searched,
          });
          return list.reduce((sum, weight, at) => {
            const code = (codes[at >> 1]! >> (4 * (at % 2))) & 15;
            const zero = zeros === null ? 8 : (zeros[0]! >> (4 * (at >> 2))) & 15;
            return sum + (weight - (code - zero) * scales[at >> 2]!) ** 2;
          }, 0);
        };
        return error(true) <= error(false) + 1e-12;
      },
    ),
  );
});
