import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { kernelChore, type KernelName } from "./kernels.ts";
import { burst, endurance, repeatedRates } from "./repeats.ts";
import { assembledKernels } from "../../scripts/_kernels.ts";

/** A clock that a chore moves, so much a time. */
function clockedChore(seconds: number, amount: number) {
  let time = 0;
  return {
    now: () => time,
    chore: { run: (times: number) => void (time += times * seconds), amount },
  };
}

test("repeatedRates() of a chore of 6 FLOPs in 2 ms are 3000 FLOP/s, repeat after repeat", async () => {
  const { chore, now } = clockedChore(0.002, 6);
  const rates = await repeatedRates(chore, { repeats: 5, seconds: 0.01 }, now);
  assert.equal(rates.length, 5);
  for (const rate of rates) assert.ok(Math.abs(rate - 3000) < 1e-6, String(rate));
});

test("repeatedRates() looks at the clock no more often than once a millisecond, however short a chore is", async () => {
  const { chore, now } = clockedChore(1e-6, 6);
  let looks = 0;
  const run = (times: number) => {
    looks += 1;
    return chore.run(times);
  };
  await repeatedRates({ ...chore, run }, { repeats: 5, seconds: 0.01 }, now);
  assert.ok(looks < 100, String(looks));
});

test("burst() of a second warms up for a fifth of it, and repeats 41 times in the rest", () => {
  assert.deepEqual(burst(1), { repeats: 41, seconds: 0.8 / 41, warmup: 0.2 });
});

test("endurance() of eight seconds is a second of warm-up and seven repeats of a second", async () => {
  assert.deepEqual(endurance(8), { repeats: 7, seconds: 1 });
  const { chore, now } = clockedChore(0.001, 6);
  await repeatedRates(chore, endurance(8), now);
  assert.ok(Math.abs(now() - 8) < 0.1, String(now()));
});

test("repeatedRates() of a chore far longer than a repeat ends when the time of all repeats is over", async () => {
  const { chore, now } = clockedChore(1, 6);
  const rates = await repeatedRates(chore, { repeats: 40, seconds: 0.25, warmup: 0 }, now);
  assert.deepEqual(
    rates,
    Array.from({ length: 10 }, () => 6),
  );
  const few = await repeatedRates(chore, { repeats: 40, seconds: 0.01 }, now);
  assert.equal(few.length, 5);
});

test("repeatedRates() by a clock that moves in steps of 10 ms counts until it has moved", async () => {
  const { chore, now } = clockedChore(0.004, 6);
  const steps = () => Math.floor(now() * 100) / 100;
  const rates = await repeatedRates(chore, { repeats: 5, seconds: 0, warmup: 0 }, steps);
  assert.equal(rates.length, 5);
  for (const rate of rates) assert.ok(rate <= (6 * 3) / 0.009 && rate > 0, String(rate));
});

test("repeatedRates() is the amount over the time, however short a time is and however long a repeat", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.double({ min: 1e-6, max: 1, noNaN: true }),
      fc.double({ min: 1e-3, max: 0.5, noNaN: true }),
      async (each, seconds) => {
        const { chore, now } = clockedChore(each, 1);
        const rates = await repeatedRates(chore, { repeats: 2, seconds }, now);
        assert.ok(rates.every((rate) => Math.abs(rate * each - 1) < 1e-6));
      },
    ),
    { numRuns: 50 },
  );
});

interface Kernels extends Record<KernelName, (size: number) => number> {
  readonly memory: WebAssembly.Memory;
}

async function kernels(): Promise<Kernels> {
  const { instance } = await WebAssembly.instantiate(await assembledKernels());
  return instance.exports as unknown as Kernels;
}

test("read() of 128 bytes is the sum of their words", async () => {
  const { memory, read } = await kernels();
  const words = new Int32Array(memory.buffer);
  for (let index = 0; index < 64; index += 1) words[index] = (index + 1) ** 2;
  // 1² + … + 32² = 32·33·65 / 6
  assert.equal(read(128), 11_440);
});

test("copy() of 64 bytes puts the first half where the second was, and nothing behind it", async () => {
  const { memory, copy } = await kernels();
  const bytes = new Uint8Array(memory.buffer);
  for (let index = 0; index < 80; index += 1) bytes[index] = index;
  copy(64);
  assert.deepEqual([...bytes.subarray(30, 36)], [30, 31, 0, 1, 2, 3]);
  assert.deepEqual([...bytes.subarray(62, 66)], [30, 31, 64, 65]);
});

for (const name of ["scalar", "simd"] as const) {
  test(`${name}() of side 8 adds the product of A and B to C`, async () => {
    const n = 8;
    const module = await kernels();
    const values = new Float32Array(module.memory.buffer);
    for (let index = 0; index < 3 * n * n; index += 1) values[index] = (index * 7) % 5;
    const [a, b, c] = [0, 1, 2].map((part) => values.slice(part * n * n, (part + 1) * n * n));
    module[name](n);
    for (let row = 0; row < n; row += 1) {
      for (let column = 0; column < n; column += 1) {
        let sum = c![row * n + column]!;
        for (let k = 0; k < n; k += 1) sum += a![row * n + k]! * b![k * n + column]!;
        assert.equal(values[2 * n * n + row * n + column], sum);
      }
    }
  });
}

test("kernelChore() of a product of side 128 counts 2·128³ FLOPs, and of 64 KiB its bytes", async () => {
  const module = await WebAssembly.compile(await assembledKernels());
  assert.equal((await kernelChore(module, "simd", 128)).amount, 4_194_304);
  const copy = await kernelChore(module, "copy", 65_536);
  assert.equal(copy.amount, 65_536);
  await copy.run(3);
});
