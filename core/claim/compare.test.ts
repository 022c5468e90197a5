import assert from "node:assert/strict";
import { test } from "node:test";
import engineFile from "../../catalogue/engines/static.json" with { type: "json" };
import { catalogue, findDevice, systemFor } from "../catalogue/index.ts";
import { decodeEngine, estimateBatch } from "../estimate/index.ts";
import { reciprocal, type Interval } from "../interval.ts";
import { decodeModelEntry, findModel, type ModelEntry, numerics } from "../model/index.ts";
import { SINGLE_DEVICE } from "../operators/index.ts";
import type { Result } from "../result.ts";
import { figureRatios, rateRatio, trainingRatio, type Machines } from "./compare.ts";

function value<T>(result: Result<T>): T {
  assert.ok(result.ok, JSON.stringify(result));
  return result.value;
}

function machines(name: string, count: number): Machines {
  return { system: systemFor(catalogue, value(findDevice(catalogue, name))), count };
}

const entries = catalogue.models as readonly ModelEntry[];
const WORKLOAD = {
  model: value(decodeModelEntry(value(findModel(entries, "bert-large")).entry)),
  numerics: value(numerics("bf16")),
  engine: value(decodeEngine(engineFile)),
  shape: { batch: 32, input: 384, output: 0 },
};

function alone({ system, count }: Machines): Interval {
  const { shape, model, ...rest } = WORKLOAD;
  const placement = { parallel: SINGLE_DEVICE, replicas: count, ...rest };
  const answer = estimateBatch({ ...shape, model, system, placement });
  assert.ok(answer.kind !== "infeasible");
  return answer.itemRate;
}

test("figureRatios() counts all devices of both, and leaves out what one of them lacks", () => {
  const ratios = figureRatios({ of: machines("h100-sxm", 8), over: machines("t4", 2) });
  const named = new Map(ratios.map(({ name, ratio }) => [name, ratio]));
  assert.equal(named.get("memory bandwidth")?.toFixed(2), ((8 * 3350) / (2 * 320)).toFixed(2));
  assert.equal(named.has("peak bf16"), false);
});

test("figureRatios() sets the fastest floats of each beside the other's, and no integers among them", () => {
  const ratios = figureRatios({ of: machines("h100-sxm", 1), over: machines("a100-sxm4-80", 1) });
  const { ratio } =
    ratios.find(({ name }) => name === "peak of the fastest floats") ?? assert.fail();
  // FP8 over BF16; A100 multiplies INT4 faster than either.
  assert.equal(ratio.toFixed(2), (1978.9 / 312).toFixed(2));
});

test("rateRatio() is that of all copies, as wide and as sure as the less certain of the two", () => {
  const eight = rateRatio({ of: machines("h100-sxm", 8), over: machines("h100-sxm", 1) }, WORKLOAD);
  assert.ok(!("reason" in eight) && Math.abs(eight.p50 / 8 - 1) < 0.02);
  const [sure, unsure] = [machines("h100-sxm", 1), machines("tpu-v5e", 1)];
  const [known, guessed] = [alone(sure), alone(unsure)];
  assert.notEqual(known.basis, guessed.basis);
  const spread = ({ p10, p50, p90 }: Interval) => [p10 / p50, p90 / p50].map((at) => at.toFixed(9));
  const isGuessedWider = guessed.p90 / guessed.p10 > known.p90 / known.p10;
  for (const pair of [
    { of: sure, over: unsure },
    { of: unsure, over: sure },
  ]) {
    const wider =
      (pair.of === unsure) === isGuessedWider ? alone(pair.of) : reciprocal(alone(pair.over));
    const ratio = rateRatio(pair, WORKLOAD);
    assert.ok(!("reason" in ratio));
    assert.equal(ratio.p50, alone(pair.of).p50 / alone(pair.over).p50);
    assert.deepEqual(spread(ratio), spread(wider));
    assert.equal(ratio.basis, guessed.basis);
  }
});

test("rateRatio() turned about is its inverse, its ends in turn", () => {
  const [newer, older] = [machines("h100-sxm", 1), machines("a100-sxm4-80", 1)];
  const ratio = rateRatio({ of: newer, over: older }, WORKLOAD);
  const inverse = rateRatio({ of: older, over: newer }, WORKLOAD);
  assert.ok(!("reason" in ratio) && !("reason" in inverse));
  for (const [one, other] of [
    [ratio.p50, inverse.p50],
    [ratio.p10, inverse.p90],
    [ratio.p90, inverse.p10],
  ] as const) {
    assert.ok(Math.abs(one * other - 1) < 1e-9, `${one} and ${other}`);
  }
});

test("rateRatio() of what does not fit one of them is why", () => {
  const model = value(decodeModelEntry(value(findModel(entries, "llama3.1-70b")).entry));
  const shape = { batch: 8, input: 1024, output: 128 };
  const pair = { of: machines("h200-sxm", 1), over: machines("t4", 1) };
  const answer = rateRatio(pair, { ...WORKLOAD, model, shape });
  assert.ok("reason" in answer && answer.reason === "memory");
});

test("trainingRatio() shares a step among all, and is why where one cannot learn it", () => {
  const training = { model: WORKLOAD.model, numerics: WORKLOAD.numerics };
  const shape = { microBatch: 8, tokens: 512 };
  const alike = { of: machines("h100-sxm", 8), over: machines("h100-sxm", 1) };
  const eight = trainingRatio(alike, { ...training, shape });
  // Gradients are exchanged, mostly beside products.
  assert.ok(!("reason" in eight) && eight.p50 > 6 && eight.p50 <= 8, JSON.stringify(eight));
  const newer = { of: machines("h100-sxm", 8), over: machines("a100-sxm4-80", 8) };
  const ratio = trainingRatio(newer, { ...training, shape });
  assert.ok(!("reason" in ratio) && ratio.p50 > 1.6 && ratio.p50 < 3.2, JSON.stringify(ratio));
  const small = { of: machines("h100-sxm", 1), over: machines("t4", 1) };
  const large = { microBatch: 256, tokens: 512 };
  const refused = trainingRatio(small, { ...training, shape: large });
  assert.ok("reason" in refused && refused.reason === "memory");
});
