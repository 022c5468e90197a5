/**
 * A device that runs a model compiled as one graph, beside one that serves layers with other work between.
 *
 * Source: NVIDIA TensorRT documentation, "Working with Quantized Types" (calibrated scales are constants);
 * Qualcomm Cloud AI SDK and AMD Vitis AI user guides (tensors between layers stay in on-chip memory)
 */
import type { Device } from "../../catalogue/index.ts";
import type { FlopsPerSecond } from "../../units.ts";
import type { ProductShape, Tuned } from "./coefficients.ts";
import { withPeaks } from "./format.ts";
import type { Target } from "./target.ts";

/**
 * `target` with calibrated scales and with tensors handed on through the last-level cache.
 *
 * The 8-bit laws are of language models, whose kernels first measure the range of their activations; calibrated scales
 * are constants, so the product is the plain one at another rate. Eight bits on arrays and CPUs keep a lower ceiling.
 * GPUs compute a layer for the whole batch before the next; compilers of other machines take samples one by one.
 */
export function compiled(target: Target, batch: number): Target {
  const { laws, device } = target;
  const isWhole = device.kind === "gpu";
  const isHost = device.kind === "cpu";
  const bare = unrounded(laws["matmul/bf16"]);
  const plain = isHost ? shallow(bare) : bare;
  const narrow = Math.min(plain.compute, isHost ? HOST_REACH : NARROW_REACH);
  const eight = isWhole ? plain : { ...plain, compute: narrow };
  const own = { ...laws, "matmul/bf16": plain, "matmul/int8": eight, "matmul/fp8": eight };
  return {
    ...target,
    formats: isHost ? tiled(target, plain.compute) : target.formats,
    laws: device.systolic === undefined ? own : laidOut(own),
    slices: isWhole ? 1 : Math.max(1, batch),
  };
}

/** Share of peak of compiled products of eight bits on arrays, and of tiles in CPUs. Source: assumption; MLPerf ResNet-50 and BERT, Xeons and AI 100 */
export const NARROW_REACH = 0.58;

/** The same of eight bits on vector units. Source: assumption; between MLPerf's Xeons without tiles (0.58) and OpenVINO's processors of 4 to 24 cores (0.86) */
const HOST_REACH = 0.7;

/** Rate over that of vector units from which on a core multiplies tiles. Source: operations a cycle of AVX-512 64, VNNI 256, AMX 1,024 in BF16 */
const TILES_OVER_VECTOR = 8;

/** Whether products of such a peak are of tiles in a CPU. */
export function isTiled(peak: FlopsPerSecond, { kind, vector = Infinity }: Device): boolean {
  return kind === "cpu" && peak >= TILES_OVER_VECTOR * vector;
}

/** Formats of a CPU whose vector units reach `compute` of their peak; tiles, loaded and stored a row a cycle, less. */
function tiled({ formats, device }: Target, compute: number): Target["formats"] {
  return withPeaks(formats, ({ precision, peak }) => {
    if (!isTiled(peak, device)) return peak;
    const reach = precision === "int8" ? HOST_REACH : compute;
    return peak * Math.min(1, NARROW_REACH / reach);
  });
}

/** A law without the pass that rounds activations: they come in the format of the product. */
function unrounded(law: Tuned<ProductShape>): Tuned<ProductShape> {
  return { ...law, shape: { ...law.shape, rounding: 0 } };
}

/**
 * `target` where products find operands rounded, as in benchmarks of a library's product alone: neither the pass
 * over activations is paid nor its launch, by which BF16 products take less.
 */
export function prerounded(target: Target): Target {
  const { laws } = target;
  const { overhead } = laws["matmul/bf16"];
  const names = ["matmul/fp8", "matmul/fp8-block", "matmul/nvfp4"] as const;
  const bare = names.map((name) => {
    const law = unrounded(laws[name]);
    return [name, { ...law, overhead: Math.min(law.overhead, overhead) }];
  });
  return { ...target, laws: { ...laws, ...Object.fromEntries(bare) } };
}

/**
 * Depth that a core's blocks lose: a vector of channels. GPUs fill a pipeline of 132.
 *
 * Source: assumption; oneDNN developer guide, "Understanding Memory Formats" (nChw16c)
 */
const VECTOR = 16;

function shallow(law: Tuned<ProductShape>): Tuned<ProductShape> {
  return { ...law, shape: { ...law.shape, fill: VECTOR } };
}

/**
 * Overhead of an operator laid out beforehand for systolic arrays over that of a kernel that is launched.
 *
 * Source: assumption; chosen on one sentence a core of Inferentia2 (six encoders, 0.91 to 1.15 of what was measured), it
 * leaves Trainium's at 0.97 to 1.25 (six)
 */
const LAID_OUT = 0.15;

function laidOut(laws: Target["laws"]): Target["laws"] {
  const entries = Object.entries(laws).map(
    ([name, law]) => [name, { ...law, overhead: LAID_OUT * law.overhead }] as const,
  );
  return Object.fromEntries(entries) as unknown as Target["laws"];
}
