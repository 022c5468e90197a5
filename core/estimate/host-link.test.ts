import assert from "node:assert/strict";
import { test } from "node:test";
import { catalogue, findDevice } from "../catalogue/index.ts";
import { decodeModelEntry, findModel, numerics, type Model } from "../model/index.ts";
import { estimateBatch } from "./batch.ts";
import { placement, system } from "./fixtures/round.ts";
import { copyTime, scoreCount, transferTime } from "./host-link.ts";

function model(name: string): Model {
  const found = findModel(catalogue.models as Parameters<typeof findModel>[0], name);
  assert.ok(found.ok);
  const decoded = decodeModelEntry(found.value.entry);
  assert.ok(decoded.ok);
  return decoded.value;
}

function device(name: string) {
  const found = findDevice(catalogue, name);
  assert.ok(found.ok);
  return found.value;
}

const eight = numerics("int8-all");
assert.ok(eight.ok);
const INT8 = eight.value;

test("transferTime() of 64 RGB images of 224² in bytes is 9.6 MB over seven tenths of the host link", () => {
  const h100 = device("H100 SXM");
  assert.ok(h100.host !== undefined);
  const time = transferTime(model("resnet-50"), INT8, h100, { batch: 64, input: 0, output: 0 });
  assert.ok(Math.abs(time - (64 * 3 * 224 * 224) / (0.7 * h100.host.bandwidth)) < 1e-12);
});

test("transferTime() of scores over a vocabulary is what fill-mask rows wait for: 161 a second of 66 MB each", () => {
  const shape = { batch: 1, input: 128, output: 0, scores: true };
  const deberta = model("microsoft/deberta-v3-small");
  assert.equal(scoreCount(deberta, shape), 128 * 128_100);
  const time = transferTime(deberta, INT8, device("Cloud AI 100 Standard"), shape);
  assert.ok(Math.abs(1 / time / 161 - 1) < 0.1);
});

test("transferTime() is 0 of rows that samples are drawn from: they lie with the devices", () => {
  const shape = { batch: 2048, input: 0, output: 0 };
  assert.equal(transferTime(model("rgat-igbh"), INT8, device("H200 SXM"), shape), 0);
});

test("copyTime() of scores is 4.5 GB/s of one thread after the link: 3.2 together, and nothing where copies of the model take turns", () => {
  const shape = { batch: 1, input: 128, output: 0, scores: true };
  const [deberta, card] = [model("microsoft/deberta-v3-small"), device("Cloud AI 100 Standard")];
  const bytes = 4 * 128 * 128_100;
  assert.equal(copyTime(deberta, card, shape), bytes / 4.5e9);
  const both = transferTime(deberta, INT8, card, shape) + copyTime(deberta, card, shape);
  assert.ok(Math.abs(bytes / both / 3.2e9 - 1) < 0.03);
  assert.equal(copyTime(deberta, card, { ...shape, copies: 2 }), 0);
  assert.equal(copyTime(deberta, card, { ...shape, scores: false }), 0);
  assert.equal(copyTime(deberta, device("Xeon 8592+"), shape), 0);
});

test("estimateBatch() of an encoder's scores waits for the link and for the copy, in its latency alone", () => {
  const placed = { ...placement, numerics: INT8 };
  const query = {
    model: model("bert-base-uncased"),
    system: { ...system, device: device("Cloud AI 100 Standard") },
  };
  const shape = { batch: 1, input: 128, output: 0, scores: true };
  const answer = estimateBatch({ ...query, placement: placed, ...shape });
  assert.ok(answer.kind === "batch-estimate", JSON.stringify(answer));
  const waited = answer.latency.p50 - answer.prefill.p50;
  const copied = copyTime(query.model, query.system.device, shape);
  assert.ok(Math.abs(waited - answer.transfer - copied) < 1e-9 && copied > 3e-3);
});

test("transferTime() is 0 on a CPU, which has its host's memory, and where the link is not known", () => {
  const shape = { batch: 8, input: 0, output: 0 };
  assert.equal(transferTime(model("resnet-50"), INT8, device("Xeon 8480+"), shape), 0);
  const { host: _, ...unlinked } = device("H100 SXM");
  assert.equal(transferTime(model("resnet-50"), INT8, unlinked, shape), 0);
});

test("transferTime() of a systolic card whose link nobody prints is seven tenths of 4.5 GB/s", () => {
  const card = { ...device("H100"), kind: "asic", systolic: 128 } as const;
  const { host: _, ...unprinted } = card;
  const shape = { batch: 64, input: 0, output: 0 };
  const time = transferTime(model("resnet-50"), INT8, unprinted, shape);
  assert.ok(Math.abs(time / ((64 * 3 * 224 * 224) / (0.7 * 4.5e9)) - 1) < 1e-9);
  assert.equal(transferTime(model("resnet-50"), INT8, { ...unprinted, kind: "tpu" }, shape), 0);
});
