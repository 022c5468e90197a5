import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { networkMacs, networkParameters } from "../network-size.ts";
import { uniformNumerics } from "../uniform-numerics.ts";
import type { Network } from "../network.ts";
import { divisible } from "./_blocks.ts";
import { Sketch } from "./_sketch.ts";
import { outputSize, type Padding } from "./_window.ts";

function drawn(s: Sketch): Network {
  const { inputs, nodes } = s;
  const numerics = uniformNumerics("fp32");
  return { kind: "network", id: "x", name: "X", source: "this test", numerics, inputs, nodes };
}

const window = { kernel: [3, 3], stride: 2, dilation: 1 } as const;

test("outputSize() of each padding is what PyTorch and TensorFlow document", () => {
  const cases: readonly (readonly [Padding, number, number])[] = [
    ["same", 112, 56],
    ["same", 75, 38],
    ["valid", 299, 149],
    ["ceil", 112, 56],
    [1, 224, 112],
    [0, 10, 4],
  ];
  for (const [padding, extent, expected] of cases) {
    assert.deepEqual(outputSize([extent, extent], { ...window, padding }), [expected, expected]);
  }
});

test("outputSize() counts a dilated kernel by its reach", () => {
  const dilated = { ...window, stride: 1, dilation: 2, padding: "valid" } as const;
  assert.deepEqual(outputSize([10, 10], dilated), [6, 6]);
});

test("outputSize() asserts that the window fits", () => {
  assert.throws(() => outputSize([2, 2], { ...window, padding: "valid" }), /does not fit/);
});

test("conv() of ResNet's first layer has 118 M multiply-accumulates and 9,536 parameters", () => {
  const s = new Sketch();
  const y = s.conv({ channels: 3, size: [224, 224] }, { to: 64, kernel: 7, stride: 2 });
  assert.deepEqual(y, { channels: 64, size: [112, 112] });
  assert.equal(networkMacs(drawn(s)), 112 * 112 * 64 * 147);
  assert.equal(networkParameters(drawn(s)), 64 * 147 + 2 * 64);
});

test("conv() on twice the side costs four times as much and keeps its parameters", () => {
  fc.assert(
    fc.property(fc.integer({ min: 4, max: 64 }), fc.constantFrom(1, 3, 5), (side, kernel) => {
      const [small, large] = [new Sketch(), new Sketch()];
      small.conv({ channels: 8, size: [side, side] }, { to: 16, kernel });
      large.conv({ channels: 8, size: [2 * side, 2 * side] }, { to: 16, kernel });
      assert.equal(networkMacs(drawn(large)), 4 * networkMacs(drawn(small)));
      assert.equal(networkParameters(drawn(large)), networkParameters(drawn(small)));
    }),
  );
});

test("conv() in g groups costs a g-th, in weights and in multiply-accumulates", () => {
  const [whole, split] = [new Sketch(), new Sketch()];
  const options = { to: 64, kernel: 3, norm: false, bias: false };
  whole.conv({ channels: 64, size: [8, 8] }, options);
  split.conv({ channels: 64, size: [8, 8] }, { ...options, groups: 4 });
  assert.equal(networkMacs(drawn(whole)), 4 * networkMacs(drawn(split)));
  assert.equal(networkParameters(drawn(whole)), 4 * networkParameters(drawn(split)));
});

test("upConv() multiplies the size and works on the pixels that come in", () => {
  const s = new Sketch();
  const x = { channels: 64, size: [14, 14] };
  const y = s.upConv(x, { to: 32, kernel: 2, stride: 2, norm: false, act: false });
  assert.deepEqual(y.size, [28, 28]);
  assert.equal(networkMacs(drawn(s)), 14 * 14 * 64 * 32 * 4);
});

test("lstm() has four gates and two bias vectors a gate, in each direction", () => {
  const s = new Sketch();
  s.lstm({ channels: 240, size: [10] }, { hidden: 1024, directions: 2 });
  assert.equal(networkParameters(drawn(s)), 2 * 4 * 1024 * (240 + 1024 + 2));
  assert.equal(networkMacs(drawn(s)), 2 * 10 * 4 * 1024 * (240 + 1024));
});

test("again() draws nodes whose parameters count once", () => {
  const s = new Sketch();
  const x = { channels: 16, size: [4, 4] };
  const layer = (): unknown => s.conv(x, { to: 16, kernel: 3 });
  layer();
  const once = networkParameters(drawn(s));
  s.again(layer);
  assert.equal(networkParameters(drawn(s)), once);
  assert.equal(s.nodes.length, 4);
});

test("sum() and concat() assert that shapes agree", () => {
  const s = new Sketch();
  const [a, b] = [
    { channels: 8, size: [4, 4] },
    { channels: 8, size: [5, 5] },
  ] as const;
  assert.throws(() => s.sum(a, b), /sum of \[8, 4, 4\] and \[8, 5, 5\]/);
  assert.throws(() => s.concat([a, b]), /concat of/);
});

test("divisible() rounds to eights and never down by more than a tenth", () => {
  assert.deepEqual(
    [16, 24, 44.8, 12, 11, 3].map((channels) => divisible(channels)),
    [16, 24, 48, 16, 16, 8],
  );
});

test("Sketch.pool() reads no more than its windows see: one value in four of a 1 × 1 pool of stride 2", () => {
  const s = new Sketch();
  s.pool({ channels: 8, size: [4, 4] }, { kernel: 1, stride: 2 });
  const work = s.nodes[0]?.work;
  assert.ok(work?.kind === "elementwise" && work.read === 32 && work.written === 32);
});
