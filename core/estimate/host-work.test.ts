import assert from "node:assert/strict";
import { test } from "node:test";
import { catalogue, findDevice, systemFor } from "../catalogue/index.ts";
import { decodeModelEntry, findModel, numerics, type Network } from "../model/index.ts";
import { SINGLE_DEVICE } from "../operators/index.ts";
import { estimateBatch } from "./batch.ts";
import { engine } from "./fixtures/round.ts";
import { hostWork } from "./host-work.ts";

function network(name: string): Network {
  const found = findModel(catalogue.models as Parameters<typeof findModel>[0], name);
  assert.ok(found.ok);
  const decoded = decodeModelEntry(found.value.entry);
  assert.ok(decoded.ok && decoded.value.kind === "network");
  return decoded.value;
}

function device(name: string) {
  const found = findDevice(catalogue, name);
  assert.ok(found.ok);
  return found.value;
}

const PICTURE = { batch: 1, input: 0, output: 0, pictures: true };

test("hostWork() of a picture of 224 x 224 is 0.39 ms of one of two cores: 5,200 a second on the VEK280", () => {
  const board = device("VEK280");
  const time = hostWork(network("mobilenet-v1"), board, PICTURE);
  assert.equal(time, (57_000 + 12 * 224 * 224) / 1.7e9);
  assert.ok(Math.abs(2 / time / 5200 - 1) < 0.05);
});

test("hostWork() grows with the batch, and with the boxes that a detector leaves to choose from", () => {
  const board = device("ZCU102");
  const ssd = network("ssd-mobilenet-v1");
  const one = hostWork(ssd, board, PICTURE);
  assert.equal(hostWork(ssd, board, { ...PICTURE, batch: 8 }), 8 * one);
  assert.ok(one > (57_000 + 12 * 300 * 300 + 5 * 1917 * 90) / 1.5e9);
});

test("hostWork() of a segmenter looks through the classes of each pixel: 19 of 512 x 1024, 34 ms of a core", () => {
  const board = device("VCK190");
  const cycles = 57_000 + 12 * 512 * 1024 + 5 * 19 * 512 * 1024;
  const time = hostWork(network("erfnet"), board, PICTURE);
  assert.ok(Math.abs(time - cycles / 1.7e9) < 1e-9);
});

test("hostWork() is 0 of tensors already prepared, and where no processor is aboard", () => {
  const { pictures: _, ...tensors } = PICTURE;
  assert.equal(hostWork(network("resnet-50"), device("ZCU102"), tensors), 0);
  assert.equal(hostWork(network("resnet-50"), device("Alveo U50"), PICTURE), 0);
});

test("estimateBatch() of pictures: one waits for the host, and many are no faster than its cores", () => {
  const board = device("VEK280");
  const int8 = numerics("int8-all");
  assert.ok(int8.ok);
  const placement = { parallel: SINGLE_DEVICE, replicas: 1, numerics: int8.value, engine };
  const asked = { model: network("mobilenet-v1"), system: systemFor(catalogue, board), placement };
  const [with14, without] = [true, false].map((pictures) => {
    const answer = estimateBatch({ ...asked, batch: 14, input: 0, output: 0, pictures });
    assert.ok(answer.kind === "batch-estimate");
    return answer;
  });
  assert.ok(with14 !== undefined && without !== undefined);
  assert.equal(without.hosted, 0);
  assert.ok(Math.abs(with14.latency.p50 - without.latency.p50 - with14.hosted) < 1e-12);
  assert.ok(Math.abs((with14.itemRate.p50 * with14.hosted) / 2 / 14 - 1) < 1e-9);
});
