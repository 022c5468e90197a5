import assert from "node:assert/strict";
import { test } from "node:test";
import { catalogue, findDevice, systemFor } from "../catalogue/index.ts";
import { decodeModelEntry, findModel, numerics, type Network } from "../model/index.ts";
import { SINGLE_DEVICE } from "../operators/index.ts";
import { estimateBatch } from "./batch.ts";
import { engine } from "./fixtures/round.ts";
import { answerTime, hostWork } from "./host-work.ts";
import { SHIPPED } from "./coefficients.ts";
import { UNCORRECTED } from "./correction.ts";

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
  const time = hostWork(network("mobilenet-v1"), board, PICTURE).latency;
  assert.equal(time, (57_000 + 12 * 224 * 224) / 1.7e9);
  assert.ok(Math.abs(2 / time / 5200 - 1) < 0.05);
});

test("hostWork() grows with the batch, and with the boxes that a detector leaves to choose from", () => {
  const board = device("ZCU102");
  const ssd = network("ssd-mobilenet-v1");
  const one = hostWork(ssd, board, PICTURE).latency;
  assert.equal(hostWork(ssd, board, { ...PICTURE, batch: 8 }).latency, 8 * one);
  assert.ok(one > (57_000 + 12 * 300 * 300 + 5 * 1917 * 90) / 1.5e9);
});

test("hostWork() of a segmenter looks through the classes of each pixel: 19 of 512 x 1024, 34 ms of a core", () => {
  const board = device("VCK190");
  const cycles = 57_000 + 12 * 512 * 1024 + 5 * 19 * 512 * 1024;
  const time = hostWork(network("erfnet"), board, PICTURE).latency;
  assert.ok(Math.abs(time - cycles / 1.7e9) < 1e-9);
});

test("hostWork() is 0 of tensors already prepared, and where no processor is aboard", () => {
  const { pictures: _, ...tensors } = PICTURE;
  const none = { latency: 0, pace: 0 };
  assert.deepEqual(hostWork(network("resnet-50"), device("ZCU102"), tensors), none);
  assert.deepEqual(hostWork(network("resnet-50"), device("Alveo U50"), PICTURE), none);
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

test("hostWork() of a softmax is 50 cycles a score: SalsaNext's 2.6 million are 77 ms of a core of VCK190", () => {
  const cycles = 57_000 + (12 * 5 * 64 * 2048) / 3 + (50 + 5) * 20 * 64 * 2048;
  const time = hostWork(network("salsanext"), device("VCK190"), PICTURE).latency;
  assert.ok(Math.abs(time - cycles / 1.7e9) < 1e-9);
});

test("hostWork() takes average pools larger than the engine's, with all cores: those of EfficientNet-B0 beyond 8 x 8", () => {
  const [board, free] = [device("ZCU102"), device("VCK190")];
  const { onboard } = board;
  assert.ok(onboard !== undefined);
  const b0 = network("efficientnet-b0");
  const pooled = b0.nodes.reduce((sum, { work }) => {
    const isLarge = work.kind === "elementwise" && work.read > 64 * work.written;
    return sum + (isLarge ? work.read : 0);
  }, 0);
  assert.ok(pooled > 1e6 && pooled < 3e6);
  const [whole, rest] = [board, { ...free, onboard }].map((on) => hostWork(b0, on, PICTURE));
  assert.ok(whole !== undefined && rest !== undefined);
  const forked = ((5.74 / 3.13) * 3 * pooled) / onboard.clock;
  assert.ok(Math.abs(whole.latency - rest.latency - forked) < 1e-9);
  assert.ok(Math.abs(whole.pace - rest.pace - forked) < 1e-9);
  assert.ok(Math.abs(rest.pace - rest.latency / onboard.cores) < 1e-12);
});

test("hostWork() takes longer on cores that do less a cycle, and as long as on A72 where nobody says how much", () => {
  const { onboard } = device("ZCU102");
  assert.ok(onboard?.dhrystone === 3.13);
  const { dhrystone: _, ...unsaid } = onboard;
  const [own, usual] = [onboard, unsaid].map(
    (on) => hostWork(network("erfnet"), { onboard: on }, PICTURE).latency,
  );
  assert.ok(own !== undefined && usual !== undefined);
  assert.ok(Math.abs(own / usual - 5.74 / 3.13) < 1e-9);
});

test("answerTime() is what hosts of cards take from each engine: ERFNet's ten million scores, 59 ms, whatever the engines", () => {
  const [card, erfnet] = [device("Alveo U50"), network("erfnet")];
  const one = answerTime(erfnet, card, 1);
  assert.ok(Math.abs(one - (19 * 512 * 1024) / 0.17e9) < 1e-9);
  assert.equal(answerTime(erfnet, card, 6), one);
  assert.ok(Math.abs(answerTime(erfnet, card, 12) - 2 * one) < 1e-9);
  assert.equal(answerTime(erfnet, device("VCK5000"), 8), 0);
});

test("answerTime() of an image that is resampled at the end is the low-latency engine's host's alone", () => {
  const entry = { id: "x", name: "X", aliases: [], source: "this test" };
  const figures = { family: "counted", macs: 5e9, image: [256, 512], classes: 19 };
  const decoded = decodeModelEntry({ ...entry, network: figures });
  assert.ok(decoded.ok);
  const low = answerTime(decoded.value, device("AMD/Xilinx Alveo U50 DPUCAHX8L"), 1);
  assert.ok(Math.abs(low - (19 * 256 * 512) / 0.17e9) < 1e-9);
  assert.equal(answerTime(decoded.value, device("Alveo U50"), 1), 0);
});

test("estimateBatch() on a card waits for the answers of its engines, in the rate too", () => {
  const card = device("Alveo U50");
  assert.ok(card.array !== undefined);
  const { answers: _, ...array } = card.array;
  const int8 = numerics("int8-all");
  assert.ok(int8.ok);
  const placement = { parallel: SINGLE_DEVICE, replicas: 1, numerics: int8.value, engine };
  const [slow, free] = [card, { ...card, array }].map((on) => {
    const system = systemFor(catalogue, on);
    const asked = { model: network("erfnet"), system, placement, batch: 6, input: 0, output: 0 };
    const answer = estimateBatch(asked, { ...SHIPPED, corrections: UNCORRECTED });
    assert.ok(answer.kind === "batch-estimate");
    return answer;
  });
  assert.ok(slow !== undefined && free !== undefined);
  const waited = (19 * 512 * 1024) / 0.17e9;
  assert.ok(Math.abs(slow.latency.p50 - free.latency.p50 - waited) < 1e-9);
  assert.ok(Math.abs(6 / slow.itemRate.p50 - 6 / free.itemRate.p50 - waited) < 1e-9);
});

test("hostWork() of SSD-ResNet34 takes shares of 81 classes for each of 15,158 boxes before it chooses", () => {
  const scores = 15_158 * (50 * 81 + 5 * 85);
  const time = hostWork(network("ssd-resnet34"), device("VCK190"), PICTURE).latency;
  assert.ok(Math.abs(time - (57_000 + 12 * 1200 * 1200 + scores) / 1.7e9) < 1e-9);
});
