/** Kernels of WebAssembly that a page and a program measure a core with: web/road/kernels.wat. */
import type { Chore } from "./repeats.ts";

export type KernelName = "scalar" | "simd" | "copy" | "read";

interface Kernels extends Readonly<Record<KernelName, (size: number) => void>> {
  readonly memory: WebAssembly.Memory;
}

const PAGE_BYTES = 65_536;
const FLOAT_BYTES = 4;

/**
 * The kernel in a memory of its own: a product of FP32 matrices of side `size`, or reading or copying
 * `size` bytes, of which a copy moves one half onto the other.
 */
export async function kernelChore(
  module: WebAssembly.Module,
  name: KernelName,
  size: number,
): Promise<Chore> {
  const instance = await WebAssembly.instantiate(module);
  const kernels = instance.exports as unknown as Kernels;
  const isProduct = name === "scalar" || name === "simd";
  const bytes = isProduct ? 3 * size * size * FLOAT_BYTES : size;
  kernels.memory.grow(Math.ceil(bytes / PAGE_BYTES));
  new Float32Array(kernels.memory.buffer).fill(1);
  const kernel = kernels[name];
  return {
    run: (times) => {
      for (let time = 0; time < times; time += 1) kernel(size);
    },
    amount: isProduct ? 2 * size ** 3 : size,
  };
}
