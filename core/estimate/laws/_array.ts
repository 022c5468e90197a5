/**
 * Products on engines that multiply a fixed number of channels a cycle (convolution engines on FPGAs): channels are
 * padded to the sides of the array, an engine has a port of that width, and small tensors stay beside it.
 *
 * Source: AMD PG338, "Architecture of the DPUCZDX8G" (pixel, input and output parallelism); AMD PG389,
 * "Configuration Options" (image banks); the shares were chosen on the rows of drawn networks in AMD's model zoo
 * (mean of |ln| 0.33 to 0.30), so their level is no test of the law
 */
import { assert } from "../../assert.ts";
import type { Device } from "../../catalogue/index.ts";
import type { Convolution, Matmul, Operator } from "../../operators/index.ts";
import type { Bytes } from "../../units.ts";
import { type Kernel, kernel, overlapped } from "./_kernel.ts";
import { fallen, streamTime } from "./_memory.ts";
import type { Format } from "./format.ts";
import type { Target } from "./target.ts";

/** Share of its rate that a full array reaches. */
const REACH = 0.8;
/** Share of the memory bandwidth. */
const MEMORY = 0.7;
/** Rows of the array's side that pass an engine's port in a cycle: one in, one out. */
const PORT_ROWS = 2;
/** Sharpness of the ridge between arithmetic and traffic. */
const RIDGE = 2;
/** Cycles from one layer to the next. */
const LAYER = 3000;
/** Where one starts while the other drains: set with the rate of sums on the rows of the U50 alone. */
const LAYER_BESIDE = 500;
/** Share of an engine's memory that one tensor may fill and stay. */
const RESIDENT = 0.5;

type Array = NonNullable<Device["array"]>;

/** Seconds of a host's core a product, for layers that no engine has a window for; a core for each engine. */
const HOST_PRODUCT = 1e-9;

export function arrayKernel(
  operator: Operator,
  work: Convolution | Matmul,
  format: Format,
  target: Target,
): Kernel {
  const { array, units = 1 } = target.device;
  assert(array !== undefined, "an array has sides");
  const samples = Math.max(1, target.slices);
  const busy = Math.min(units, samples);
  if (isHosted(work, array)) {
    const time = (HOST_PRODUCT * operator.flops) / 2 / busy;
    return kernel(time, time, 0, 0);
  }
  const { inputs, outputs, pixels } = array;
  const fed = 2 * units * target.clock * inputs * outputs * Math.max(pixels, PORT_ROWS);
  const rate = Math.min(format.peak, fed) * (busy / units) * REACH;
  const compute = (operator.flops * arrayPadding(work, array, samples)) / rate;
  const bytes = movedBytes(operator, work, array, target);
  const ports = busy * target.clock * PORT_ROWS * array.inputs;
  const memory = Math.max(bytes / ports, streamTime(bytes, MEMORY, target));
  const overhead = (layerCycles(array) * (samples / busy)) / target.clock;
  return kernel(overlapped(compute, memory, RIDGE), compute, memory, overhead);
}

/** Additions, pools and activations: an engine has one port for them too. */
export function arrayPass({ read, written }: Operator, target: Target): Kernel {
  const { array, units = 1 } = target.device;
  assert(array !== undefined, "an array has sides");
  const samples = Math.max(1, target.slices);
  const busy = Math.min(units, samples);
  const ports = busy * (array.sums ?? array.passes ?? target.clock * PORT_ROWS * array.inputs);
  const memory = (read + written) / ports;
  return kernel(memory, 0, memory, (layerCycles(array) * samples) / busy / target.clock);
}

/** A compiler hands what exceeds its engine to the processor. Source: AMD UG1414, "Supported OPs and DPU Limitations" */
function isHosted(work: Convolution | Matmul, { window = Infinity }: Array): boolean {
  return work.kind === "convolution" && isDepthwise(work) && Math.max(...work.kernel) > window;
}

function isDepthwise({ k, kernel: sides, groups }: Convolution): boolean {
  return groups > 1 && k === taps(sides);
}

function layerCycles({ sums }: Array): number {
  return sums === undefined ? LAYER : LAYER_BESIDE;
}

/** Weights once for engines that share them; tensors padded to the array, unless they stay beside the engine. */
function movedBytes(
  { read, written }: Operator,
  work: Convolution | Matmul,
  array: Array,
  { device, slices, cache }: Target,
): Bytes {
  const { units = 1 } = device;
  const samples = Math.max(1, slices);
  const weights = Math.min(read, weightBytes(work));
  const { input, output } = channels(work);
  const held = RESIDENT * (cache / units) * samples;
  const tensors =
    fallen(((read - weights) * upTo(input, array.inputs)) / input, held) +
    fallen((written * upTo(output, array.outputs)) / output, held);
  return tensors + weights * Math.max(1, samples / (array.together ?? units));
}

/** Of all matrices of one operator, as they are stored. */
export function weightBytes(work: Convolution | Matmul): Bytes {
  const matrices = work.kind === "matmul" ? work.batch : work.groups;
  return (work.n * work.k * matrices * work.weights.bits) / 8;
}

function channels(work: Convolution | Matmul): { readonly input: number; readonly output: number } {
  if (work.kind === "matmul") return { input: work.k, output: work.n };
  const { n, k, groups, kernel } = work;
  return { input: (k / taps(kernel)) * groups, output: n * groups };
}

/**
 * Multiplications of a full array over those asked for, at least 1. Layers of few channels lay the columns of their
 * kernel beside them; depthwise layers use one input of each column, or an engine of their own beside the products.
 */
export function arrayPadding(
  work: Convolution | Matmul,
  { inputs, outputs, pixels, sums, square = 0 }: Array,
  samples: number,
): number {
  const { m, n, k } = work;
  const rows = m / samples;
  const places = upTo(rows, pixels) / rows;
  if (work.kind === "matmul") return (places * upTo(n, outputs) * upTo(k, inputs)) / (n * k);
  const [side = 1] = work.kernel;
  const most = Math.max(...work.kernel);
  const all = taps(most > square ? work.kernel : work.kernel.map(() => most));
  const deep = k / taps(work.kernel);
  if (isDepthwise(work)) {
    if (sums !== undefined) return places;
    return (places * inputs * upTo(work.groups * n, outputs)) / (work.groups * n);
  }
  const depth = deep * side <= inputs ? (all / side) * inputs : all * upTo(deep, inputs);
  return (places * upTo(n, outputs) * depth) / (n * k);
}

function taps(kernel: readonly number[]): number {
  return kernel.reduce((product, side) => product * side, 1);
}

function upTo(count: number, side: number): number {
  return Math.ceil(count / side) * side;
}
