import assert from "node:assert/strict";
import { test } from "node:test";
import { catalogue, findDevice, systemFor } from "../catalogue/index.ts";
import { decodeModelEntry, findModel, numerics, type ModelEntry } from "../model/index.ts";
import { SHIPPED } from "./coefficients.ts";
import { UNCORRECTED } from "./correction.ts";
import { MOMENTUM, trainingStep } from "./training.ts";
import type { TrainingParts } from "./training-types.ts";

const ALONE = { tensor: 1, pipeline: 1, virtual: 1, context: 1, expert: 1 };
/** 21 draws of 0.6 ms. */
const DRAWN = 0.0126;
/** Of 2,048 samples of 1,476 nodes, a byte each of 1,024 features. */
const ROWS = 2048 * 1476 * 1024;

function parts(device: string, data: number, id = "rgat-igbh"): TrainingParts {
  const entry = findModel(catalogue.models as readonly ModelEntry[], id);
  const model = entry.ok ? decodeModelEntry(entry.value.entry) : entry;
  const found = findDevice(catalogue, device);
  const formats = numerics("fp16");
  assert.ok(model.ok && found.ok && formats.ok, device);
  const micro = id === "rgat-igbh" ? 2048 : 16;
  const answer = trainingStep(
    {
      model: model.value,
      system: systemFor(catalogue, found.value),
      numerics: formats.value,
      split: { ...ALONE, data },
      batch: micro * data,
      microBatch: micro,
      tokens: 0,
      recompute: "none",
      sharding: 0,
      attention: "fused",
      tuned: "all",
      optimiser: MOMENTUM,
      gradient: 2,
      eager: false,
      sequenceParallel: false,
    },
    { ...SHIPPED, corrections: UNCORRECTED },
  );
  assert.ok(answer.kind === "training-estimate", JSON.stringify(answer));
  return answer.parts;
}

/** Seconds of fetching `beside` computing for `cover` that the step waits for. */
const waited = (fetching: number, cover: number) =>
  (fetching ** 1.4 + cover ** 1.4) ** (1 / 1.4) - cover;

test("drawnTime() of rows that eight H100s cannot hold crosses seven tenths of their hosts' links", () => {
  for (const data of [4, 8]) {
    const { host, forward, backward } = parts("H100 SXM", data);
    const expected = waited(ROWS / (0.7 * 63.015e9), forward + backward) + DRAWN;
    assert.ok(Math.abs(host / expected - 1) < 0.02, `${host}, expected ${expected}`);
  }
});

test("drawnTime() of rows that eight H200s hold crosses their links alone, on many nodes as on one", () => {
  const { host, forward, backward } = parts("H200 SXM", 8);
  const least = waited((ROWS * 7) / 8 / 450e9, forward + backward);
  assert.ok(host > DRAWN + least && host < DRAWN + 4 * least + 1e-3, `${host}, least ${least}`);
  assert.equal(parts("H200 SXM", 64).host, host);
});

test("drawnTime() of rows that only many nodes of H100 hold crosses their network", () => {
  const { host } = parts("H100 SXM", 64);
  const [inside, onHosts] = [parts("H200 SXM", 8).host, parts("H100 SXM", 8).host];
  assert.ok(host > inside && host < 2 * onHosts && host !== onHosts, `${host}`);
});

test("drawnTime() is nothing of samples that no table holds", () => {
  assert.equal(parts("H100 SXM", 8, "resnet-50").host, 0);
});
