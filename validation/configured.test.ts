import assert from "node:assert/strict";
import { test } from "node:test";
import { catalogue, findDevice } from "../core/catalogue/index.ts";
import {
  asRun,
  configured,
  gathered,
  instanceShare,
  limited,
  pooled,
  restricted,
  wholeDevice,
  unrounded,
} from "./configured.ts";
import type { Row } from "./row.ts";

const row = (notes: string) => ({ notes }) as Row;

test("configured() gives an FPGA the engines and the clock of the row, and its rate in proportion", () => {
  const found = findDevice(catalogue, "Alveo U50LV");
  assert.ok(found.ok);
  const own = configured(
    found.value,
    row("DPU: 8 DPUCAHX8H-DWC kernels running at 275Mhz in Gen3x4; DPU frequency used 165 MHz"),
  );
  assert.deepEqual([own.units, own.clock], [8, 165e6]);
  assert.ok(Math.abs((own.peak.int8 ?? 0) - 8 * 4096 * 165e6) < 1e6);
});

test("configured() takes the clock that kernels run at where no other is printed", () => {
  const found = findDevice(catalogue, "Alveo U50");
  assert.ok(found.ok);
  const { units, clock } = configured(
    found.value,
    row("DPU: 1 DPUCAHX8L kernel running at 333Mhz"),
  );
  assert.deepEqual([units, clock], [1, 333e6]);
});

test("configured() counts four engines in each kernel of DPUCADF8H, which wholeDevice() tells from the usual engine", () => {
  const notes = "DPU: 2 DPUCADF8H kernels running at 300Mhz";
  const label = wholeDevice({ hardware: "AMD/Xilinx Alveo U200", notes } as Row);
  const found = findDevice(catalogue, label);
  assert.ok(found.ok);
  assert.equal(found.value.id, "alveo-u200-batch");
  const { units, peak } = configured(found.value, row(notes));
  assert.equal(units, 8);
  assert.ok(Math.abs((peak.int8 ?? 0) - 8 * 4096 * 300e6) < 1e6);
});

test("configured() leaves other devices as they are", () => {
  const found = findDevice(catalogue, "H100 SXM");
  assert.ok(found.ok);
  assert.equal(configured(found.value, row("8 kernels running")), found.value);
});

test("limited() draws half of the rating for GPT-J at seven tenths of the clock, where the system is named MaxQ", () => {
  const found = findDevice(catalogue, "H100 SXM");
  assert.ok(found.ok);
  const { value: whole } = found;
  const place = "closed/NVIDIA/results/DGX-H100_H100-SXM-80GBx8_TRT_MaxQ/gptj-99/Offline";
  const asked = { source_location: place, model: "GPT-J-6B", notes: "" } as Row;
  const { power, peak } = limited(whole, asked);
  assert.deepEqual(power, { ...whole.power, limit: 350 });
  assert.ok(Math.abs((peak.bf16 ?? 0) / (whole.peak.bf16 ?? 1) - Math.cbrt(1 / 3)) < 1e-12);
  const free = { ...asked, source_location: place.replace("_MaxQ", "") };
  assert.equal(limited(whole, free), whole);
  assert.equal(limited(whole, { ...asked, model: "R-GAT" }), whole);
});

test("limited() runs AGX Orin at 612 MHz of 1,301 where its system is named non MaxN, and at seven tenths under MaxQ of v2.0", () => {
  const found = findDevice(catalogue, "Jetson AGX Orin 32G");
  assert.ok(found.ok);
  const { value: whole } = found;
  const place = "closed/CTuning/results/orin/resnet50/Offline";
  const hardware = "NVIDIA Jetson AGX Orin 32G";
  const pace = (row: Partial<Row>) =>
    (limited(whole, { source_location: place, hardware, ...row } as Row).clock ?? 0) / 1.3e9;
  assert.ok(Math.abs(pace({ notes: "MLPerf v3.1 closed, (non MaxN image)" }) - 612 / 1301) < 1e-9);
  assert.equal(pace({ notes: "MLPerf v3.1 closed, (64K page size)" }), 1);
  const named = { source_location: "closed/NVIDIA/results/Orin_TRT_MaxQ/resnet50/Offline" };
  assert.ok(Math.abs(pace({ ...named, notes: "MLPerf v2.0 closed" }) - Math.cbrt(1 / 3)) < 1e-9);
  assert.ok(Math.abs(pace({ ...named, notes: "MLPerf v3.0 closed" }) - 612 / 1301) < 1e-9);
  const other = { ...named, hardware: "NVIDIA Orin NX 16G", notes: "MLPerf v3.0 closed" };
  assert.ok(Math.abs(pace(other) - Math.cbrt(1 / 3)) < 1e-9);
});

test("instanceShare() of the smallest instance of an A100 is an eighth of the whole", () => {
  const part = { hardware: "NVIDIA A100 SXM 80GB MIG 1x1g.10gb", notes: "" } as Row;
  assert.equal(wholeDevice(part), "NVIDIA A100 SXM 80GB");
  assert.equal(instanceShare(part), 1 / 8);
  assert.equal(instanceShare({ hardware: "NVIDIA A100 SXM 80GB" } as Row), 1);
});

test("asRun() halves an MI250X of which one die ran, and lowers what untuned libraries reach of an MI300X", () => {
  const found = (name: string) => {
    const device = findDevice(catalogue, name);
    assert.ok(device.ok);
    return device.value;
  };
  const [pair, whole] = [found("MI250X"), found("MI300X")];
  const row = { hardware: "AMD MI250X (one GCD)", source_location: "", notes: "" } as Row;
  assert.equal(asRun(pair, row).memory?.bandwidth, (pair.memory?.bandwidth ?? 0) / 2);
  assert.equal(asRun(pair, { ...row, hardware: "AMD MI250X" }), pair);
  const hardware = "AMD Instinct MI300X";
  const place = "amd/tgi_vs_vllm/vllm/data/result_vllm_long.csv line 2";
  const slow = asRun(whole, { ...row, hardware, source_location: place });
  assert.ok(Math.abs((slow.reached?.bf16 ?? 0) / (whole.reached?.bf16 ?? 1) - 0.2) < 1e-12);
  assert.equal(slow.peak.bf16, whole.peak.bf16);
  const published = { ...row, hardware, model: "meta-llama/Llama-3.1-405B-FP8", date: "2024-11" };
  assert.equal(asRun(whole, published).reached?.fp8, 220e12);
  assert.equal(asRun(whole, published).rowsLeast, 128);
  assert.equal(asRun(whole, { ...published, date: "2025-06" }), whole);
  assert.equal(asRun(found("H100 SXM"), published).reached, undefined);
});

test("gathered() of four devices has four times the rate, the memory and the power, and one alone is itself", () => {
  const found = findDevice(catalogue, "H100 SXM");
  assert.ok(found.ok);
  assert.equal(gathered(found.value, 1), found.value);
  const { peak, memory, power, units } = gathered(found.value, 4);
  const alone = found.value;
  assert.deepEqual(
    [peak.bf16, memory?.bandwidth, power?.max, units],
    [alone.peak.bf16, alone.memory?.bandwidth, alone.power?.max, alone.units].map(
      (one) => 4 * (one ?? 0),
    ),
  );
  const { units: counted, ...uncounted } = alone;
  assert.ok(counted !== undefined);
  assert.equal(gathered(uncounted, 4).units, 4 * 128);
});

test("unrounded() of FP32 in PyTorch or FasterTransformer has no TF32; other formats and engines do", () => {
  const found = findDevice(catalogue, "A100 SXM 80GB");
  assert.ok(found.ok);
  const of = (engine: string, precision_weights: string) =>
    unrounded(found.value, { engine, precision_weights } as Row).peak.tf32;
  assert.equal(of("FasterTransformer cpp", "fp32"), undefined);
  assert.equal(of("PyTorch", "fp32"), undefined);
  assert.ok(of("PyTorch", "tf32") !== undefined);
  assert.ok(of("TensorRT", "fp32") !== undefined);
});

test("restricted() leaves a processor the cores and the clock of its mode: 4 of 8 at 1.2 GHz of 2.265 in MODE_15W", () => {
  const found = findDevice(catalogue, "carmel-xavier");
  assert.ok(found.ok);
  const { value: whole } = found;
  const asked = { engine: "ArmNN v21.05 (Neon)", notes: "hw_notes: Power mode: MODE_15W" } as Row;
  const own = restricted(whole, asked);
  assert.deepEqual([own.units, own.clock], [4, 1.2e9]);
  const share = (4 / 8) * (1.2e9 / (whole.clock ?? 0));
  assert.ok(Math.abs((own.vector ?? 0) / (whole.vector ?? 1) - share) < 1e-12);
  assert.deepEqual(restricted(whole, { ...asked, notes: "Power mode: MAXN" }), whole);
});

test("restricted() gives TFLite without its library of products one core", () => {
  const found = findDevice(catalogue, "ryzen-9-7950x");
  assert.ok(found.ok);
  const { value: whole } = found;
  const own = restricted(whole, { engine: "TFLite v1.15.0-rc2", notes: "" } as Row);
  assert.equal(own.units, 1);
  assert.ok(Math.abs((own.peak.int8 ?? 0) - (whole.peak.int8 ?? 0) / 16) < 1);
  assert.equal(restricted(whole, { engine: "TFLite v2.2.0 (ruy)", notes: "" } as Row).units, 16);
});

test("restricted() leaves a virtual machine the cores that its system lists, and never more than there are", () => {
  const found = findDevice(catalogue, "Xeon Platinum 8259CL");
  assert.ok(found.ok);
  const { value: whole } = found;
  const cores = (hardware: string) =>
    restricted(whole, { hardware, engine: "OpenVINO", notes: "" } as Row);
  const part = cores(
    "CPU: 1x Intel(R) Xeon(R) Platinum 8259CL CPU @ 2.50GHz (2 cores each as listed)",
  );
  assert.equal(part.units, 2);
  assert.ok(Math.abs((part.peak.int8 ?? 0) / (whole.peak.int8 ?? 0) - 2 / 24) < 1e-12);
  assert.equal(cores("Intel Xeon Platinum 8259CL (c5.2xlarge, 4 threads)").units, 4);
  assert.equal(cores("CPU: 2x Xeon Platinum 8259CL (224 cores each as listed)").units, 24);
});

test("wholeDevice() of what ran on Metal is the GPU beside the processor", () => {
  const row = {
    hardware: "CPU: 1x Apple M1 Pro (10 cores each as listed)",
    notes: "",
    engine: "tf",
  };
  const id = (engine_version: string) => {
    const found = findDevice(catalogue, wholeDevice({ ...row, engine_version } as Row));
    return found.ok ? found.value.id : null;
  };
  assert.equal(id("Tensorflow v2.13.0 with tensorflow-metal"), "apple-m1-pro");
  assert.equal(id("v2.18.0"), "apple-m1-pro-cpu");
});

test("wholeDevice() tells a VCK5000 whose engines pass over tensors by themselves", () => {
  const hardware = "AMD/Xilinx VCK5000 (Versal ACAP)";
  for (const [engine, id] of [
    ["DPUCVDX8H-aieMISC running at 6PE@350 MHz", "vck5000-misc"],
    ["DPUCVDX8H running at 4PE@350 MHz", "vck5000-misc"],
    ["DPUCVDX8H-aieDWC running at 6PE@350 MHz", "vck5000"],
  ]) {
    const found = findDevice(catalogue, wholeDevice({ hardware, notes: `DPU: ${engine}` } as Row));
    assert.ok(found.ok && found.value.id === id, engine);
  }
});

test("restricted() leaves ONNX Runtime the INT8 of vector units, four times their FP32, where there are tiles", () => {
  const int8 = (name: string, engine: string) => {
    const found = findDevice(catalogue, name);
    assert.ok(found.ok);
    const row = { engine, hardware: "", notes: "" } as Row;
    return (restricted(found.value, row).peak.int8 ?? 0) / (found.value.vector ?? 1);
  };
  assert.ok(Math.abs(int8("Xeon Platinum 8480+", "ONNX Runtime 1.17.1") - 4) < 1e-9);
  assert.ok(int8("Xeon Platinum 8480+", "PyTorch 2.2.1") > 8);
  assert.equal(int8("Xeon Platinum 8280", "ONNX Runtime"), int8("Xeon Platinum 8280", "PyTorch"));
});

test("pooled() spreads the tables of a submission's recommender over its devices, and nothing of other rows", () => {
  const found = findDevice(catalogue, "H200 SXM");
  assert.ok(found.ok);
  const { value: device } = found;
  const submitted = { id: "mlpi-1", model: "DLRM-v3", accelerators: 8 } as Row;
  assert.equal(pooled(device, submitted).memory?.capacity, 8 * 141e9);
  assert.equal(pooled(device, { ...submitted, model: "ResNet-50 v1.5" }), device);
  assert.equal(pooled(device, { ...submitted, id: "misc-1" }), device);
});
