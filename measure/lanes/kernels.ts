/** Kernels of WebAssembly that a page and a program measure a core with: web/road/kernels.wat. */
import type { Chore } from "./repeats.ts";

const SHAPES = {
  scalar: "product",
  simd: "product",
  "attention-scalar": "attention",
  "attention-simd": "attention",
  copy: "bytes",
  read: "bytes",
} as const;

export type KernelName = keyof typeof SHAPES;

export interface Kernels extends Readonly<Record<KernelName, (size: number) => void>> {
  readonly memory: WebAssembly.Memory;
}

const PAGE_BYTES = 65_536;
const FLOAT_BYTES = 4;
/** Of the one head that attends. */
export const HEAD_WIDTH = 64;

/** Bytes of memory, and FLOPs or bytes of one time; of attention the two products alone count, as usual. */
const NEEDS = {
  product: (side: number) => ({ bytes: 3 * side * side * FLOAT_BYTES, amount: 2 * side ** 3 }),
  attention: (tokens: number) => ({
    bytes: (4 * HEAD_WIDTH + 1) * tokens * FLOAT_BYTES,
    amount: 4 * tokens ** 2 * HEAD_WIDTH,
  }),
  bytes: (size: number) => ({ bytes: size, amount: size }),
};

/** What a kernel counts in: FLOPs of a product or of attention, else bytes. */
export function shapeOf(name: KernelName): keyof typeof NEEDS {
  return SHAPES[name];
}

/** A memory of its own with room for the kernel, full of ones. */
export async function kernelsFor(
  module: WebAssembly.Module,
  name: KernelName,
  size: number,
): Promise<Kernels> {
  const instance = await WebAssembly.instantiate(module);
  const kernels = instance.exports as unknown as Kernels;
  kernels.memory.grow(Math.ceil(NEEDS[SHAPES[name]](size).bytes / PAGE_BYTES));
  new Float32Array(kernels.memory.buffer).fill(1);
  return kernels;
}

/**
 * The kernel in a memory of its own: a product of FP32 matrices of side `size`, attention over `size` tokens, or reading
 * or copying `size` bytes, of which a copy moves one half onto the other.
 */
export async function kernelChore(
  module: WebAssembly.Module,
  name: KernelName,
  size: number,
): Promise<Chore> {
  const kernel = (await kernelsFor(module, name, size))[name];
  return {
    run: (times) => {
      for (let time = 0; time < times; time += 1) kernel(size);
    },
    amount: NEEDS[SHAPES[name]](size).amount,
  };
}
