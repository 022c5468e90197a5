/** Lanes by WebAssembly: one scalar core, one with SIMD, all cores; memory read and copied by size. */
import { shapeOf, type KernelName } from "./kernels.ts";
import { ratesInStep } from "./in-step.ts";
import { repeatsInterval, type Lane } from "./lane.ts";
import { threadClock } from "./cpu-clock.ts";
import type { Spell } from "./repeats.ts";
import type { ThreadTask } from "./thread.ts";

/** Built files are bundled: this one is then a chunk, and the thread an entry of its own. */
const IS_BUILT = !import.meta.url.endsWith(".ts");
const THREAD = new URL(IS_BUILT ? "../lanes/thread.js" : "./thread.ts", import.meta.url);

export interface WasmTask {
  readonly kernel: KernelName;
  readonly size: number;
  readonly threads: number;
}

const KIB = 1024;
const MIB = KIB * KIB;
/** A matrix of the last is in the second cache of most cores; beyond it the plain kernel measures memory. */
const SIDES = [64, 128, 256] as const;
/** Tokens of one head, whose keys and values are in the second cache of most cores. */
const TOKENS = 256;
/** First caches to last caches, a thread; then memory. */
const CACHED = [16 * KIB, 256 * KIB, 4 * MIB, 64 * MIB] as const;
const MEMORY_MOST = 512 * MIB;
/** Share of the free memory that all threads together take. */
const MEMORY_SHARE = 0.25;

/** What is measured with `threads` cores of which each may take its part of `free` bytes of memory. */
export function wasmTasks(threads: number, free: number): readonly WasmTask[] {
  const part = (free * MEMORY_SHARE) / threads;
  const memory = Math.min(MEMORY_MOST, 2 ** Math.floor(Math.log2(Math.max(1, part))));
  const sizes = [...CACHED.filter((size) => size < memory), memory];
  const counts = threads === 1 ? [1] : [1, threads];
  return [
    ...SIDES.map((size): WasmTask => ({ kernel: "scalar", size, threads: 1 })),
    { kernel: "attention-scalar", size: TOKENS, threads: 1 },
    ...counts.flatMap((count) => [
      ...SIDES.map((size): WasmTask => ({ kernel: "simd", size, threads: count })),
      { kernel: "attention-simd", size: TOKENS, threads: count } satisfies WasmTask,
      ...(["read", "copy"] as const).flatMap((kernel) =>
        sizes.map((size): WasmTask => ({ kernel, size, threads: count })),
      ),
    ]),
  ];
}

/**
 * The task on its threads at once: what all of them reach together, repeat by repeat. A burst goes by the time of
 * processors, where Node says it; what is kept up for `sustained` seconds by the wall's.
 */
export async function wasmLane(
  module: WebAssembly.Module,
  task: WasmTask,
  { spell, sustained = null }: { readonly spell: Spell; readonly sustained?: number | null },
): Promise<Lane> {
  const { kernel, size, threads } = task;
  const clock = sustained === null && threadClock() !== null ? "processor" : "wall";
  const own: ThreadTask = { module, kernel, size, spell, clock };
  const rates = await ratesInStep(THREAD, threads, own);
  return {
    what: workOf(kernel),
    precision: shapeOf(kernel) === "bytes" ? null : "fp32",
    threads,
    size,
    rate: repeatsInterval(rates),
    method: `wasm ${kernel.endsWith("scalar") ? "scalar" : "SIMD"}`,
    clock,
    sustained,
    power: null,
  };
}

function workOf(kernel: KernelName): Lane["what"] {
  if (kernel === "read" || kernel === "copy") return kernel;
  return shapeOf(kernel) === "attention" ? "attention" : "matmul";
}

/** The kernels, as built; from their text where the sources run. */
export async function kernelModule(): Promise<WebAssembly.Module> {
  const { readFile } = await import("node:fs/promises");
  const bytes = IS_BUILT
    ? new Uint8Array(await readFile(new URL("../../web/kernels.wasm", import.meta.url)))
    : await (await import("../../scripts/_kernels.ts")).assembledKernels();
  return WebAssembly.compile(bytes);
}
