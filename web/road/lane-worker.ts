/** One core of this machine, kept busy for a moment: what it multiplies and copies a second. */

export interface LaneTask {
  /** Of kernels.wasm, compiled once for all workers. */
  readonly module: WebAssembly.Module;
  readonly kernel: "scalar" | "simd" | "copy";
  readonly seconds: number;
}

export interface LaneDone {
  /** FLOP/s of a product, bytes a second (read and written) of a copy. */
  readonly rate: number;
}

interface Kernels {
  readonly memory: WebAssembly.Memory;
  readonly scalar: (n: number) => void;
  readonly simd: (n: number) => void;
  readonly copy: (bytes: number) => void;
}

/** Three matrices of this side are 768 KiB: in the second cache of most cores. */
const SIDE = 256;
/** Far more than caches hold. */
const COPY_BYTES = 128 * 1024 * 1024;
const PAGE_BYTES = 65_536;
const FLOPS = 2 * SIDE ** 3;

addEventListener("message", ({ data }: MessageEvent<LaneTask>) => {
  void measured(data).then((done) => postMessage(done));
});

async function measured({ module, kernel, seconds }: LaneTask): Promise<LaneDone> {
  const instance = await WebAssembly.instantiate(module);
  const kernels = instance.exports as unknown as Kernels;
  const bytes = kernel === "copy" ? COPY_BYTES : 3 * SIDE * SIDE * 4;
  kernels.memory.grow(Math.ceil(bytes / PAGE_BYTES));
  new Float32Array(kernels.memory.buffer).fill(1);
  const once = kernel === "copy" ? () => kernels.copy(bytes) : () => kernels[kernel](SIDE);
  once();
  const began = performance.now();
  let runs = 0;
  let elapsed = 0;
  while (elapsed < seconds) {
    once();
    runs += 1;
    elapsed = (performance.now() - began) / 1000;
  }
  return { rate: (runs * (kernel === "copy" ? bytes : FLOPS)) / elapsed };
}
