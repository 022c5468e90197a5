import assert from "node:assert/strict";
import { test } from "node:test";
import { expand, SINGLE_DEVICE } from "../operators/index.ts";
import { bf16, model } from "./fixtures/round.ts";
import { blockByBlock, layerByLayer } from "./layer-by-layer.ts";

const step = { segments: [{ sequences: 2, query: 64, prefix: 0 }] };
const operators = expand({ model, step, parallel: SINGLE_DEVICE, numerics: bf16 });
const products = operators.filter(({ work }) => work.kind === "matmul").length;
const attentions = operators.filter(({ work }) => work.kind === "attention");

test("layerByLayer() adds one pass a product and keeps the arithmetic", () => {
  const passes = layerByLayer(operators, 0);
  assert.equal(passes.length, operators.length + products);
  const flops = (of: typeof operators) =>
    of.reduce((sum, each) => sum + each.count * each.flops, 0);
  assert.equal(flops(passes), flops(operators));
});

test("layerByLayer() passes over the scores as often as it is told: heads × query × context values", () => {
  const added = layerByLayer(attentions, 4).filter(({ work }) => work.kind === "elementwise");
  assert.equal(added.length, attentions.length);
  for (const [index, pass] of added.entries()) {
    const attention = attentions[index];
    assert.ok(attention?.work.kind === "attention");
    assert.equal(pass.count, 4 * attention.count);
    assert.equal(pass.read, 2 * attention.work.heads * 64 * 64 * 2);
    assert.equal(pass.written, pass.read);
  }
});

test("blockByBlock() has passes of a network that attends move what three over each product do, in as many launches", () => {
  const moved = (of: typeof operators) =>
    of.reduce(
      (sum, { work, count, read, written }) =>
        sum + (work.kind === "elementwise" ? count * (read + written) : 0),
      0,
    );
  const given = operators.reduce(
    (sum, { work, count, written }) => sum + (work.kind === "matmul" ? count * written : 0),
    0,
  );
  const blocks = blockByBlock(operators);
  assert.equal(blocks.length, operators.length);
  assert.ok(given > 0 && Math.abs(moved(blocks) / (moved(operators) + 6 * given) - 1) < 1e-9);
  const without = operators.filter(({ work }) => work.kind !== "attention");
  assert.equal(blockByBlock(without), without);
});
