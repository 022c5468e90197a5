import assert from "node:assert/strict";
import { test } from "node:test";
import { pressureOf, sentRequests } from "./concurrency.ts";
import { contradicted } from "./contradicted.ts";
import { familyOf } from "./family.ts";
import { batchEngine, servingEngine, withKernelsOf } from "./engine.ts";
import { imageOf, operationsOf } from "./image.ts";
import { plainLabels } from "./label.ts";
import { lengthsOf } from "./lengths.ts";
import { shareOf, statedPools, statedSplit } from "./parallel.ts";
import { staticExperts } from "./padded.ts";
import { isUnpadded } from "./padding.ts";
import { partlyQuantised } from "./partly-quantised.ts";
import {
  coreCopies,
  dealtOver,
  devicesOf,
  passesOf,
  queuedBatches,
  streamShare,
  tailOf,
} from "./passes.ts";
import { formatName, numericsOf } from "./precision.ts";
import { ROW as BARE } from "./fixtures/row.ts";
import { servingQuery } from "./serving-query.ts";
import type { Row } from "./row.ts";
import { validate } from "./validate.ts";
import { variantOf } from "./variant.ts";
import { shippedWorld } from "./world.ts";

const ROW: Row = {
  ...BARE,
  id: "aice-1",
};

test("shareOf() is one device of those of a row that counts by devices, and all of one that counts the system", () => {
  const share = (per: string) => shareOf({ ...ROW, accelerators: 8, per });
  assert.deepEqual(["gpu", "accelerator", "system", ""].map(share), [1 / 8, 1 / 8, 1, 1]);
});

test("servingQuery() of a row without a split leaves weights room beside the cache", () => {
  const world = shippedWorld();
  const tensor = (model: string) => {
    const row = { ...ROW, model, hardware: "NVIDIA A100 SXM 80GB", accelerators: 8 };
    const lengths = { input_tokens: 1024, output_tokens: 1024, precision_weights: "bf16" };
    const asked = servingQuery({ ...row, ...lengths }, world, "continuous");
    assert.ok(typeof asked !== "string", String(asked));
    return asked.query.placement.parallel.tensor;
  };
  // 65.5 and 141 GB of weights on devices of 80.
  assert.equal(tensor("Qwen/Qwen3-32B"), 2);
  assert.equal(tensor("meta-llama/Llama-3.1-70B"), 4);
});

test("statedSplit() spreads experts as the notes of a row say", () => {
  const row = { ...ROW, tp: 8, pp: 1, dp: 1, accelerators: 8, notes: "moe_tp 1, moe_ep 8" };
  assert.deepEqual(statedSplit(row), {
    parallel: { tensor: 8, pipeline: 1, data: 1, expert: 8 },
    replicas: 1,
  });
});

test("statedSplit() gives each rank attention of its own where a table's options do", () => {
  const notes =
    "doc option file for MoE models sets enable_attention_dp, so the tp label is nominal";
  assert.deepEqual(statedSplit({ ...ROW, tp: 4, pp: 2, accelerators: 8, notes }), {
    parallel: { tensor: 1, pipeline: 2, data: 4, expert: 4 },
    replicas: 1,
  });
});

test("statedSplit() counts chips where a table counts cores", () => {
  const notes = "TP counted in NeuronCores (2 per chip)";
  const row = { ...ROW, id: "neuron-1", tp: 24, accelerators: 12, notes };
  assert.equal(statedSplit(row)?.parallel.tensor, 12);
});

test("pressureOf() takes an average of sequences without the most there may be for both", () => {
  const notes = "max_num_seqs 32 (average running batch 31.5), steady state";
  const pressure = (words: string) => pressureOf({ ...ROW, batch_or_concurrency: words, notes });
  assert.deepEqual(pressure("64"), { requests: 31.5, cap: 64 });
  assert.deepEqual(pressure("QPS inf"), { requests: 31.5, cap: 32 });
});

test("pressureOf() counts the batch of each replica where a table says that each took it", () => {
  const notes = "label '8xMi300x 2FP8-amd' (2 replica(s) of TP4); benchmark_throughput.py";
  assert.deepEqual(pressureOf({ ...ROW, batch_or_concurrency: "8", notes }), { requests: 16 });
});

test("pressureOf() of requests a second is a rate, and does not count as requests sent", () => {
  const notes = "offered load 2 requests/s, 500 requests; achieved 2 req/s";
  assert.equal(sentRequests({ ...ROW, batch_or_concurrency: "QPS 2", notes }), 500);
  assert.equal(pressureOf({ ...ROW, batch_or_concurrency: "QPS 2", notes })?.rate, 2);
});

test("validate() answers energy of a stream with what a whole system draws meanwhile", () => {
  const energy = {
    ...ROW,
    id: "mlperf-inf-1",
    model: "MLPerf resnet",
    phase: "single_batch_latency",
    hardware: "QUALCOMM Cloud AI 100 PCIe/HHHL Standard",
    metric: "energy_per_stream",
    unit: "millijoules",
    batch_or_concurrency: "1",
  };
  const joules = ([accelerators, batch]: readonly [number, string]) =>
    validate([{ ...energy, accelerators, batch_or_concurrency: batch }], shippedWorld())[0]
      ?.interval?.p50 ?? 0;
  const four = joules([4, "1"]) / joules([1, "1"]);
  // one host of 100 W beside cards of 75 W: waiting ones cost less than a machine each
  assert.ok(four > 1.5 && four < 3, `${four}`);
  assert.ok(joules([1, "8"]) > 1.5 * joules([1, "1"]));
});

test("validate() sets aside times a token that their source's throughput contradicts, and says so", () => {
  const notes = "task gpqa; CHECK: tpot x throughput / running batch = 2.1";
  const [checked] = validate([{ ...ROW, id: "mle3-1", notes }], shippedWorld());
  assert.match(checked?.unanswered ?? "", /^set aside/);
});

test("validate() of an open stream's test answers medians, means and tails each from its own requests", () => {
  const stream = {
    ...ROW,
    id: "amd-1",
    model: "meta-llama/Llama-3.1-8B-Instruct",
    phase: "online_serving",
    hardware: "NVIDIA H100 SXM 80GB",
    accelerators: 1,
    batch_or_concurrency: "open loop 40 req/s",
    input_tokens: 200,
    output_tokens: 180,
    notes: "300 prompts",
    unit: "s",
  };
  const seen = (metric: string, notes = stream.notes) =>
    validate([{ ...stream, metric, notes }], shippedWorld())[0]?.interval?.p50 ?? 0;
  const [p50, mean, p99] = [seen("tpot_p50"), seen("tpot_mean"), seen("tpot_p99")];
  assert.ok(p50 > 0 && p50 !== mean && p99 > mean, `${p50}, ${mean}, ${p99}`);
  assert.ok(seen("tpot_mean", "20 prompts") < mean, "a test that is over soon is not as full");
});

test("passesOf() of an image is its steps, twice where guidance is a pass of its own", () => {
  const notes = "task text-to-image, 1024x1024, inference_steps=28, ring_degree=1";
  assert.equal(passesOf({ ...ROW, model: "stabilityai/stable-diffusion-3.5-large", notes }), 56);
  assert.equal(passesOf({ ...ROW, model: "black-forest-labs/FLUX.1-dev", notes }), 28);
});

test("numericsOf() of FP8 is the published checkpoint's own FP8, blocks and all", () => {
  const world = shippedWorld();
  const named = (model: string) => {
    const found = world.model(model);
    assert.ok(found !== null, model);
    const row = { ...ROW, model, precision_weights: "fp8" };
    return numericsOf(row, found.model, found.named)?.linear.name;
  };
  assert.equal(named("deepseek-ai/DeepSeek-R1"), "fp8-block");
  assert.equal(named("Qwen/Qwen3-235B-A22B-FP8"), "fp8-block");
  assert.equal(named("meta-llama/Llama-3.1-8B-Instruct"), "fp8");
  assert.equal(named("gpt-oss-120b"), "bf16");
});

test("servingEngine() is as old as its version, and as its date where the version is a container's", () => {
  const world = shippedWorld();
  const device = world.device("NVIDIA B200 SXM 180GB");
  assert.ok(device !== null);
  const engineOf = (row: Partial<Row>) => servingEngine({ ...ROW, ...row }, world.engines, device);
  assert.equal(engineOf({ engine: "vLLM", engine_version: "0.11.1" })?.age, 0.25);
  assert.equal(engineOf({ engine: "vLLM", engine_version: "0.11.1" })?.id, "vllm-0.13");
  const threads = { engine: "JetStream PyTorch", date: "2024-04-24" };
  assert.equal(engineOf(threads)?.id, engineOf({ engine: "vLLM", engine_version: "" })?.id);
  const dynamo = { engine: "TensorRT-LLM", engine_version: "0.8.1.post2", date: "2026-03-01" };
  assert.equal(engineOf(dynamo)?.age, 0);
  assert.equal(
    engineOf({ engine: "TensorRT", engine_version: "10.8", date: "2025-04" })?.age,
    0.75,
  );
});

test("servingEngine() of TGI computes prompts by themselves, without vLLM's host; a submission's own loop has no old host", () => {
  const world = shippedWorld();
  const device = world.device("AMD Instinct MI300X");
  assert.ok(device !== null);
  const engineOf = (row: Partial<Row>) => servingEngine({ ...ROW, ...row }, world.engines, device);
  const place = "amd/tgi_vs_vllm/tgi/data/result_tgi_short.csv line 2";
  const tgi = engineOf({ engine: "TGI (ROCm)", date: "2024", source_location: place });
  assert.deepEqual([tgi?.id, tgi?.promptsAlone, tgi?.ringed], ["tgi", true, ["AMD"]]);
  const cut = engineOf({ engine: "vLLM (ROCm)", date: "2024", source_location: place });
  assert.deepEqual([cut?.id, cut?.stepTokensMax, cut?.sequencesMax], ["vllm-0.13", 512, 256]);
  const own = { id: "mlpi-1", engine: "PyTorch 2.1.1", date: "2024-03" };
  assert.equal(engineOf(own)?.id, "vllm");
  assert.equal(engineOf({ ...own, id: "neuron-1" })?.id, "vllm-0.5");
  const xeon = world.device("Intel Xeon Platinum 8480+");
  assert.ok(xeon !== null);
  assert.equal(servingEngine({ ...ROW, ...own }, world.engines, xeon)?.id, "vllm-0.5");
});

test("statedSplit() reads dp as copies, except where it is attention's", () => {
  assert.equal(statedSplit({ ...ROW, id: "amd-1", tp: 4, dp: 2, accelerators: 8 })?.replicas, 2);
  assert.equal(statedSplit({ ...ROW, tp: 1, dp: 8, accelerators: 8 })?.parallel.data, 8);
});

test("statedSplit() shares experts among ranks of attention where more hold them than attention is split over", () => {
  const split = statedSplit({ ...ROW, id: "trtl-1", tp: 1, ep: 2, dp: 2, accelerators: 4 });
  assert.deepEqual(split?.parallel, { tensor: 1, pipeline: 1, data: 2, expert: 2 });
  assert.equal(split?.replicas, 2);
});

test("statedPools() reads both pools of a disaggregated row", () => {
  const notes = "disaggregated: prefill 1 x (tp4 pp1 dp1 ep4), decode 2 x (tp1 pp1 dp8 ep8)";
  const pools = statedPools({ ...ROW, notes });
  assert.deepEqual(pools?.prefill.parallel, { tensor: 4, pipeline: 1, data: 1, expert: 4 });
  assert.deepEqual(pools?.decode.parallel, { tensor: 1, pipeline: 1, data: 8, expert: 8 });
  assert.equal(pools?.decode.replicas, 2);
});

test("pressureOf() reads a rate, a queue, a cap and a running batch", () => {
  const pressure = (words: string, notes = "") =>
    pressureOf({ ...ROW, batch_or_concurrency: words, notes });
  assert.deepEqual(pressure("QPS 8"), { requests: 1, rate: 8 });
  const streamed = { requests: 1, rate: 10, cap: 256 };
  assert.deepEqual(pressure("max_num_seqs 256; 300 requests Poisson ~10/s"), streamed);
  const asynchronous = "up to 128 concurrent users (asynchronous@0.49 req/sec); engine batch 8";
  assert.deepEqual(pressure(asynchronous), { requests: 1, rate: 0.49, cap: 8 });
  assert.equal(pressure("max")?.rate, undefined);
  assert.equal(pressure("max_num_seqs 1500")?.cap, 1500);
  assert.deepEqual(pressure("2048", "average running batch 97.5"), { requests: 97.5, cap: 2048 });
  assert.equal(pressure(""), null);
});

test("lengthsOf() draws InferenceX lengths at nine tenths of the nominal", () => {
  const nominal = { ...ROW, input_tokens: 8192, output_tokens: 1024 };
  const lengths = lengthsOf({ ...nominal, date: "2026-02-05" });
  assert.ok(typeof lengths !== "string");
  assert.ok(Math.abs(lengths.input.mean - 7372.8) < 1e-9);
  assert.ok(Math.abs(lengths.input.variation - 0.06415) < 1e-5);
});

test("lengthsOf() of ShareGPT spreads as far as its mean, where the table prints means", () => {
  const row = { ...ROW, id: "amd-1", date: "2024-11", input_tokens: 215, output_tokens: 179 };
  const chats = lengthsOf({ ...row, notes: "ShareGPT, 1000 prompts; mean lengths" });
  assert.ok(typeof chats !== "string");
  assert.deepEqual(chats.output, { mean: 179, variation: 1 });
  assert.deepEqual(chats.input, { mean: 215, variation: 1 });
  const longest = lengthsOf({ ...row, notes: "ShareGPT prompts (max input/output lengths given)" });
  assert.ok(typeof longest !== "string");
  assert.equal(longest.output.variation, 0);
});

test("lengthsOf() of answers sent at once spreads them about their own mean: one not at all", () => {
  const notes = "all prompts sent at once (batch = successful requests); output lengths natural";
  const row = { ...ROW, id: "amd-1", input_tokens: 80, output_tokens: 60, notes };
  const spread = (batch_or_concurrency: string) => {
    const lengths = lengthsOf({ ...row, batch_or_concurrency });
    return typeof lengths === "string" ? NaN : lengths.output.variation;
  };
  assert.deepEqual([spread("1"), spread("4")], [0, 0.5 * Math.sqrt(3 / 4)]);
  assert.equal(spread(""), 0.5);
  const open = lengthsOf({ ...row, notes: "output lengths natural" });
  assert.equal(typeof open === "string" ? NaN : open.output.variation, 0.5);
});

test("numericsOf() of a checkpoint with scales for a cache keeps the model's own unless the engine is told", () => {
  const { model } = shippedWorld().model("Llama-3.1-405B-Instruct") ?? {};
  assert.ok(model !== undefined);
  const row = { ...ROW, precision_weights: "fp8", precision_kv: "fp8" };
  const place = "comparison/h100sxm5_vs_mi300x/csv_data/qps_comparison.csv line 8";
  assert.equal(numericsOf(row, model, null)?.kv.name, "fp8");
  assert.equal(numericsOf({ ...row, source_location: place }, model, null)?.kv.bits, 16);
});

test("lengthsOf() of a script's own prompts is theirs, which its source prints", () => {
  const notes = "input is the scripts short default prompts (length not stated)";
  const lengths = lengthsOf({ ...ROW, output_tokens: 100, notes });
  assert.ok(typeof lengths !== "string");
  assert.deepEqual([lengths.input.mean, lengths.output.mean], [7, 100]);
});

test("lengthsOf() names the length that is missing", () => {
  assert.equal(lengthsOf(ROW), "condition missing: input length");
});

test("numericsOf() of four bits that a graph widens before each product is BF16", () => {
  const found = shippedWorld().model("meta-llama/Llama-2-7b-hf");
  assert.ok(found !== null);
  const bits = (engine: string) => {
    const row = { ...ROW, precision_weights: "int4 weights (awq)", engine };
    return numericsOf(row, found.model, null)?.linear.bits;
  };
  assert.equal(bits("Optimum Habana run_generation.py (HPU graphs)"), 16);
  assert.ok((bits("vLLM") ?? 16) < 5);
});

test("formatName() reads formats as tables write them", () => {
  assert.equal(formatName("gguf Q4_K_M"), "q4_k_m");
  assert.equal(formatName("EXL2 3.0 bpw"), "3bpw");
  assert.equal(formatName("q5 g32 (group 32)"), "6bpw");
  assert.equal(formatName("fp8 (128x128 block scale)"), "fp8-block");
  assert.equal(formatName("bf16 (checkpoint default; not stated)"), "bf16");
  assert.equal(formatName("int4 AWQ"), "w4a16");
  assert.equal(formatName("dummy"), null);
});

test("plainLabels() takes benchmarks and model zoos off a label", () => {
  assert.equal(plainLabels("MLPerf bert-99.9")[0], "bert-large");
  assert.equal(plainLabels("MLPerf llama3_1-8b-edge")[0], "Llama-3.1-8B");
  assert.equal(plainLabels("MLPerf llama3.1-8b-datacenter")[0], "llama3.1-8b");
  assert.ok(plainLabels("tf_resnetv1_50_imagenet_224_224_6.97G").includes("tf_resnetv1_50"));
  assert.ok(plainLabels("pt_resnet50_0.3_3.5").includes("resnet50"));
});

test("imageOf() reads the size that a label or a note prints", () => {
  assert.deepEqual(imageOf({ ...ROW, model: "resnet50 288px" }), [288, 288]);
  assert.deepEqual(imageOf({ ...ROW, notes: "input 384x640x3; params" }), [384, 640]);
  const released = { ...ROW, notes: "input 288*384*3 (HWC); workload 8 GOPs; pruned 30.00%" };
  assert.deepEqual(imageOf(released), [288, 384]);
  assert.equal(operationsOf(released), 8e9);
  assert.equal(imageOf(ROW), null);
});

test("familyOf() keeps pools apart from aggregated serving", () => {
  assert.equal(familyOf(ROW), "serving TPOT");
  assert.equal(familyOf({ ...ROW, notes: "disaggregated: prefill" }), "disaggregated TPOT");
  assert.equal(
    familyOf({ ...ROW, id: "mlpi-1", phase: "offline_throughput", metric: "samples_per_s" }),
    "CNN/encoder throughput",
  );
});

test("dealtOver() multiplies the degrees by which the tokens of one sample are dealt", () => {
  assert.equal(
    dealtOver({ ...ROW, notes: "inference_steps=50, ring_degree=2, ulysses_degree=4" }),
    8,
  );
  assert.equal(dealtOver(ROW), 1);
});

test("devicesOf() counts the sockets of a processor's node, not what a submitter counted", () => {
  const node = { ...ROW, hardware: "CPU: 2x Xeon", accelerators: 4 };
  assert.equal(devicesOf({ ...node, notes: "system 1-node-2S-SPR-PyTorch-INT8" }), 2);
  const hardware = "CPU: 10x Apple M1 Pro [field looks wrong: probably a core count]";
  assert.equal(devicesOf({ ...ROW, hardware, accelerators: 10 }), 1);
  assert.equal(devicesOf(node), 4);
  const claimed = {
    ...node,
    hardware: "Xeon",
    notes: "2 nodes; CPU-only",
    source_location: "closed/HPE/results/1-node-2S-SPR-PyTorch-INT8/resnet50",
  };
  assert.equal(devicesOf(claimed), 2);
});

test("coreCopies() of Neuron's tables is what rate times latency says is in flight", () => {
  const of = (notes: string) => {
    const row = {
      ...ROW,
      accelerators: 12,
      notes: `${notes}; run mode Data Parallel; table: latency optimised`,
    };
    return [coreCopies(row), devicesOf(row), queuedBatches(row)];
  };
  assert.deepEqual(of("Raw Output (AutoModelForMaskedLM); Real Time"), [2, 2, 1]);
  assert.deepEqual(of("Raw Output (AutoModel); Batch"), [2, 2, 1]);
  assert.deepEqual(of("Image Classification; Real Time"), [1, 1, 1]);
  assert.deepEqual(of("Image Classification; Batch"), [2, 2, 2]);
  assert.deepEqual(of("Image Generation; Real Time"), [null, 12, 1]);
});

test("queuedBatches() of DPUCADF8H is one of its kernels' shares of what all finish", () => {
  const notes = "DPU: 4 DPUCADF8H kernels running at 300Mhz; E2E latency (ms) Thread num =20";
  assert.equal(queuedBatches({ ...ROW, notes }), 1 / 4);
  assert.equal(queuedBatches({ ...ROW, notes: "DPU: 4 DPUCADX8G kernels running at 350Mhz" }), 1);
});

test("staticExperts() of Optimum Habana in FP8 computes all eight experts of Mixtral for each token", () => {
  const model = shippedWorld().model("mistralai/Mixtral-8x7B-v0.1")?.model;
  assert.ok(model?.kind === "transformer");
  const active = (precision: string) => {
    const row = {
      ...ROW,
      engine: "Optimum Habana run_generation.py",
      precision_weights: precision,
    };
    const feedForward = staticExperts(model, row).stacks[0]?.layers[0]?.layer.feedForward;
    return feedForward?.kind === "experts" ? feedForward.active : null;
  };
  assert.deepEqual([active("bf16"), active("fp8")], [2, 8]);
});

test("variantOf() a size that has a checkpoint of its own names it, and the usual size does not", () => {
  const of = (model: string, size: string) => variantOf({ ...ROW, model, notes: `image ${size}` });
  assert.equal(of("PixArt Sigma", "256x256"), "PixArt Sigma 256x256");
  assert.equal(of("PixArt Sigma", "1024x1024"), "PixArt Sigma");
  assert.equal(of("Stable Diffusion 2.1", "768x768"), "stabilityai/stable-diffusion-2-1");
  assert.equal(of("Stable Diffusion 2.1", "512x512"), "Stable Diffusion 2.1");
});

test("isUnpadded() of BERT is told by who wrote the harness, and a stream on Cloud AI 100 is padded", () => {
  const of = (engine: string, phase: string, hardware = "D") =>
    isUnpadded({ ...ROW, engine, phase, hardware });
  assert.equal(of("Jetpack 5.1.1, TensorRT 8.5.2", "single_batch_latency"), true);
  assert.equal(of("Qualcomm Cloud AI SDK v1.6.80", "offline_throughput"), true);
  assert.equal(of("Qualcomm Cloud AI SDK v1.6.80", "single_batch_latency"), false);
  assert.equal(of("PyTorch", "offline_throughput", "Intel Xeon Platinum 8480+"), true);
  assert.equal(of("OpenVINO 2022", "offline_throughput", "Intel Xeon Platinum 8380"), false);
});

test("streamShare() deals eight samples of a stream over all devices", () => {
  const row = { ...ROW, metric: "latency_p99_per_8_samples", accelerators: 5 };
  assert.equal(streamShare(row, 8), 2);
  assert.equal(streamShare({ ...row, metric: "latency_mean" }, 1), 1);
});

test("tailOf() is above 1 for samples of unequal size alone", () => {
  const of = (model: string, notes = "MLPerf v3.0", engine = "TensorRT") =>
    tailOf({ ...ROW, metric: "latency_p90", model, notes, engine });
  assert.ok(of("MLPerf rnnt") > 1.5 && of("MLPerf bert-99") > 1.2);
  assert.equal(of("MLPerf bert-99", "MLPerf v3.0", "OpenVINO"), 1);
  assert.equal(of("MLPerf 3d-unet-99", "MLPerf v1.0 closed"), 1);
  assert.equal(of("MLPerf resnet50"), 1);
});

test("partlyQuantised() keeps floats of a framework on a CPU, and of nobody else", () => {
  const world = shippedWorld();
  const cpu = world.device("Intel Xeon Platinum 8480+");
  const found = world.model("bert-base-cased");
  assert.ok(cpu !== null && found !== null);
  const row = { ...ROW, id: "inc-1", precision_weights: "int8" };
  const chosen = numericsOf(row, found.model, found.named);
  assert.equal(partlyQuantised(chosen, cpu, row)?.compute.attention, "fp32");
  assert.equal(partlyQuantised(chosen, cpu, { ...row, id: "mlpi-1" }), chosen);
  assert.equal(partlyQuantised(chosen, { ...cpu, kind: "gpu" }, row), chosen);
});

test("partlyQuantised() of OpenVINO's fused graphs keeps 16 bits where the cores multiply these", () => {
  const world = shippedWorld();
  const found = world.model("bert-base-cased");
  assert.ok(found !== null);
  const row = { ...ROW, id: "openvino-1", engine: "OpenVINO", precision_weights: "int8" };
  const chosen = numericsOf(row, found.model, found.named);
  const of = (name: string) => {
    const cpu = world.device(name);
    assert.ok(cpu !== null);
    return partlyQuantised(chosen, cpu, row);
  };
  assert.equal(of("Intel Xeon Platinum 8480+")?.compute.attention, "bf16");
  assert.equal(of("Intel Xeon Platinum 8280")?.compute.attention, "fp32");
  assert.equal(of("Intel Xeon Platinum 8280")?.activations, chosen?.activations);
});

test("numericsOf() of FP32 on Neuron is BF16 unless its table says that nothing was cast", () => {
  const found = shippedWorld().model("bert-base-cased");
  assert.ok(found !== null);
  const row = { ...ROW, id: "neuron-1", engine: "PyTorch + AWS Neuron", precision_weights: "FP32" };
  const of = (activations: string) =>
    numericsOf({ ...row, precision_activations: activations }, found.model, found.named)?.compute
      .linear;
  assert.equal(of("matmul bf16 (autocast Matmult-BF16)"), "bf16");
  assert.equal(of("fp32"), "fp32");
});

test("servingQuery() pads a model's heads to all cores where each is a rank, key-value heads copied to each", () => {
  const row: Row = {
    ...ROW,
    id: "neuron-1",
    model: "Llama-3-8B",
    hardware: "AWS Inferentia2 (inf2.48xlarge)",
    accelerators: 12,
    tp: 24,
    precision_weights: "bf16",
    batch_or_concurrency: "1",
    input_tokens: 128,
    output_tokens: 128,
    notes: "TP counted in NeuronCores (2 per chip)",
  };
  const asked = servingQuery(row, shippedWorld(), "whole");
  assert.ok(typeof asked !== "string");
  const { model, placement } = asked.query;
  assert.ok(model.kind === "transformer");
  const mixer = model.stacks[0]?.layers[0]?.layer.mixers[0];
  assert.ok(mixer?.kind === "attention");
  assert.deepEqual([mixer.heads, mixer.kvHeads, placement.parallel.tensor], [48, 24, 12]);
});

test("validate() runs PyTorch in FP32 on a CPU as it is written, and what was quantised or submitted as one graph", () => {
  const row: Row = {
    ...ROW,
    id: "inc-1",
    model: "ResNet50",
    phase: "offline_throughput",
    task: "inference",
    hardware: "Intel Xeon Platinum 8480+",
    accelerators: 1,
    engine: "PyTorch 2.2",
    precision_weights: "fp32",
    batch_or_concurrency: "1 per instance x 14 instances of 4 cores",
    metric: "throughput",
    value: 300,
    unit: "samples/s",
  };
  const of = (changes: Partial<Row>) => {
    const [checked] = validate([{ ...row, ...changes }], shippedWorld());
    return checked?.interval?.p50 ?? 0;
  };
  assert.ok(of({ engine: "MXNet" }) > 1.2 * of({}));
  const eight = { precision_weights: "int8" };
  const share = of({ ...eight, engine: "MXNet" }) / of(eight);
  assert.ok(share > 0.8 && share < 1.25, String(share));
});

test("withKernelsOf() takes what a row's own engine does to prompts and caches, and nothing of others", () => {
  const { engines } = shippedWorld();
  const plain = batchEngine(engines, 1);
  assert.ok(plain !== null);
  const neuron = withKernelsOf({ ...ROW, engine: "Transformers NeuronX" }, plain, engines);
  assert.ok(neuron.padded === "power" && (neuron.reading ?? 0) > 0);
  const habana = { ...ROW, engine: "Optimum Habana run_generation.py", precision_weights: "bf16" };
  assert.equal(withKernelsOf(habana, plain, engines).padded, "whole");
  const eight = withKernelsOf({ ...habana, precision_weights: "fp8" }, plain, engines);
  assert.deepEqual([eight.padded, eight.ringed], [undefined, ["Intel"]]);
  assert.equal(withKernelsOf({ ...ROW, engine: "vLLM" }, plain, engines), plain);
  const openvino = withKernelsOf({ ...ROW, engine: "OpenVINO GenAI" }, plain, engines);
  assert.ok(openvino.padded === undefined && (openvino.reading ?? 0) > 0);
  assert.ok(openvino.pieces === undefined && openvino.flopsPerCycle === undefined);
  const llama = withKernelsOf({ ...ROW, engine: "llama.cpp (llama-bench)" }, plain, engines);
  assert.equal(llama.pieces?.tokens, 512);
  const awq = (notes: string) =>
    withKernelsOf({ ...ROW, engine: "AutoAWQ", notes }, plain, engines).flopsPerCycle ?? Infinity;
  assert.ok(awq("kernel GEMV") < awq("kernel GEMM") / 3 && awq("kernel GEMM") < 1000);
});

test("numericsOf() of an encoder at 99.9 % whose system prints two formats is the wider", () => {
  const found = shippedWorld().model("MLPerf bert-99.9");
  assert.ok(found !== null);
  const of = (model: string) =>
    numericsOf(
      { ...ROW, id: "mlperf-inf-1", model, precision_weights: "int8,fp16" },
      found.model,
      null,
    )?.compute.linear;
  assert.equal(of("MLPerf bert-99.9"), "fp16");
  assert.equal(of("MLPerf bert-99"), "int8");
});

test("contradicted() finds a latency shorter than what was in flight over the rate of its run", () => {
  const notes = "compiled for 4 NSP cores x 3 instances per device, set-size 1";
  const run = { ...ROW, phase: "single_batch_latency", batch_or_concurrency: "1", notes };
  const rate = { ...run, id: "a", metric: "throughput", unit: "inferences/s", value: 30 };
  const latency = (id: string, value: number) => ({ ...run, id, metric: "latency_p95", value });
  // three in flight at 30 a second: 100 ms
  const found = contradicted([rate, latency("b", 105), latency("c", 60)]);
  assert.deepEqual([...found], ["c"]);
  assert.equal(contradicted([latency("c", 60)]).size, 0);
});

test("contradicted() finds a rate of training that took its run's time to far more samples than were trained on", () => {
  const run = { ...ROW, phase: "training_step", source_location: "results/llama2_70b_lora" };
  const samples = { ...run, id: "s", metric: "samples_to_converge", unit: "samples", value: 3000 };
  const time = { ...run, id: "t", metric: "time_to_train", unit: "min", value: 50 };
  const rate = (id: string, value: number) => {
    const metric = "train_throughput_from_blocks";
    return { ...run, id, metric, unit: "samples/s", value };
  };
  // one a second
  assert.deepEqual([...contradicted([samples, time, rate("a", 1.9), rate("b", 2.1)])], ["b"]);
  assert.equal(contradicted([time, rate("b", 2.1)]).size, 0);
  const other = { ...samples, source_location: "results/bert" };
  assert.equal(contradicted([other, time, rate("b", 2.1)]).size, 0);
});

test("numericsOf() of MLPerf's reference code, and of boards' runtimes, is FP32; of Triton's OpenVINO it is INT8", () => {
  const model = shippedWorld().model("MLPerf resnet50")?.model;
  assert.ok(model !== undefined);
  const cells = { ...ROW, id: "mlperf-inf-1", task: "inference", precision_weights: "" };
  const named = (changes: Partial<Row>) =>
    numericsOf({ ...cells, ...changes }, model, null)?.compute.linear;
  assert.equal(named({ engine: "PyTorch" }), "int8");
  assert.equal(named({ engine: "TFLite v2.7.1 (ruy)" }), "fp32");
  assert.equal(named({ engine: "MLCommons reference implementation, Onnxruntime" }), "fp32");
  const triton = { engine: "OpenVino 2021", notes: "system Lenovo (Ice Lake running Triton)" };
  assert.equal(named({ ...triton, precision_weights: "fp32" }), "int8");
  assert.equal(named({ ...triton, precision_weights: "fp32", notes: "" }), "fp32");
});

test("numericsOf() of RNN-T and DLRM-DCNv2 that processors submit is 16 bits for both targets", () => {
  const world = shippedWorld();
  const named = (label: string, changes: Partial<Row>) => {
    const model = world.model(label)?.model;
    assert.ok(model !== undefined);
    const cells = { ...ROW, id: "mlperf-inf-1", task: "inference", model: label };
    const row = { ...cells, hardware: "CPU: 2x Xeon", precision_weights: "int8", ...changes };
    return numericsOf(row, model, null)?.compute.linear;
  };
  assert.equal(named("MLPerf rnnt", { precision_weights: "int8 and bf16" }), "fp16");
  const reference = { engine: "MLCommons reference implementation", precision_weights: "" };
  assert.equal(named("MLPerf rnnt", reference), "fp32");
  assert.equal(named("MLPerf dlrm-v2-99", {}), "fp16");
  assert.equal(named("MLPerf dlrm-v2-99", { hardware: "NVIDIA H100" }), "int8");
});
