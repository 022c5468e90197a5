import assert from "node:assert/strict";
import { test } from "node:test";
import { file, node, value, weights } from "../../model/onnx/_fake-models.ts";
import { fakeAsk } from "./_fake-machine.ts";
import { foresightOf } from "./foresee.ts";
import { Trials } from "./trials.ts";

/** Weights that no cache keeps, as those of most models. */
const SIDE = 1024;

/** So many products one after another. */
function chain(count: number, operator = "MatMul"): Uint8Array {
  const name = (at: number) => (at === 0 ? "x" : at === count ? "y" : `v${at}`);
  return file({
    input: [value("x", [1, SIDE])],
    initializer: [weights("w", [SIDE, SIDE])],
    node: Array.from({ length: count }, (_, at) => node(operator, `${name(at)} w`, name(at + 1))),
    output: [value("y", [1, SIDE])],
  });
}

const PROFILE = {
  operators: Array.from({ length: 4 }, (_, at) => ({
    name: `product ${at}`,
    operator: "MatMul",
    time: 1e-3,
    inputs: [
      [1, SIDE],
      [SIDE, SIDE],
    ],
    outputs: [[1, SIDE]],
  })),
  total: 4e-3,
};

const ASK = {
  ...fakeAsk({}, { forms: {}, rewrites: {}, recipes: {} }),
  model: chain(4),
};

test("foresightOf() of two of four equal products is 2, by the file's own run", async () => {
  const foresight = await foresightOf(ASK, PROFILE);
  const gain = (await foresight?.(chain(2))) ?? assert.fail();
  assert.ok(Math.abs(gain - 2) < 0.05, String(gain));
});

test("foresightOf() of kernels that the run does not show is null", async () => {
  const foresight = await foresightOf(ASK, PROFILE);
  assert.equal(await foresight?.(chain(2, "MatMulInteger")), null);
  assert.equal(await foresightOf(ASK, null), null);
});

test("Trials.run() makes and skips what is foreseen to be slower than it must be", async () => {
  const reference = { model: ASK.model, samples: [], outputs: [] };
  const trials = new Trials(ASK, { pace: { run: 0, load: 0 }, reference, started: 0 });
  trials.foresight = await foresightOf(ASK, PROFILE);
  const plan = { name: "three", level: "lossless", skip: [], recipe: null } as const;
  const made = { model: chain(3), edits: [] };
  const { candidate } = await trials.run(plan, async () => ({ ok: true, value: made }), {
    least: 1.9,
  });
  assert.equal(candidate.end, "skipped");
  assert.match(candidate.reason, /foreseen 1\.3\d times as fast/u);
});
