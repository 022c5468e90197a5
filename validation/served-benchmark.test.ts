import assert from "node:assert/strict";
import { test } from "node:test";
import { findDevice, catalogue } from "../core/catalogue/index.ts";
import { findModel, decodeModelEntry, type ModelEntry } from "../core/model/index.ts";
import { familyOf } from "./family.ts";
import { ROW as BARE } from "./fixtures/row.ts";
import { plainLabels } from "./label.ts";
import { lengthsOf } from "./lengths.ts";
import { meanLimits } from "./limits.ts";
import { predictServing } from "./predict-serving.ts";
import { numericsOf } from "./precision.ts";
import { recipeOf } from "./recipe.ts";
import type { Row } from "./row.ts";
import { longestTokens, servedBenchmark } from "./served-benchmark.ts";
import { shippedWorld } from "./world.ts";

const ROW: Row = { ...BARE, id: "mlpi-1", batch_or_concurrency: "", source: "MLPerf" };

/** Labels of v5.1 and v6.0 as submitters' folders and people write them, with tokens in and out. */
const LABELS: readonly (readonly [string, number, number])[] = [
  ["MLPerf deepseek-r1", 800, 3886.2274],
  ["DeepSeek-R1", 800, 3886.2274],
  ["MLPerf llama3.1-8b-edge", 778, 128],
  ["MLPerf llama3_1-8b-interactive", 778, 128],
  ["Llama-3.1-8B-Instruct", 778, 128],
  ["MLPerf llama3_1-405b", 9400, 684.68],
  ["MLPerf llama2-70b-interactive-99.9", 240, 294.45],
  ["Llama-2-70B-chat (interactive)", 240, 294.45],
  ["MLPerf mixtral-8x7b", 480, 145.9],
  ["MLPerf gpt-oss-120b", 5080, 1278.2],
  ["Qwen3-VL-235B-A22B-Instruct", 2000, 70],
  ["Whisper-large-v3", 4, 84],
];

test("lengthsOf() of a benchmark that writes text is its data set's, and its label names a model of the catalogue", () => {
  const entries = catalogue.models as readonly ModelEntry[];
  for (const [model, input, output] of LABELS) {
    const lengths = lengthsOf({ ...ROW, model });
    assert.ok(typeof lengths !== "string", model);
    assert.deepEqual([lengths.input.mean, lengths.output.mean], [input, output], model);
    assert.ok(
      plainLabels(model).some((name) => findModel(entries, name).ok),
      model,
    );
  }
});

test("servedBenchmark() of another collection, or of a network, is none", () => {
  assert.equal(servedBenchmark({ ...ROW, id: "mle3-1", model: "openai/gpt-oss-120b" }), undefined);
  assert.equal(servedBenchmark({ ...ROW, model: "MLPerf yolo-99" }), undefined);
});

test("familyOf() counts samples of a benchmark that writes text among those of tokens", () => {
  const row = { ...ROW, phase: "offline_throughput", metric: "samples_per_s", unit: "samples/s" };
  assert.equal(familyOf({ ...row, model: "Whisper-large-v3" }), "offline throughput");
  assert.equal(familyOf({ ...row, model: "MLPerf yolo-99" }), "CNN/encoder throughput");
});

test("meanLimits() of an interactive run is told by its model, its notes or its folder", () => {
  const limit = (changes: Partial<Row>) =>
    meanLimits({ ...ROW, model: "DeepSeek-R1", ...changes })?.token;
  assert.equal(limit({}), 0.08 / 1.15);
  assert.equal(limit({ notes: "v6.0 Interactive" }), 0.015 / 1.15);
  assert.equal(limit({ source_location: "closed/X/deepseek-r1/Interactive" }), 0.015 / 1.15);
  assert.equal(limit({ model: "MLPerf gpt-oss-120b-interactive" }), 0.015 / 1.15);
});

test("longestTokens() are those that a row or its benchmark stops at, else what one exponential answer of a hundred exceeds", () => {
  const longest = (model: string, notes = "") => longestTokens({ ...ROW, model, notes });
  assert.equal(longest("Llama-2-70B-chat", "max input 1024 / max_new_tokens 512"), 512);
  assert.equal(longest("MLPerf llama3.1-8b"), 128);
  assert.ok(Math.abs(longest("gpt-oss-120b") / 1278.2 - 4.605) < 0.001);
});

test("predictServing() of whole answers whose benchmark bounds them alone is that bound: 12 s of Qwen3-VL's server", () => {
  const row = {
    ...ROW,
    model: "Qwen3-VL-235B-A22B",
    hardware: "NVIDIA B200 SXM 180GB",
    accelerators: 8,
    engine: "vLLM",
    metric: "latency_p99",
  };
  const answer = predictServing(row, shippedWorld());
  assert.ok("interval" in answer && answer.interval.p50 === 12, JSON.stringify(answer));
});

test("recipeOf() of interactive DeepSeek-R1 drafts by its own layer, of a server's does not", () => {
  const lengths = { input: { mean: 800, variation: 0 }, output: { mean: 3886, variation: 0 } };
  const served = (notes: string) =>
    recipeOf({ row: { ...ROW, model: "DeepSeek-R1", notes }, lengths, users: 8 }).speculation;
  assert.equal(served("v6.0 Interactive")?.method, "mtp");
  assert.equal(served("v6.0 Server"), undefined);
});

function numericsAs(model: string, hardware: string, changes: Partial<Row> = {}) {
  const entries = catalogue.models as readonly ModelEntry[];
  const found = plainLabels(model)
    .map((name) => findModel(entries, name))
    .find(({ ok }) => ok);
  const device = findDevice(catalogue, hardware);
  assert.ok(found?.ok === true && device.ok);
  const read = decodeModelEntry(found.value.entry);
  assert.ok(read.ok);
  const row = { ...ROW, model, hardware, engine: "TensorRT", ...changes };
  return numericsOf(row, read.value, null, device.value);
}

function formatOf(...asked: Parameters<typeof numericsAs>) {
  return numericsAs(...asked)?.linear.name;
}

test("numericsOf() of a language model that TensorRT quantised is four bits where a device multiplies them, else eight", () => {
  const fp16 = { precision_weights: "fp16" };
  assert.equal(formatOf("Llama-2-70B-chat", "NVIDIA B200 SXM 180GB", fp16), "nvfp4");
  assert.equal(formatOf("Llama-2-70B-chat", "NVIDIA H200 SXM 141GB", fp16), "fp8");
  assert.equal(formatOf("DeepSeek-R1", "NVIDIA GB300 288GB"), "nvfp4");
  const vllm = { engine: "vLLM" };
  assert.equal(formatOf("Llama-2-70B-chat", "AMD Instinct MI355X", vllm), "mxfp4");
  assert.equal(formatOf("Llama-3.1-8B", "NVIDIA Orin NX 16G", vllm), "int8");
});

test("numericsOf() of Whisper is sixteen bits, of gpt-oss its experts' own four and eight of what comes in", () => {
  assert.equal(formatOf("Whisper-large-v3", "NVIDIA B200 SXM 180GB"), "fp16");
  const chosen = numericsAs("gpt-oss-120b", "NVIDIA B200 SXM 180GB");
  assert.deepEqual([chosen?.experts.name, chosen?.linear.name === "nvfp4"], ["mxfp4", false]);
});
