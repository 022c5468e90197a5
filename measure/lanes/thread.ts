/** One core of this machine: repeats a kernel in step with others. */
import { parentPort, workerData } from "node:worker_threads";
import type { Lane } from "./lane.ts";
import { met, type Step } from "./in-step.ts";
import { kernelChore, type KernelName } from "./kernels.ts";
import { threadClock } from "./cpu-clock.ts";
import { repeatedRates, type Spell } from "./repeats.ts";

export interface ThreadTask {
  readonly module: WebAssembly.Module;
  readonly kernel: KernelName;
  readonly size: number;
  readonly spell: Spell;
  readonly clock: Lane["clock"];
}

const { module, kernel, size, spell, clock, ...step } = workerData as ThreadTask & Step;
const chore = await kernelChore(module, kernel, size);
met(step);
const now = clock === "processor" ? threadClock() : null;
parentPort?.postMessage(await repeatedRates(chore, spell, now ?? undefined), []);
