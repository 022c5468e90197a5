import assert from "node:assert/strict";
import { test } from "node:test";
import { ROW as BARE } from "./fixtures/row.ts";
import type { Row } from "./row.ts";
import { isHeld } from "../core/calibrate/index.ts";
import { SHIPPED_WIDTHS } from "../core/estimate/index.ts";
import { networkMacs } from "../core/model/index.ts";
import { predict } from "./predict.ts";
import { residualsOf } from "./residuals.ts";
import { evaluatedShare, samplesToQuality } from "./samples-to-quality.ts";
import {
  devicesOf,
  networkOf,
  recomputeOf,
  releasedOf,
  shardingOf,
  sizesOf,
  tokensOf,
  trainingNumerics,
} from "./training-row.ts";
import { trainedLabel } from "./trained-label.ts";
import { trained } from "./training-query.ts";
import { validate } from "./validate.ts";
import { shippedWorld } from "./world.ts";

const ROW: Row = {
  ...BARE,
  id: "tran-1",
  task: "training",
  phase: "training_step",
  metric: "samples_per_s",
  unit: "samples/s",
};

test("sizesOf() of a recipe of MaxText that prints a step's tokens is those over the recipe's length", () => {
  const of = (model: string, tokens: number) => {
    const notes = `log line; total_weights (tokens with loss weight per step) ${tokens}; devices 512`;
    const row = { ...ROW, model, engine: "MaxText (JAX)", batch_or_concurrency: "", notes };
    return [tokensOf(row), sizesOf(row, 64).batch, recomputeOf(row)];
  };
  assert.deepEqual(of("GPT3-175B", 4_194_304), [2048, 2048, "full"]);
  assert.deepEqual(of("Llama3.1-405B", 8_388_608), [8192, 1024, null]);
  assert.deepEqual(of("Mixtral-8x7B", 12_582_912), [4096, 3072, null]);
  assert.deepEqual(of("Gemma3-12B", 8_388_608), [32_768, 256, "full"]);
  assert.equal(of("Llama3.1-8B-LongContext", 8_388_608)[0], null);
});

test("sizesOf() reads global, local and accumulated batches", () => {
  const sizes = (words: string, notes: string) =>
    sizesOf({ ...ROW, batch_or_concurrency: words, notes }, 8);
  assert.deepEqual(sizes("64", ""), { batch: 64 });
  assert.deepEqual(sizes("64", "MBS 2, CP 1"), { batch: 64, microBatch: 2 });
  assert.deepEqual(sizes("64", "batch is per GPU"), { batch: 512 });
  assert.deepEqual(sizes("local 2", ""), { batch: 16 });
  assert.deepEqual(sizes("64", "grad accumulation 4"), { batch: 64, microBatch: 2 });
  const summed = "Accumulated Batch size / GPU (TF32 and FP16)=4096 and 4096; batch is per GPU";
  assert.deepEqual(sizes("16", summed), { batch: 32768, microBatch: 16 });
  assert.deepEqual(sizes("", ""), {});
});

test("tokensOf() reads lengths from columns, notes and benchmarks", () => {
  assert.equal(tokensOf({ ...ROW, input_tokens: 2048 }), 2048);
  const titan = { ...ROW, model: "Llama-3.1-8B", engine: "torchtitan 2024-12" };
  assert.equal(tokensOf(titan), 8192);
  assert.equal(
    tokensOf({ ...titan, notes: "context parallel 2; sequence length 8192 unless listed" }),
    null,
  );
  assert.equal(tokensOf({ ...ROW, notes: "sequence length 8192" }), 8192);
  assert.equal(tokensOf({ ...ROW, id: "mlpt-1", model: "BERT-Large pretrain" }), 256);
  const padded = { ...ROW, id: "mlperf-train-1", model: "MLPerf bert", hardware: "TPU v3 (x)" };
  assert.equal(tokensOf(padded), 512);
  assert.equal(tokensOf({ ...ROW, model: "Llama-2-70B LoRA fine-tune" }), 8192);
  assert.equal(tokensOf(ROW), null);
});

test("recomputeOf() and shardingOf() read what a framework was told", () => {
  assert.equal(recomputeOf({ ...ROW, notes: "activation checkpointing True" }), "full");
  assert.equal(recomputeOf({ ...ROW, notes: "activation checkpointing False" }), "none");
  assert.equal(recomputeOf({ ...ROW, notes: "Selective activation checkpointing" }), "selective");
  assert.equal(recomputeOf(ROW), null);
  assert.equal(shardingOf({ ...ROW, notes: "FULL_SHARD" }), 3);
  assert.equal(shardingOf({ ...ROW, notes: "SHARD_GRAD_OP", engine: "FSDP" }), 2);
  assert.equal(shardingOf({ ...ROW, engine: "Megatron-Bridge", notes: "VP 2, FSDP 0" }), 1);
  assert.equal(shardingOf(ROW), 0);
});

test("networkOf() shares a node's network among its eight devices", () => {
  assert.equal(networkOf({ ...ROW, notes: "1600 Gbps node-node (RoCE)" }), 25e9);
  assert.equal(networkOf(ROW), null);
});

test("samplesToQuality() lies on a line between reference points, and at the ends beyond them", () => {
  assert.equal(samplesToQuality("Llama-2-70B LoRA fine-tune", 8), 3072);
  assert.equal(samplesToQuality("Llama-2-70B LoRA fine-tune", 12), 3456);
  assert.equal(samplesToQuality("MLPerf llama2_70b_lora", 256), 11136);
  assert.equal(samplesToQuality("ResNet-50 v1.5", 3264), 35 * 1281167);
  assert.equal(samplesToQuality("RNN-T", 1024), 58 * 281241);
  assert.equal(samplesToQuality("GNMT v2", 1024), null);
});

test("samplesToQuality() knows the benchmarks of v5.1 and v6.0 by submitters' names and people's", () => {
  assert.equal(samplesToQuality("MLPerf flux1", 1024), 8650752);
  assert.equal(samplesToQuality("FLUX.1 schnell training", 512), 7340032);
  assert.equal(samplesToQuality("MLPerf llama31_8b", 16), 159744);
  assert.equal(samplesToQuality("Llama 3.1 8B pretrain", 32), 184320);
  assert.equal(samplesToQuality("GPT-OSS-20B pretrain", 32), 233472);
  assert.equal(samplesToQuality("MLPerf deepseekv3_671b", 16384), 770048);
  assert.equal(samplesToQuality("MLPerf gnn", 16384), 80414760);
});

test("tokensOf() of the benchmarks of v5.1 and v6.0 are their sequences", () => {
  const tokens = (model: string) => tokensOf({ ...ROW, id: "mlperf-train-1", model });
  const labels = ["MLPerf llama31_8b", "MLPerf gpt_oss_20b", "MLPerf gpt-oss-20b"];
  assert.deepEqual(labels.map(tokens), [8192, 8192, 8192]);
  assert.deepEqual(
    [tokens("MLPerf deepseekv3_671b"), tokens("DeepSeek-V3 pretrain")],
    [4096, 4096],
  );
});

test("trainedLabel() of FLUX.1 is the one that sees images of 256 by 256, an eighth of the tokens of 1024", () => {
  const label = trainedLabel({ ...ROW, model: "FLUX.1 pretrain" });
  assert.equal(label, trainedLabel({ ...ROW, model: "MLPerf flux1" }));
  const world = shippedWorld();
  const macs = (name: string) => {
    const found = world.model(name)?.model;
    assert.ok(found?.kind === "network");
    return networkMacs(found);
  };
  // 19 double blocks of 113 M a token and stream, 38 single ones of 113 M a token: 3.3e12 by hand.
  assert.ok(Math.abs(macs(label) / 3.3e12 - 1) < 0.05, String(macs(label)));
  assert.ok(macs("FLUX.1 schnell") > 7 * macs(label));
});

test("trainingNumerics() of language models on NVIDIA's Blackwell is NVFP4 from November 2025, FP8 before and elsewhere", () => {
  const found = shippedWorld().model("Llama-3.1-8B");
  assert.ok(found !== null);
  const format = (hardware: string, date: string) => {
    const device = shippedWorld().device(hardware);
    assert.ok(device !== null);
    return trainingNumerics({ ...ROW, hardware, date }, found.model, device)?.linear.name;
  };
  assert.equal(format("NVIDIA B200 SXM 180GB", "2025-11-12"), "nvfp4");
  assert.equal(format("NVIDIA B200 SXM 180GB", "2025-05-30"), "fp8");
  assert.equal(format("NVIDIA H100 SXM 80GB", "2025-11-12"), "fp8");
  assert.equal(format("AMD MI355X", "2025-11-12"), "fp8");
});

test("trained() spreads experts of a submission over devices where the row states no split", () => {
  const row = {
    ...ROW,
    id: "mlpt-1",
    model: "DeepSeek-V3 pretrain",
    hardware: "NVIDIA GB200 186GB",
    accelerators: 256,
    batch_or_concurrency: "16384",
    metric: "samples_per_s",
    unit: "samples/s",
  };
  const spread = trained(row, shippedWorld());
  assert.ok(typeof spread !== "string");
  const whole = trained({ ...row, tp: 1, pp: 4, ep: 1 }, shippedWorld());
  assert.ok(typeof whole !== "string");
  assert.ok(spread.samplesPerSecond.p50 > 1.2 * whole.samplesPerSecond.p50);
});

test("trainedLabel() names decoders of MaxText by their size, and their recipes set batch and recomputing", () => {
  const row = { ...ROW, engine: "MaxText (JAX)", hardware: "Google TPU v5e (2x v5e-256)" };
  const decoder = { ...row, model: "MaxText decoder 16B parameters", batch_or_concurrency: "" };
  assert.equal(trainedLabel(decoder), "maxtext-16b");
  assert.equal(trainedLabel({ ...row, model: "22B model" }), "maxtext-22b");
  assert.equal(trainedLabel({ ...ROW, model: "22B model" }), "22B model");
  assert.equal(trainedLabel({ ...ROW, model: "RNN-T" }), "RNN-T training");
  assert.deepEqual(sizesOf({ ...decoder, accelerators: 512 }, 64), { batch: 6 * 512 });
  assert.equal(recomputeOf(decoder), "full");
});

test("releasedOf() reads the year and month of a container, else of the row", () => {
  assert.ok(
    Math.abs(
      (releasedOf({ ...ROW, engine_version: "PyTorch 22.11-py3" }).released ?? 0) - 2022.83,
    ) < 0.01,
  );
  assert.equal(releasedOf({ ...ROW, date: "2024-01-15" }).released, 2024);
  assert.deepEqual(releasedOf({ ...ROW, engine_version: "2.14.0" }), {});
});

test("devicesOf() counts sixteen devices a node of DGX-2H", () => {
  const notes = "training performance: Multi-node on NVIDIA DGX-2H V100";
  assert.equal(devicesOf({ ...ROW, accelerators: 8, notes }), 16);
  assert.equal(devicesOf({ ...ROW, accelerators: 8 }), 8);
  const large = { ...ROW, model: "Transformer-XL", hardware: "NVIDIA V100 SXM3 32GB (DGX-2)" };
  assert.equal(devicesOf({ ...large, accelerators: 8, batch_or_concurrency: "4" }), 16);
  assert.equal(devicesOf({ ...large, accelerators: 8, batch_or_concurrency: "8" }), 8);
});

test("trained() takes context parallelism once, however often a row says it", () => {
  const notes = 'row "FSDP 4, CP 2"; context parallel 2';
  const row = { ...ROW, model: "Llama-3.1-8B", hardware: "NVIDIA H100 SXM 80GB", accelerators: 8 };
  const titan = { ...row, engine: "torchtitan", tp: 1, pp: 1, precision_weights: "bf16" };
  const long = { ...titan, input_tokens: 65_536, batch_or_concurrency: "local 1" };
  const tokens = (said: string) => {
    const answer = trained({ ...long, notes: said }, shippedWorld());
    assert.ok(typeof answer !== "string", String(answer));
    return answer.flops;
  };
  assert.equal(tokens(notes), tokens("CP 2"));
});

test("sizesOf() reads thousands as tables of DLRM print them, and a batch a device", () => {
  assert.deepEqual(sizesOf({ ...ROW, batch_or_concurrency: "64k" }, 1), { batch: 65536 });
  assert.deepEqual(sizesOf({ ...ROW, batch_or_concurrency: "4 per device" }, 8), { batch: 32 });
});

test("evaluatedShare() is what the rules of a benchmark evaluate between so many samples", () => {
  assert.equal(evaluatedShare("Llama-2-70B LoRA fine-tune"), 173 / 384);
  assert.equal(evaluatedShare("RNN-T"), 0);
});

test("a time to train has the width that was fitted to times to train, not a step's", () => {
  const { answered, step } = {
    answered: { ...TO_QUALITY, metric: "time_to_train_s", unit: "s" },
    step: { ...TO_QUALITY, metric: "step_time_s", unit: "s" },
  };
  const [whole, one] = validate([answered, step], shippedWorld());
  const widthOf = (each: typeof whole) => (each?.interval?.p90 ?? 0) / (each?.interval?.p10 ?? 1);
  assert.ok(widthOf(whole) > 1.02 * widthOf(one), `${widthOf(whole)} ${widthOf(one)}`);
  const end = whole?.interval?.p90 ?? 0;
  const measuredAt = (value: number) =>
    residualsOf(validate([{ ...answered, value }], shippedWorld())).map((residual) =>
      isHeld(residual, SHIPPED_WIDTHS),
    );
  assert.deepEqual(measuredAt(end * 0.999), [true]);
  assert.deepEqual(measuredAt(end * 1.001), [false]);
});

/** A pretraining of BERT on 64 H100 by MLPerf's rules. */
const TO_QUALITY: Row = {
  ...ROW,
  id: "mlpt-1",
  model: "BERT-Large pretrain",
  hardware: "NVIDIA H100 SXM 80GB",
  accelerators: 64,
  engine: "PyTorch",
  batch_or_concurrency: "3072",
  date: "2024-06-12",
};

test("trained() keeps scores of attention with sinks apart until containers of June 2026, and where a row says so", () => {
  const of = (version: string, notes = "MBS 4, CP 1") => {
    const sized = { accelerators: 64, tp: 1, pp: 1, ep: 64, input_tokens: 4096, notes };
    const ran = { engine: "Megatron-Bridge", engine_version: version, precision_weights: "bf16" };
    const row = { ...ROW, ...sized, ...ran, model: "GPT OSS 120B", hardware: "NVIDIA GB200 186GB" };
    const answer = trained({ ...row, batch_or_concurrency: "1280" }, shippedWorld());
    assert.ok(typeof answer !== "string", String(answer));
    return answer.parts.forward;
  };
  const after = of("26.06 NeMo Container");
  assert.ok(of("26.04.01 NeMo Container") > 1.3 * after);
  const lost = "MBS 4, CP 1; footnote: known cuDNN regression in this release";
  assert.ok(of("26.06.01 NeMo Container", lost) > 1.3 * after);
});

test("trained() runs experts in one kernel in MXFP8 from containers of June 2026 on, and otherwise apart", () => {
  const of = (version: string, precision: string, device = "NVIDIA GB200 186GB") => {
    const sized = {
      accelerators: 8,
      tp: 1,
      pp: 1,
      ep: 8,
      input_tokens: 4096,
      notes: "MBS 4, CP 1",
    };
    const ran = { engine: "Megatron-Bridge", engine_version: version, hardware: device };
    const row = { ...ROW, ...sized, ...ran, model: "Qwen3_30B_a3B", precision_weights: precision };
    const answer = trained({ ...row, batch_or_concurrency: "512" }, shippedWorld());
    assert.ok(typeof answer !== "string", String(answer));
    return answer.forward.every(({ operator }) => operator.name !== "experts/permute");
  };
  assert.equal(of("26.06 NeMo Container", "mxfp8"), true);
  assert.equal(of("26.04.01 NeMo Container", "mxfp8"), false);
  assert.equal(of("26.06 NeMo Container", "bf16"), false);
  assert.equal(of("26.06 NeMo Container", "fp8", "NVIDIA H100 SXM 80GB"), false);
});

test("trained() of BERT on Gaudi keeps scores of attention apart until November 2023, of ResNet never", () => {
  const of = (model: string, date: string) => {
    const ran = { hardware: "Habana Gaudi2", accelerators: 8, batch_or_concurrency: "448", date };
    const answer = trained(
      { ...ROW, ...ran, id: "mlpt-1", model, engine: "PyTorch" },
      shippedWorld(),
    );
    assert.ok(typeof answer !== "string", String(answer));
    return answer.parts.forward;
  };
  const bert = "BERT-Large pretrain";
  assert.ok(of(bert, "2023-06") > 1.1 * of(bert, "2023-11"));
  assert.equal(of("ResNet-50 v1.5", "2023-06"), of("ResNet-50 v1.5", "2023-11"));
});

test("trainingNumerics() of BERT by MLPerf's rules is FP8 on Hopper and 16 bits on Ampere, Ada and elsewhere", () => {
  const world = shippedWorld();
  const bits = (hardware: string, row: Partial<Row> = {}) => {
    const asked = { ...TO_QUALITY, hardware, ...row };
    const [device, named] = [world.device(hardware), world.model(asked.model)];
    assert.ok(device !== null && named !== null, hardware);
    return trainingNumerics(asked, named.model, device)?.linear.bits;
  };
  assert.equal(bits("NVIDIA H100 SXM 80GB"), 8);
  assert.equal(bits("NVIDIA A100 SXM 80GB"), 16);
  assert.equal(bits("NVIDIA L40S"), 16);
  assert.equal(bits("NVIDIA H100 SXM 80GB", { id: "dle-1" }), 16);
});

test("trainingNumerics() on Gaudi is BF16 for adapters, and for GPT-3 until FP8 came in November 2023", () => {
  const world = shippedWorld();
  const device = world.device("Habana Gaudi2");
  const gpt = world.model("GPT-3 175B");
  assert.ok(device !== null && gpt !== null);
  const bits = (row: Partial<Row>) =>
    trainingNumerics({ ...ROW, hardware: "Habana Gaudi2", ...row }, gpt.model, device)?.linear.bits;
  const named = { model: "GPT-3 175B pretrain" };
  assert.deepEqual(
    [bits({ ...named, date: "2023-06" }), bits({ ...named, date: "2023-11" })],
    [16, 8],
  );
  assert.equal(bits({ model: "Llama-2-70B LoRA", date: "2024-06" }), 16);
  assert.equal(bits({ ...named, date: "2023-06", hardware: "NVIDIA H100 SXM 80GB" }), 8);
});

test("trainedLabel() of MLPerf's ssd is SSD300 on ResNet-34 until v1.1 and RetinaNet's label since", () => {
  const ssd = (round: string) =>
    trainedLabel({ ...ROW, model: "MLPerf ssd", notes: `MLPerf Training v${round} closed` });
  assert.deepEqual([ssd("0.5"), ssd("1.1")], ["SSD300 ResNet-34", "SSD300 ResNet-34"]);
  assert.equal(ssd("2.0"), "MLPerf ssd");
});

test("trained() answers a run that our count of memory does not hold, with whole layers recomputed", () => {
  const row: Row = {
    ...ROW,
    id: "mlperf-train-1",
    model: "MLPerf gpt3",
    hardware: "TPU-v5e (system cloud-tpu-v5e-256)",
    accelerators: 256,
    batch_or_concurrency: "2048",
    input_tokens: 2048,
  };
  const answer = trained(row, shippedWorld());
  assert.ok(typeof answer !== "string", String(answer));
  assert.ok(answer.parts.recompute > 0.9 * answer.parts.forward, JSON.stringify(answer.parts));
});

test("a time to train is that of its samples and of the passes that evaluate: 173 for each 384 of the adapters", () => {
  const model = "Llama-2-70B LoRA fine-tune";
  const lora = { ...TO_QUALITY, model, accelerators: 8, batch_or_concurrency: "8" };
  const step = trained(lora, shippedWorld());
  assert.ok(typeof step !== "string", String(step));
  const timed = { ...lora, phase: "time_to_train", metric: "time_to_train_s", unit: "s" };
  const answer = predict(timed, shippedWorld());
  assert.ok("interval" in answer, JSON.stringify(answer));
  const passes = 1 + ((173 / 384) * step.parts.forward) / step.step.p50;
  const seconds = (3072 * passes) / step.samplesPerSecond.p50;
  assert.ok(passes > 1.05 && Math.abs(answer.interval.p50 / seconds - 1) < 1e-9, `${passes}`);
});
