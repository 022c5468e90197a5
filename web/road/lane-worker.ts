/** One core of this machine, kept busy for a moment: what it multiplies and copies a second. */
import { kernelChore, shapeOf, type KernelName } from "../../measure/lanes/kernels.ts";
import { burst, repeatedRates } from "../../measure/lanes/repeats.ts";
import { upper } from "./rates.ts";

export interface LaneTask {
  /** Of kernels.wasm, compiled once for all workers. */
  readonly module: WebAssembly.Module;
  readonly kernel: KernelName;
  readonly seconds: number;
}

export interface LaneDone {
  /** FLOP/s of a product or of attention, bytes a second (read and written) of a copy. */
  readonly rate: number;
}

const SIZES = {
  /** Three matrices of this side are 768 KiB: in the second cache of most cores. */
  product: 256,
  /** Tokens. */
  attention: 256,
  /** Far more than caches hold. */
  bytes: 128 * 1024 * 1024,
};

addEventListener("message", ({ data }: MessageEvent<LaneTask>) => {
  void measured(data).then((done) => postMessage(done));
});

async function measured({ module, kernel, seconds }: LaneTask): Promise<LaneDone> {
  const chore = await kernelChore(module, kernel, SIZES[shapeOf(kernel)]);
  return { rate: upper(await repeatedRates(chore, burst(seconds))) };
}
