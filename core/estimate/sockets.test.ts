import assert from "node:assert/strict";
import { test } from "node:test";
import { catalogue, findDevice, systemFor } from "../catalogue/index.ts";
import { type BatchEstimate, estimateBatch } from "./batch.ts";
import { SHIPPED } from "./coefficients.ts";
import { UNCORRECTED } from "./correction.ts";
import { model, placement } from "./fixtures/round.ts";

const PHYSICS = { ...SHIPPED, corrections: UNCORRECTED };

function processor(bandwidth?: number) {
  const found = findDevice(catalogue, "xeon-8480p");
  assert.ok(found.ok && found.value.sockets !== undefined);
  const sockets = { ...found.value.sockets, ...(bandwidth === undefined ? {} : { bandwidth }) };
  return systemFor(catalogue, { ...found.value, sockets });
}

function on(
  split: { tensor: number; data: number },
  batch: number,
  bandwidth?: number,
): BatchEstimate {
  const parallel = { ...placement.parallel, ...split };
  const asked = { model, system: processor(bandwidth), placement: { ...placement, parallel } };
  const answer = estimateBatch({ ...asked, batch, input: 512, output: 1 }, PHYSICS);
  assert.ok(answer.kind === "batch-estimate", JSON.stringify(answer));
  return answer;
}

test("devices() of a Xeon 8480+: four links of 16 GT/s and two bytes a transfer are 128 GB/s to the other socket", () => {
  const { device, perHost } = processor();
  assert.deepEqual(device.sockets, { most: 2, bandwidth: 128e9 });
  assert.equal(perHost, 2);
});

test("estimateBatch() of a model over two sockets is sooner than on one, and gives less than an instance on each", () => {
  const [one, spread] = [on({ tensor: 1, data: 1 }, 1), on({ tensor: 2, data: 1 }, 1)];
  const each = on({ tensor: 1, data: 2 }, 2);
  assert.ok(spread.latency.p50 < one.latency.p50);
  assert.ok(spread.itemRate.p50 < each.itemRate.p50);
});

test("estimateBatch() of a model over two sockets waits for a slower link between them", () => {
  const [fast, slow] = [undefined, 16e9].map((rate) => on({ tensor: 2, data: 1 }, 1, rate));
  assert.ok(fast !== undefined && slow !== undefined);
  assert.ok(slow.latency.p50 > 1.02 * fast.latency.p50, `${slow.latency.p50} ${fast.latency.p50}`);
});
