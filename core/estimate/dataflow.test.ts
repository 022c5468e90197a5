import assert from "node:assert/strict";
import { test } from "node:test";
import { catalogue, type Device, findDevice } from "../catalogue/index.ts";
import { decodeModelEntry, findModel, type ModelEntry, numerics } from "../model/index.ts";
import { estimateBatch } from "./batch.ts";
import { streamBatch, streamed } from "./dataflow.ts";
import { UNCORRECTED } from "./correction.ts";
import { SHIPPED } from "./coefficients.ts";
import { placement, system } from "./fixtures/round.ts";
import type { OperatorTime } from "./types.ts";

function known(label: string): Device {
  const found = findDevice(catalogue, label);
  assert.ok(found.ok);
  return found.value;
}

const hailo = known("hailo-8");
const gpu = known("t4");

function dense(weights: number, count: number): OperatorTime {
  const work = { kind: "matmul", m: 1, n: weights / 1000, k: 1000, batch: 1, weights: { bits: 8 } };
  return { operator: { work, count } } as unknown as OperatorTime;
}

test("streamBatch() takes the rate of a stream at eight samples, of a device without one at the batch", () => {
  assert.deepEqual(
    [1, 8, 20].map((batch) => streamBatch(batch, hailo)),
    [8, 8, 20],
  );
  assert.equal(streamBatch(1, gpu), 1);
});

test("streamed() of layers that fit pays a period a sample, and four on the way", () => {
  const { latency, pace } = streamed(4, 1e-3, [dense(1e6, 20)], hailo);
  assert.ok(Math.abs(latency - 8e-3) < 1e-12 && Math.abs(pace - 4 / 8) < 1e-12);
});

test("streamed() of 40 MB of weights, or of a hundred layers, lays them out for each batch", () => {
  const rate = hailo.host?.bandwidth ?? 0;
  const heavy = streamed(1, 1e-3, [dense(1e6, 40)], hailo).latency - 5e-3;
  assert.ok(Math.abs(heavy - (40e6 / rate + 40 * 40e-6)) < 1e-9);
  const deep = streamed(1, 1e-3, [dense(1e4, 100)], hailo).latency - 5e-3;
  assert.ok(Math.abs(deep - (1e6 / rate + 100 * 40e-6)) < 1e-9);
});

test("streamed() lays out what attends for each batch, however small: ten layers an attention, one a pool or sum", () => {
  const of = (kind: string, count: number) =>
    ({ operator: { work: { kind }, count } }) as unknown as OperatorTime;
  const spent = (...operators: readonly OperatorTime[]) =>
    streamed(1, 1e-3, operators, hailo).latency - 5e-3;
  assert.ok(Math.abs(spent(of("elementwise", 96))) < 1e-12);
  assert.ok(Math.abs(spent(of("elementwise", 97)) - 97 * 40e-6) < 1e-9);
  assert.ok(Math.abs(spent(of("attention", 1), of("elementwise", 6)) - 16 * 40e-6) < 1e-9);
});

test("estimateBatch() on a dataflow array: ResNet-50 is as fast at batch 1 as at 8, YOLOv3's 62 MB are not", () => {
  const rates = (model: string) =>
    [1, 8].map((batch) => {
      const found = findModel(catalogue.models as readonly ModelEntry[], model);
      assert.ok(found.ok);
      const built = decodeModelEntry(found.value.entry);
      const int8 = numerics("int8-all");
      assert.ok(built.ok && int8.ok);
      const on = { ...system, device: hailo };
      const placed = { ...placement, numerics: int8.value };
      const asked = {
        model: built.value,
        system: on,
        placement: placed,
        batch,
        input: 0,
        output: 0,
      };
      const answer = estimateBatch(asked, { ...SHIPPED, corrections: UNCORRECTED });
      assert.ok(answer.kind === "batch-estimate");
      return answer.itemRate.p50;
    });
  const [alone = 0, eight = 0] = rates("resnet-50");
  assert.ok(Math.abs(alone / eight - 1) < 1e-9);
  const [slow = 0, amortised = 0] = rates("yolov3");
  assert.ok(amortised > 1.5 * slow);
});
