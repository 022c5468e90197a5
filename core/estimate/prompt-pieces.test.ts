import assert from "node:assert/strict";
import { test } from "node:test";
import { expand, SINGLE_DEVICE, type Operator } from "../operators/index.ts";
import { estimateBatch } from "./batch.ts";
import { bf16, model, placement, system } from "./fixtures/round.ts";
import { inPieces, middlePiece, pieceCount, stagedTimes } from "./prompt-pieces.ts";

const pieces = { tokens: 512, layersAhead: 15, valueBytes: 24 };
const engine = { ...placement.engine, pieces };

test("pieceCount() of 1,025 tokens in pieces of 512 is 3, and 1 of an engine that computes prompts whole", () => {
  assert.equal(pieceCount(engine, 1025), 3);
  assert.equal(pieceCount(engine, 512), 1);
  assert.equal(pieceCount(placement.engine, 8192), 1);
});

test("middlePiece() of four has a quarter of the tokens behind one and a half pieces", () => {
  const whole = { segments: [{ sequences: 2, query: 2048, prefix: 100 }] };
  assert.deepEqual(middlePiece(whole, 4).segments, [
    { sequences: 2, query: 512, prefix: 100 + 768 },
  ]);
});

const step = { segments: [{ sequences: 1, query: 512, prefix: 512 }] };
const operators = expand({ model, step, parallel: SINGLE_DEVICE, numerics: bf16 });

function moved(of: readonly Operator[], name: RegExp): number {
  const found = of.filter((each) => name.test(each.name));
  return found.reduce((sum, { count, read, written }) => sum + count * (read + written), 0);
}

test("inPieces() does each operator once a piece but the head, and moves so many bytes a value of products and scores", () => {
  const three = inPieces(operators, 3, pieces);
  for (const { name, count, group } of operators) {
    const own = three.find((each) => each.name === name)?.count;
    assert.equal(own, group === "head" ? count : 3 * count, name);
  }
  const values = operators.reduce(
    (sum, { work, count, group }) =>
      sum +
      (work.kind === "matmul"
        ? (group === "head" ? 1 : 3) * count * work.m * work.n * work.batch
        : 0),
    0,
  );
  assert.ok(Math.abs(moved(three, /, pass$/) / (24 * values) - 1) < 1e-12);
  const attention = operators.find(({ work }) => work.kind === "attention");
  assert.ok(attention?.work.kind === "attention");
  const scores = attention.work.heads * 512 * 1024;
  assert.equal(moved(three, /, scores$/), 3 * attention.count * 24 * scores);
});

test("inPieces() widens weights of few bits in a pass before their product, which then reads them wide", () => {
  const four = { ...bf16, linear: { name: "q4_k", bits: 4.5 } };
  const narrow = expand({ model, step, parallel: SINGLE_DEVICE, numerics: four });
  const own = inPieces(narrow, 1, pieces);
  const one = narrow.find(({ work }) => work.kind === "matmul" && work.weights.bits === 4.5);
  assert.ok(one?.work.kind === "matmul");
  const { n, k } = one.work;
  const widening = own.find(({ name }) => name === `${one.name}, widened`);
  assert.equal((widening?.read ?? 0) + (widening?.written ?? 0), n * k * (4.5 / 8 + 2));
  const product = own.find(({ name }) => name === one.name);
  assert.ok(product?.work.kind === "matmul");
  assert.equal(product.work.weights.bits, 16);
  assert.equal(product.read - one.read, n * k * (2 - 4.5 / 8));
  assert.equal(moved(inPieces(operators, 1, pieces), /, widened$/), 0);
});

test("stagedTimes() overlaps as many stages as the host launches ahead of", () => {
  const [stack] = model.stacks;
  assert.ok(stack !== undefined);
  const layers = (count: number) => ({
    ...stack,
    layers: stack.layers.slice(0, 1).map((each) => ({ ...each, count })),
  });
  // Four layers a stage: all four stages work at once. (4 + 4 - 1) / 4 of a stage's time.
  assert.equal(stagedTimes(engine, layers(16), 4, 4), 7 / 4);
  // Twenty: 15 layers ahead leave 1.75 under way. 4 × (1 + 3 / 1.75) / 4.
  assert.equal(stagedTimes(engine, layers(80), 4, 4), 1 + 3 / 1.75);
  assert.equal(stagedTimes(engine, layers(80), 1, 4), 1);
  assert.equal(stagedTimes(placement.engine, layers(80), 4, 4), 4);
});

test("estimateBatch() in pieces takes longer alone, and gains by a second stage on long prompts only", () => {
  const prefill = (own: typeof engine | typeof placement.engine, input: number, pipeline = 1) => {
    const parallel = { ...placement.parallel, pipeline };
    const query = { model, system, placement: { ...placement, parallel, engine: own } };
    const answer = estimateBatch({ ...query, batch: 1, input, output: 1 });
    assert.ok(answer.kind === "batch-estimate", JSON.stringify(answer));
    return answer.prefill.p50;
  };
  assert.ok(prefill(engine, 2048) > prefill(placement.engine, 2048));
  assert.ok(prefill(engine, 4096, 2) < 0.7 * prefill(engine, 4096));
  assert.ok(prefill(engine, 512, 2) > 0.95 * prefill(engine, 512));
});
