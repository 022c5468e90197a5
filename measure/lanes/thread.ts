/** One core of this machine: repeats a kernel in step with others. */
import { parentPort, workerData } from "node:worker_threads";
import { kernelChore, type KernelName } from "./kernels.ts";
import { repeatedRates, type Spell } from "./repeats.ts";

export interface ThreadTask {
  readonly module: WebAssembly.Module;
  readonly kernel: KernelName;
  readonly size: number;
  readonly spell: Spell;
  /** Counts the threads that are ready; work begins when all are. */
  readonly gate: Int32Array<SharedArrayBuffer>;
  readonly threads: number;
}

const { module, kernel, size, spell, gate, threads } = workerData as ThreadTask;
const chore = await kernelChore(module, kernel, size);
const ready = Atomics.add(gate, 0, 1) + 1;
if (ready === threads) Atomics.notify(gate, 0);
for (let count = ready; count < threads; count = Atomics.load(gate, 0)) {
  Atomics.wait(gate, 0, count);
}
parentPort?.postMessage(await repeatedRates(chore, spell), []);
