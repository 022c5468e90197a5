/** A device as a row configured it: engines laid out on an FPGA, and the clock they ran at. */
import { fittedFigures } from "../core/estimate/laws/index.ts";
import type { Device } from "../core/index.ts";
import type { Fraction, Watts } from "../core/units.ts";
import { chipsOf } from "./chosen.ts";
import { coreCopies } from "./passes.ts";
import { isMlperf, type Row } from "./row.ts";

const ENGINES: readonly RegExp[] = [/(\d+) [\w-]+ kernels? running/, /at (\d+)PE@/];
const CLOCKS: readonly RegExp[] = [
  /DPU frequency used ([\d.]+) MHz/,
  /kernels? running at ([\d.]+) ?MHz/i,
];

/** Source: AMD PG400, "Hardware Architecture" (an instance has four batch engines) */
const KERNELS_OF_FOUR = /DPUCADF8H/;

/** `device` with the engines and the clock that the notes of the row print, its rates in proportion. */
export function configured(device: Device, row: Row): Device {
  const { units, clock } = device;
  if (device.array === undefined || units === undefined || clock === undefined) return device;
  const engines = ENGINES.map((words) => Number(words.exec(row.notes)?.[1])).find((n) => n > 0);
  const printed = CLOCKS.map((words) => Number(words.exec(row.notes)?.[1]) * 1e6).find(
    (n) => n > 0,
  );
  const each = KERNELS_OF_FOUR.test(row.notes) ? 4 : 1;
  const own = { units: each * (engines ?? units / each), clock: printed ?? clock };
  const share = (own.units / units) * (own.clock / clock);
  return { ...device, ...own, peak: times(device.peak, share) };
}

/**
 * Power limit over the rating in NVIDIA's submissions for efficiency ("MaxQ"), by model: middle of A100, H100 and H200.
 *
 * Source: power_limit in closed/NVIDIA/configs of mlcommons/inference_results v3.0 to v4.1, such as 225 W of 400 for
 * ResNet-50 on A100 SXM, 350 W of 700 for GPT-J on H100 SXM
 */
const POWER_LIMITS: readonly (readonly [model: RegExp, share: Fraction])[] = [
  [/resnet-?50|resnet$|3d-?unet|gpt-?j|diffusion/i, 0.5],
  [/retinanet|rnn-?t/i, 0.6],
  [/bert|dlrm/i, 0.66],
  [/llama|mixtral/i, 0.71],
];

/** Of modules, rated below {@link CARD_LEAST}: the mode in the middle. Source: Jetson Linux Developer Guide, nvpmodel (AGX Orin: 15, 30 and 50 W, and without limit) */
const MODULE_LIMIT: Fraction = 0.5;
const CARD_LEAST: Watts = 100;

/**
 * Pace of the mode of 30 W, in which boards of AGX Orin start: their GPU runs at 612 MHz of 1,301. Systems called "non MaxN
 * image" ran in it, and by their power (20 to 29 W at the wall, 36 to 54 in v2.0) NVIDIA's since v2.1, so the level of those
 * powers is no test of the law.
 *
 * Source: Jetson Linux Developer Guide, "Supported Modes and Power Efficiency", MODE_30W (nvpmodel 2)
 */
const START_PACE: Fraction = 612 / 1301;

/** Share of the rating that no clock changes. */
const FLOOR: Fraction = 0.25;

/** `device` under the limit that the row's system had: its clock falls until what it draws above the floor, which goes with the cube, fits. */
export function limited(device: Device, row: Row): Device {
  const { power, clock, peak, vector } = device;
  if (power?.max === undefined) return device;
  const share = limitOf(power.max, row);
  if (share === undefined) return device;
  const pace = Math.cbrt((share - FLOOR) / (1 - FLOOR));
  return {
    ...device,
    peak: times(peak, pace),
    power: { ...power, limit: share * power.max },
    ...(clock === undefined ? {} : { clock: pace * clock }),
    ...(vector === undefined ? {} : { vector: pace * vector }),
  };
}

/**
 * Cores that a mode of a Jetson AGX Xavier leaves on, of eight, and their clock.
 *
 * Source: Jetson Linux Developer Guide, "Supported Modes and Power Efficiency" (Jetson AGX Xavier, nvpmodel)
 */
const MODES: ReadonlyMap<string, { readonly units: number; readonly clock: number }> = new Map([
  ["MODE_10W", { units: 2, clock: 1.2e9 }],
  ["MODE_15W", { units: 4, clock: 1.2e9 }],
  ["MODE_30W_ALL", { units: 8, clock: 1.2e9 }],
  ["MODE_30W_6CORE", { units: 6, clock: 1.45e9 }],
  ["MODE_30W_4CORE", { units: 4, clock: 1.78e9 }],
  ["MODE_30W_2CORE", { units: 2, clock: 2.1e9 }],
]);

/**
 * TFLite before its library of products for ARM (ruy), and elsewhere without it, computes on one core: rows of three
 * processors are at 0.36 to 0.92 of what one core multiplies.
 */
const ONE_CORE = /tflite v(?!.*\(ruy\))/i;

/** Cores of a virtual machine, which its system lists: "(2 cores each as listed)", "(c5.2xlarge, 4 threads)". */
const LISTED = /\((?:[^()]*, )?(\d+) (?:cores each as listed|threads)\)/;

/**
 * Rate of eight bits over that of FP32 on vector units (VNNI), which ONNX Runtime's products stay at where there are tiles:
 * its networks gain 2 to 4 times by INT8 (VGG-16 3.6, where TensorFlow gains 6.6 on the same cores), by the 32 times of AMX none.
 *
 * Source: Intel Neural Compressor's table, int8/fp32 speedup (63 rows; one, of fully connected layers, gains 5.3)
 */
const NARROW_OVER_WIDE = 4;

function withoutTiles(peak: Device["peak"], vector: number | undefined, engine: string) {
  const most = NARROW_OVER_WIDE * (vector ?? Infinity);
  const { int8 = 0 } = peak;
  return /^onnx ?runtime/i.test(engine) && int8 > most ? { ...peak, int8: most } : peak;
}

/** A processor with the cores and the clock that a row left it. */
export function restricted(device: Device, { engine, hardware, notes }: Row): Device {
  const { kind, units, clock, peak, vector } = device;
  if (kind !== "cpu" || units === undefined) return device;
  const mode = MODES.get(/Power mode: (\w+)/.exec(notes)?.[1] ?? "");
  const listed = Math.min(units, Number(LISTED.exec(hardware)?.[1] ?? units));
  const own = { units: listed, ...mode, ...(ONE_CORE.test(engine) ? { units: 1 } : {}) };
  const pace = mode === undefined || clock === undefined ? 1 : mode.clock / clock;
  const share = (pace * own.units) / units;
  const rates = { peak: times(withoutTiles(peak, vector, engine), share) };
  return {
    ...device,
    ...own,
    ...rates,
    ...(vector === undefined ? {} : { vector: share * vector }),
  };
}

/** Share of the rating; undefined where nothing was limited. */
function limitOf(rating: Watts, { source_location: place, model, hardware, notes }: Row) {
  const isLimited = /_MaxQ\//.test(place);
  if (rating >= CARD_LEAST) {
    return isLimited ? POWER_LIMITS.find(([words]) => words.test(model))?.[1] : undefined;
  }
  const isLater = /Orin(?! N)/.test(hardware) && !/ v2\.0 /.test(notes);
  if (/non MaxN image/.test(notes) || (isLimited && isLater))
    return FLOOR + (1 - FLOOR) * START_PACE ** 3;
  return isLimited ? MODULE_LIMIT : undefined;
}

/**
 * Share of the best products that a library reaches whose choice of kernels nobody tuned: a wheel of PyTorch for ROCm 6.1
 * as it is, and TGI's image, which tunes the batches of its warm-up. Set on the prompts of these rows of one machine, so their
 * level is no test of the law.
 *
 * Source: nscale.com/blog, "AMD MI300X GPUs with GEMM tuning improves throughput and latency by up to 7.2x", July 2024;
 * dstackai/benchmarks amd/tgi_vs_vllm/vllm/.dstack.yml (pip install torch)
 */
const UNTUNED: readonly (readonly [place: RegExp, share: Fraction])[] = [
  [/tgi_vs_vllm\/vllm\//, 0.2],
  [/tgi_vs_vllm\/tgi\//, 0.5],
];

/**
 * Products of FP8 with a scale for each token and channel on AMD's devices, until PyTorch had a kernel for it (of February 2025). One
 * token takes as long as a hundred: a step of Llama-3.1-405B over eight MI300X took 136 to 143 ms for 4, 8, 16 and 32 users alike,
 * and 214 for 256. The rate is the one that puts products of 128 rows at the issue's, chosen among 110 to 360 with those rows in sight.
 *
 * Source: github.com/pytorch/pytorch/issues/143465 (108 to 111 TFLOP/s on MI300X); github.com/vllm-project/vllm/pull/12501
 */
const BY_TOKEN = {
  model: /^meta-llama\/.*-FP8$/,
  until: "2025-02",
  rate: 220e12,
  rows: 128,
} as const;

/** `device` with the rate that the products of the row's libraries reach. */
function untuned(device: Device, { source_location: place, model, date }: Row): Device {
  const { reached } = device;
  if (reached?.fp8 === undefined) return device;
  if (BY_TOKEN.model.test(model) && date !== "" && date < BY_TOKEN.until)
    return { ...device, rowsLeast: BY_TOKEN.rows, reached: { ...reached, fp8: BY_TOKEN.rate } };
  const share = UNTUNED.find(([words]) => words.test(place))?.[1];
  return share === undefined ? device : { ...device, reached: times(reached, share) };
}

function times<T extends object>(rates: T, factor: number): T {
  return Object.fromEntries(
    Object.entries(rates).map(([key, rate]) => [key, Number(rate) * factor]),
  ) as T;
}

/**
 * `device` as it multiplies FP32 for a transformer that nobody let round to TF32.
 *
 * Source: PyTorch documentation, "CUDA semantics", TensorFloat-32 (matrix products keep FP32 since 1.12);
 * NVIDIA/FasterTransformer src/fastertransformer/utils/cublasMMWrapper.cc (CUBLAS_COMPUTE_32F)
 */
export function unrounded(device: Device, { engine, precision_weights: weights }: Row): Device {
  if (weights !== "fp32" || !/pytorch|fastertransformer/i.test(engine)) return device;
  const { tf32: _, ...peak } = device.peak;
  return { ...device, peak };
}

/**
 * `device` as it multiplies by weights of which two in each four are zero: twice as fast.
 *
 * Source: NVIDIA A100 Tensor Core GPU architecture whitepaper, "Fine-grained structured sparsity"
 */
export function sparse(device: Device, { model }: Row): Device {
  return /2:4 sparse/.test(model) ? { ...device, peak: times(device.peak, 2) } : device;
}

/**
 * `count` devices that deal the tokens of one sample among them, as one: rates, memory, units and power in proportion; what
 * they exchange is little beside it (four tensors an attention), and kernels are launched as often as by one.
 */
export function gathered(device: Device, count: number): Device {
  if (count === 1) return device;
  const { kind, memory = {}, vector, cache, peak, power = {} } = device;
  const units = device.units ?? (kind === "gpu" ? fittedFigures(device)?.units : undefined);
  return {
    ...device,
    peak: times(peak, count),
    memory: times(memory, count),
    power: times(power, count),
    ...(units === undefined ? {} : { units: units * count }),
    ...(vector === undefined ? {} : { vector: vector * count }),
    ...(cache === undefined ? {} : { cache: cache * count }),
  };
}

/**
 * `device` with the memory of all of the row's: tables of recommenders lie spread over a submission's system, and what is looked up is
 * little beside what is computed.
 *
 * Source: mlcommons/inference recommendation/dlrm_v3/README.md (a checkpoint of 1 TB on eight devices); meta-pytorch/torchrec, sharding by rows
 */
export function pooled(device: Device, row: Row): Device {
  const { memory = {} } = device;
  const count = row.accelerators ?? 1;
  if (!isMlperf(row) || !/dlrm/i.test(row.model) || count === 1) return device;
  const { capacity, visible } = memory;
  return {
    ...device,
    memory: {
      ...memory,
      ...(capacity === undefined ? {} : { capacity: capacity * count }),
      ...(visible === undefined ? {} : { visible: visible * count }),
    },
  };
}

/** `device` as whoever ran a language model had it: one die of two, under a limit, with the libraries of the day. */
export function asRun(device: Device, row: Row): Device {
  return untuned(limited(gathered(device, instanceShare(row)), row), row);
}

/**
 * Share of a device that a row ran on: a core of two where each holds a copy, a die of two; the smallest of an A100's
 * instances has an eighth of its memory and its cache, and 14 of its 108 units.
 *
 * Source: NVIDIA Multi-Instance GPU user guide, "Supported MIG profiles" (1g.10gb: memory 1/8, SMs 1/7 of 98)
 */
export function instanceShare(row: Row): number {
  if (coreCopies(row) !== null || ONE_DIE.test(row.hardware)) return 1 / 2;
  if (chipsOf(row) > 1) return 1 / chipsOf(row);
  return MIG.test(row.hardware) ? 1 / 8 : 1;
}

/**
 * Name of the whole device, with the engine laid out on it where that is not its usual one. What runs on Metal runs on
 * the GPU beside the processor that its system names.
 */
export function wholeDevice({ hardware, notes, engine, engine_version: version }: Row): string {
  const laid = /DPUCAHX8L|DPUCADF8H|aieMISC|4PE@/.exec(notes);
  const isMetal = /-metal\b/.test(`${engine} ${version}`);
  const chip = isMetal ? hardware.replace(/^CPU: \d+x /, "") : hardware;
  return [chip.replace(MIG, ""), ...(laid ?? [])].join(" ");
}

/** Of an MI250X, which the catalogue lists whole. */
const ONE_DIE = / \(one GCD\)$/;
const MIG = / MIG 1x1g\.10gb$/;
