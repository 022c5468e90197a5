import assert from "node:assert/strict";
import { test } from "node:test";
import { jointAnswers, searchOf, sequencesOfSample } from "./beams.ts";
import { aged, isOwnBuild, servingEngine } from "./engine.ts";
import { ROW as BARE } from "./fixtures/row.ts";
import { lengthsOf } from "./lengths.ts";
import { meanLimits } from "./limits.ts";
import type { Row } from "./row.ts";
import { servingQuery } from "./serving-query.ts";
import { shippedWorld } from "./world.ts";

const ROW: Row = {
  ...BARE,
  id: "mlpi-1",
  date: "2024-08-28",
  model: "GPT-J-6B",
  phase: "offline_throughput",
  hardware: "NVIDIA H100 SXM 80GB",
  engine: "TensorRT",
  engine_version: "10.2.0",
  batch_or_concurrency: "",
  accelerators: 1,
};
const EARLY: Row = { ...ROW, date: "2023-09-12", engine_version: "9.0.0" };
const world = shippedWorld();

function queryOf(row: Row) {
  const asked = servingQuery(row, world, "continuous");
  assert.ok(typeof asked !== "string", JSON.stringify(asked));
  return asked.query;
}

test("searchOf() is a step of four tokens on TensorRT-LLM, whole batches before it, one long answer elsewhere", () => {
  assert.equal(searchOf(ROW), "step");
  assert.equal(searchOf(EARLY), "whole");
  assert.equal(searchOf({ ...ROW, engine: "PyTorch" }), "joint");
  assert.equal(searchOf({ ...ROW, id: "trtl-1" }), "none");
  assert.equal(searchOf({ ...ROW, model: "Llama-2-70B-chat" }), "none");
});

test("lengthsOf() of beams is their joint length only where no kernel computes them together", () => {
  const output = (row: Row) => {
    const lengths = lengthsOf(row);
    assert.ok(typeof lengths !== "string");
    return lengths.output;
  };
  assert.equal(output(ROW).mean, 69);
  assert.equal(output({ ...ROW, engine: "PyTorch" }).mean, 4 * 69);
  assert.deepEqual(output(EARLY), { mean: 128, variation: 0 });
  assert.equal(jointAnswers(ROW), 1);
});

test("searching() verifies three tokens beside each in a step, each query on vector units", () => {
  const { engine } = queryOf(ROW).placement;
  assert.equal(engine.speculation?.drafted, 3);
  assert.equal(engine.speculation?.acceptance.likely, 0);
  assert.equal(engine.vectorAttention, 15);
});

test("searching() of whole batches has about the samples that NVIDIA's settings had: 32 on 80 GB, 7 on L4", () => {
  const samples = (hardware: string) =>
    queryOf({ ...EARLY, hardware }).placement.engine.sequencesMax / 4;
  assert.ok(Math.abs(samples("NVIDIA H100 SXM 80GB") - 32) <= 4);
  assert.ok(Math.abs(samples("NVIDIA L4") - 7) <= 1);
  assert.equal(queryOf(EARLY).load.cached, 0.75);
  assert.equal(sequencesOfSample(EARLY), 4);
});

test("meanLimits() of GPT-J is twenty seconds over its longest answer", () => {
  const limit = meanLimits({ ...ROW, phase: "online_serving" })?.token;
  assert.ok(Math.abs((limit ?? 0) - 20 / 1.15 / 128) < 1e-12);
});

test("meanLimits() of GPT-J on a processor is a third of that: answers wait for whole batches", () => {
  const limit = meanLimits({ ...ROW, phase: "online_serving", notes: "CPU-only" })?.token;
  assert.ok(Math.abs((limit ?? 0) - 20 / 3 / 1.15 / 128) < 1e-12);
});

test("subjectOf() gives a processor its server's memory", () => {
  const { system } = queryOf({ ...ROW, hardware: "Intel Xeon Platinum 8480+", engine: "PyTorch" });
  assert.equal(system.device.memory?.capacity, 512e9);
});

test("aged() of a build of the submitter's own has its date's age and the host of later releases, which stands beside the devices since 0.6", () => {
  const device = world.device("AMD MI300X");
  const engine = world.engines.find(({ id }) => id === "vllm");
  assert.ok(device !== null && engine !== undefined);
  const row = { ...ROW, engine: "vLLM", engine_version: "0.4.3+rocm614" };
  assert.ok(isOwnBuild(row) && !isOwnBuild({ ...row, id: "misc-1" }));
  assert.equal(aged(row, engine, device).id, "vllm-0.13");
  const later = { ...row, engine_version: "0.6.5.dev964+mlperf50" };
  assert.equal(aged(later, engine, device).id, "vllm");
  assert.ok((aged(row, engine, device).age ?? 0) > 1);
  assert.equal(aged({ ...row, engine_version: "0.4.3" }, engine, device).id, "vllm-0.5");
});

test("servingEngine() of MLPerf on TensorRT is a compiled engine until 1.0 came out", () => {
  const device = world.device(ROW.hardware);
  assert.ok(device !== null);
  assert.equal(servingEngine(ROW, world.engines, device)?.id, "tensorrt-llm-0");
  const late = { ...ROW, date: "2025-09-09", engine_version: "1.0" };
  assert.equal(servingEngine(late, world.engines, device)?.id, "tensorrt-llm");
});
