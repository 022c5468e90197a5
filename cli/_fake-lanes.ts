/** Lanes and a GPU of which tests say only what they are about. */
import type { Lane, Measured } from "../measure/lanes/index.ts";

/** A burst of products at `rate`, whose repeats were all alike. */
export function fakeLane(rate: number, given: Partial<Lane> = {}): Lane {
  return {
    what: "matmul",
    precision: "fp32",
    threads: 1,
    size: 256,
    clock: "processor",
    method: "wasm SIMD",
    sustained: null,
    power: null,
    rate: { p10: rate, p50: rate, p90: rate, basis: "measured" },
    ...given,
  };
}

export const FAKE_GPU: Measured["gpus"][number]["gpu"] = {
  by: "CUDA",
  name: "H100",
  vendor: "NVIDIA",
  architecture: null,
  isSoftware: false,
  memory: null,
  units: null,
  power: null,
  clock: null,
  cache: null,
};
