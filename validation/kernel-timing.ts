/** What benchmarks of single kernels timed beside the kernel. */
import type { Operator } from "../core/operators/index.ts";
import type { Seconds } from "../core/units.ts";
import type { Row } from "./row.ts";

/** Time that a row's benchmark reads of a kernel that takes `alone`. */
export function timedKernel(row: Row, { work }: Operator, alone: Seconds): Seconds {
  const { source, engine, notes } = row;
  if (/LLMCompass/.test(source)) return alone + LAUNCHED_AND_AWAITED;
  if (engine.startsWith("JAX")) return Math.max(alone + blocks(row, work) * BLOCK, DISPATCHED);
  const kernel = EAGER.exec(notes)?.[1];
  return kernel === undefined ? alone : Math.max(alone, eagerTime(kernel, row));
}

/**
 * A framework's kernel, from its launch until the host had word of its end: the middle of small products on A100, which
 * MI210's follow.
 *
 * Source: PrincetonUniversity/LLMCompass software_model/transformer.py, run_on_gpu (gpu_kernel_launch_overhead() is
 * measured apart and not taken off)
 */
const LAUNCHED_AND_AWAITED: Seconds = 22e-6;

/** A kernel that is called from Python by JAX: of products that take 14 us on TPU v5e, the row's own words. */
const DISPATCHED: Seconds = 121e-6;
/** Each block of a kernel that a grid of blocks is written for. Source: products by blocks of 128 on TPU v5e, 0.35 and 0.36 us */
const BLOCK: Seconds = 0.35e-6;

function blocks({ notes }: Row, work: Operator["work"]): number {
  const sides = /bm(\d+) bk(\d+) bn(\d+)/.exec(notes)?.slice(1).map(Number);
  if (sides === undefined || work.kind !== "matmul") return 0;
  const [m = 1, k = 1, n = 1] = sides;
  return Math.ceil(work.m / m) * Math.ceil(work.k / k) * Math.ceil(work.n / n);
}

/**
 * Products with a scale for each block through vLLM: launched one by one by Python where other products are replayed from a graph, so
 * that a small one takes what its host does.
 *
 * Source: ai-dynamo/aiconfigurator collector/vllm/collect_gemm.py (`use_cuda_graph=gemm_type != "fp8_block"`); its note on B300
 * with vLLM 0.25 (149 us so, 12 replayed)
 */
const EAGER = /kernel (\w+)Fp8BlockScaledMMKernel/;

/** The middle of rows of up to 256 tokens: on H100 and H200, Triton's on L40S. */
const EAGER_TIMES: Readonly<Record<string, Seconds>> = {
  FlashInfer: 60e-6,
  DeepGemm: 88e-6,
  Triton: 336e-6,
};
/** DeepGEMM on B200 over that on H100 and H200: scales are laid out anew for each call. Source: the same rows */
const RELAID = 2.05;
/** Launching by a Grace CPU over that by those beside B200: the same rows, 305 and 181 us. */
const GRACE = 1.7;

function eagerTime(kernel: string, { hardware }: Row): Seconds {
  const relaid = kernel === "DeepGemm" && /\bG?B[23]00/.test(hardware) ? RELAID : 1;
  return (EAGER_TIMES[kernel] ?? 0) * relaid * (/\bG[BH][23]00/.test(hardware) ? GRACE : 1);
}
