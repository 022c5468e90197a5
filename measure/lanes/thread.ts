/** One core of this machine: repeats a kernel in step with others. */
import { parentPort, workerData } from "node:worker_threads";
import type { Lane } from "./lane.ts";
import { kernelChore, type KernelName } from "./kernels.ts";
import { threadClock } from "./cpu-clock.ts";
import { repeatedRates, type Spell } from "./repeats.ts";

export interface ThreadTask {
  readonly module: WebAssembly.Module;
  readonly kernel: KernelName;
  readonly size: number;
  readonly spell: Spell;
  readonly clock: Lane["clock"];
  /** Counts the threads that are ready; work begins when all are. */
  readonly gate: Int32Array<SharedArrayBuffer>;
  readonly threads: number;
}

const { module, kernel, size, spell, clock, gate, threads } = workerData as ThreadTask;
const chore = await kernelChore(module, kernel, size);
const ready = Atomics.add(gate, 0, 1) + 1;
if (ready === threads) Atomics.notify(gate, 0);
for (let count = ready; count < threads; count = Atomics.load(gate, 0)) {
  Atomics.wait(gate, 0, count);
}
const now = clock === "processor" ? threadClock() : null;
parentPort?.postMessage(await repeatedRates(chore, spell, now ?? undefined), []);
