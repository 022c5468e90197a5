/** All lanes of this machine: its cores by WebAssembly and by native code, and its GPUs. */
import { startedMeter } from "./energy.ts";
import { fastest, isCompute, type Lane } from "./lane.ts";
import { machineAt, treeAt, waitedMicroseconds, type Machine, type Tree } from "./machine.ts";
import type { Gpu, PartName } from "./part.ts";
import { burst, endurance, HELD_SHARE } from "./repeats.ts";
import { runPart } from "./run-part.ts";
import { kernelModule, wasmLane, wasmTasks } from "./wasm-lanes.ts";

export interface Question {
  /** Seconds for all of it, about. */
  readonly budget: number;
  readonly parts: readonly (PartName | "wasm")[];
  /** Where /proc and /sys are looked for. */
  readonly root: string;
  /** File that calls of NVIDIA's libraries are written to; null of none. */
  readonly record: string | null;
  readonly stop: AbortSignal;
  /** Hears what share is done. */
  readonly reach: (share: number) => void;
}

export interface GpuLanes {
  readonly gpu: Gpu;
  readonly lanes: readonly Lane[];
}

export interface Measured {
  readonly machine: Machine;
  readonly lanes: readonly Lane[];
  readonly gpus: readonly GpuLanes[];
  /** Sentences: what is absent, what was refused, what ended early. */
  readonly notes: readonly string[];
  /** Share of the time in which something waited for a processor; null where the kernel does not count. */
  readonly waited: number | null;
}

export async function measureLanes(question: Question): Promise<Measured> {
  const { budget, parts, root, reach } = question;
  const tree = treeAt(root);
  const machine = machineAt(root);
  const collected = new Collected();
  const waitedBefore = waitedMicroseconds(tree);
  const began = performance.now();
  const spent = () => (performance.now() - began) / 1000;
  const ordered = ORDER.filter((part) => parts.includes(part));
  for (const [index, part] of ordered.entries()) {
    const share = (done: number) => reach((index + done) / ordered.length);
    const own = partBudget(budget, { spent: spent(), left: ordered.length - index });
    const one = { ...question, budget: own, reach: share };
    if (part === "wasm") await wasmLanes(collected, one, { machine, tree });
    else await separateLanes(part, collected, one, machine.threads.value);
  }
  const waited = (waitedMicroseconds(tree) ?? 0) - (waitedBefore ?? 0);
  const { lanes, gpus, notes } = collected;
  return {
    machine,
    lanes,
    gpus,
    notes,
    waited: waitedBefore === null ? null : (waited * 1e-6) / spent(),
  };
}

/** Those that may be absent come first: what they do not take is there for the others. */
const ORDER = ["cuda", "webgpu", "native", "wasm"] as const;

/** A part keeps this share of its even one where those before it took longer than they should. */
const LEAST_SHARE = 0.25;

/** Seconds for the next of `left` parts: what is left, shared evenly. */
export function partBudget(
  budget: number,
  { spent, left }: { readonly spent: number; readonly left: number },
): number {
  return Math.max(budget - spent, LEAST_SHARE * budget) / left;
}

/** What parts have told so far. */
class Collected {
  readonly lanes: Lane[] = [];
  readonly gpus: { gpu: Gpu; lanes: Lane[] }[] = [];
  readonly notes: string[] = [];
}

function separateLanes(
  part: PartName,
  { lanes, gpus, notes }: Collected,
  { budget, root, record, stop, reach }: Question,
  threads: number,
): Promise<void> {
  let target = lanes;
  return runPart(
    part,
    { threads, budget, root, record },
    (told) => {
      if (told.kind === "lane") {
        target.push(told.lane);
        reach(told.done);
      } else if (told.kind === "gpu") {
        target = [];
        gpus.push({ gpu: told.gpu, lanes: target });
      } else if (told.kind === "note") notes.push(told.text);
    },
    stop,
  );
}

/** A memory whose size nobody says is taken for a small one. */
const MEMORY_UNKNOWN = 2 ** 32;

async function wasmLanes(
  { lanes }: Collected,
  { budget, stop, reach }: Question,
  { machine, tree }: { readonly machine: Machine; readonly tree: Tree },
): Promise<void> {
  const threads = machine.threads.value;
  const free = machine.memoryFree?.value ?? machine.memory?.value ?? MEMORY_UNKNOWN;
  const module = await kernelModule();
  const tasks = wasmTasks(threads, free);
  const spell = burst(((1 - HELD_SHARE) * budget) / tasks.length);
  const measured: Lane[] = [];
  for (const [index, task] of tasks.entries()) {
    if (stop.aborted) return;
    measured.push(await wasmLane(module, task, { spell }));
    reach((index + 1) / tasks.length);
  }
  lanes.push(...measured);
  // The largest buffer is the one in memory.
  const largest = Math.max(...tasks.map(({ size }) => size));
  // Where a runtime kept products up, those of a plain kernel say nothing more of the machine.
  const isHeld = lanes.some((lane) => lane.sustained !== null && isCompute(lane));
  const kernels = isHeld ? (["read"] as const) : (["simd", "read"] as const);
  const held = (HELD_SHARE * budget) / kernels.length;
  for (const kernel of kernels) {
    const best = fastest(
      measured,
      (lane) => lane.threads === threads && lane.what === (kernel === "simd" ? "matmul" : kernel),
    );
    const size = kernel === "read" ? largest : (best?.size ?? 0);
    if (best === null || stop.aborted) continue;
    const meter = startedMeter(tree);
    const began = performance.now();
    const task = { kernel, size, threads };
    const lane = await wasmLane(module, task, { spell: endurance(held), sustained: held });
    const power = meter === null ? null : (meter() * 1000) / (performance.now() - began);
    lanes.push({ ...lane, power });
  }
}
