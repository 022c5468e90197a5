import assert from "node:assert/strict";
import { test } from "node:test";
import { assembledKernels } from "../../scripts/_kernels.ts";
import { HEAD_WIDTH, kernelsFor } from "./kernels.ts";

const module = await WebAssembly.compile(await assembledKernels());
const TOKENS = 8;

/** Softmax of the queries' products with the keys over the root of the width, times the values, plainly. */
function attended(q: Float32Array, k: Float32Array, v: Float32Array): readonly number[] {
  const indices = Array.from({ length: TOKENS }, (_, index) => index);
  return indices.flatMap((query) => {
    const scores = indices.map((key) => {
      let sum = 0;
      for (let at = 0; at < HEAD_WIDTH; at += 1) {
        sum += (q[query * HEAD_WIDTH + at] ?? 0) * (k[at * TOKENS + key] ?? 0);
      }
      return Math.exp(sum / Math.sqrt(HEAD_WIDTH));
    });
    const whole = scores.reduce((sum, each) => sum + each, 0);
    return Array.from({ length: HEAD_WIDTH }, (_, at) =>
      scores.reduce(
        (sum, score, key) => sum + (score / whole) * (v[key * HEAD_WIDTH + at] ?? 0),
        0,
      ),
    );
  });
}

for (const name of ["attention-scalar", "attention-simd"] as const) {
  test(`kernelsFor() ${name} weighs the values as softmax does`, async () => {
    const kernels = await kernelsFor(module, name, TOKENS);
    const size = TOKENS * HEAD_WIDTH;
    const part = (index: number) => new Float32Array(kernels.memory.buffer, 4 * index * size, size);
    const [q, k, v, o] = [part(0), part(1), part(2), part(3)];
    for (const [index, values] of [q, k, v].entries()) {
      values.forEach((_, at) => (values[at] = 2 * Math.sin(at * (index + 1.3))));
    }
    const expected = attended(q, k, v);
    kernels[name](TOKENS);
    for (const [at, value] of expected.entries()) {
      const got = o[at] ?? Number.NaN;
      assert.ok(Math.abs(got - value) < 1e-5, `output ${at} is ${got} and not ${value}`);
    }
  });
}

for (const name of ["scalar", "simd"] as const) {
  test(`kernelsFor() ${name} adds the product of two matrices to the third`, async () => {
    const kernels = await kernelsFor(module, name, TOKENS);
    const matrices = new Float32Array(kernels.memory.buffer, 0, 3 * TOKENS * TOKENS);
    matrices.forEach((_, at) => (matrices[at] = (at * 7) % 5));
    const [a = [], b = [], c = []] = [0, 1, 2].map((index) =>
      Array.from(matrices.slice(index * TOKENS ** 2, (index + 1) * TOKENS ** 2)),
    );
    const expected = c.map((start, at) => {
      const [row, column] = [Math.floor(at / TOKENS), at % TOKENS];
      return Array.from({ length: TOKENS }).reduce<number>(
        (sum, _, inner) => sum + (a[row * TOKENS + inner] ?? 0) * (b[inner * TOKENS + column] ?? 0),
        start,
      );
    });
    kernels[name](TOKENS);
    assert.deepEqual(Array.from(matrices.slice(2 * TOKENS ** 2)), expected);
  });
}
