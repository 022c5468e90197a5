import assert from "node:assert/strict";
import { test } from "node:test";
import { networkMacs, networkParameters } from "../network-size.ts";
import { buildNetwork } from "./index.ts";

const label = { id: "counted", name: "Counted", source: "this test" };

test("buildNetwork() of counted operations has the width of ResNet-18 at its operations, and nearly its weights", () => {
  const built = buildNetwork(label, { family: "counted", macs: 1.814e9, image: 224 });
  assert.ok(built.ok);
  const widest = Math.max(
    ...built.value.nodes.map(({ work }) => (work.kind === "convolution" ? work.channelsOut : 0)),
  );
  assert.ok(Math.abs(widest - 512) < 32);
  assert.ok(Math.abs(networkParameters(built.value) / 11.18e6 - 1) < 0.1);
});

test("buildNetwork() of counted operations computes about as many", () => {
  for (const macs of [1e9, 4e9, 60e9]) {
    const built = buildNetwork(label, { family: "counted", macs, image: [288, 512] });
    assert.ok(built.ok);
    assert.ok(Math.abs(networkMacs(built.value) / macs - 1) < 0.06);
  }
});

test("buildNetwork() of counted operations with classes answers with an image of them", () => {
  const figures = { family: "counted", macs: 5e9, image: [256, 512], classes: 19 };
  const built = buildNetwork(label, figures);
  assert.ok(built.ok);
  const last = built.value.nodes.at(-1)?.work;
  assert.ok(last?.kind === "elementwise" && last.written === 19 * 256 * 512);
});
