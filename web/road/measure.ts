/** Lanes of this very machine: one scalar core, one with SIMD, all cores, and the GPU where the browser offers one. */
import type { KernelName } from "../../measure/lanes/kernels.ts";
import { gpuRates } from "./gpu.ts";
import type { LaneDone, LaneTask } from "./lane-worker.ts";
import type { LaneRates } from "./rates.ts";

export const LANES = ["scalar", "simd", "cores", "gpu"] as const;
export type LaneName = (typeof LANES)[number];

export type Lanes = Partial<Readonly<Record<LaneName, LaneRates>>>;

const SECONDS = 0.4;
const CORES_MAX = 64;

/** Lane after lane; `reach` hears of each. Lanes that the browser does not offer are left out. */
export async function measureLanes(reach: (lanes: Lanes) => void): Promise<void> {
  const response = await fetch(new URL("kernels.wasm", document.baseURI));
  const module = await WebAssembly.compile(await response.arrayBuffer());
  const rate = (count: number, kernel: KernelName): Promise<number> =>
    together(count, { module, seconds: SECONDS, kernel });
  const bandwidth = await rate(1, "copy");
  const scalar = {
    compute: await rate(1, "scalar"),
    bandwidth,
    attention: await rate(1, "attention-scalar"),
  };
  reach({ scalar });
  const simd = {
    compute: await rate(1, "simd"),
    bandwidth,
    attention: await rate(1, "attention-simd"),
  };
  reach({ scalar, simd });
  const count = Math.min(CORES_MAX, navigator.hardwareConcurrency);
  const cores = {
    compute: await rate(count, "simd"),
    bandwidth: await rate(count, "copy"),
    attention: await rate(count, "attention-simd"),
  };
  reach({ scalar, simd, cores });
  const gpu = await gpuRates();
  if (gpu !== null) reach({ scalar, simd, cores, gpu });
}

/** The task on so many workers at a time; what all of them reach together. */
async function together(count: number, task: LaneTask): Promise<number> {
  const rates = await Promise.all(Array.from({ length: count }, () => alone(task)));
  return rates.reduce((sum, rate) => sum + rate, 0);
}

function alone(task: LaneTask): Promise<number> {
  const worker = new Worker(new URL("lane-worker.js", document.baseURI), { type: "module" });
  return new Promise((resolve, reject) => {
    worker.addEventListener("message", ({ data }: MessageEvent<LaneDone>) => {
      worker.terminate();
      resolve(data.rate);
    });
    worker.addEventListener("error", ({ message }) => {
      worker.terminate();
      reject(new Error(message));
    });
    worker.postMessage(task);
  });
}
