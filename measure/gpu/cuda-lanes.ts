/**
 * Lanes of GPUs of NVIDIA by their own libraries.
 *
 * No GPU was at hand when this was written: it has run on recorded and hand-written answers, and its kernels through the
 * assembler of CUDA 12.4. Each result is compared with the processor's before it is timed, so that a mistake is told.
 */
import { writeFile } from "node:fs/promises";
import { repeatsInterval, type Lane } from "../lanes/lane.ts";
import type { Asked, Telling, Told } from "../lanes/part.ts";
import { HELD_SHARE, repeatedRates } from "../lanes/repeats.ts";
import {
  convolutionChore,
  kernelChore,
  productChore,
  PRODUCTS,
  type CudaChore,
  type ProductFormat,
} from "./cuda-chores.ts";
import { openDevice, whole, type CudaDevice } from "./cuda-device.ts";
import { recorded, type Driver } from "./driver.ts";
import { openLibraries } from "./koffi-driver.ts";

const NO_KOFFI = "NVIDIA: the package koffi is absent (npm install koffi)";
const NO_DRIVER = "NVIDIA: no driver (libcuda.so.1)";
const UNTRIED =
  "NVIDIA: this path was written without a GPU; every result was compared with the processor's before it was timed";

/** Of each device, and, where a file is named for it, a record of every call. */
export async function* cudaLanes({ budget, record }: Asked): Telling {
  const opened = await openLibraries();
  if (opened === null) {
    yield { kind: "note", text: NO_KOFFI };
    return;
  }
  const { driver, calls } = recorded(opened);
  try {
    yield* driverLanes(record === null ? opened : driver, budget);
  } finally {
    if (record !== null) await writeFile(record, JSON.stringify(calls));
  }
}

/** Lanes of every device that `driver` has; what is absent is a sentence. */
export async function* driverLanes(driver: Driver, budget: number): Telling {
  if (!driver.has("cuda")) {
    yield { kind: "note", text: NO_DRIVER };
    return;
  }
  const begun = driver.call("cuInit", 0);
  if (begun.status !== 0) {
    yield {
      kind: "note",
      text: `NVIDIA: cuInit gave ${begun.status}: no device, or a driver that does not fit`,
    };
    return;
  }
  const count = whole(driver, "cuDeviceGetCount");
  yield { kind: "note", text: count === 0 ? "NVIDIA: a driver and no device" : UNTRIED };
  for (const text of absences(driver)) yield { kind: "note", text };
  for (let index = 0; index < count; index += 1) {
    const device = openDevice(driver, index);
    yield { kind: "gpu", gpu: device.gpu };
    yield* deviceLanes(driver, device, budget / count);
    device.close();
  }
}

function absences(driver: Driver): readonly string[] {
  return [
    ...(driver.has("nvml")
      ? []
      : ["NVIDIA: no NVML (libnvidia-ml.so.1): no energy and no limit of power"]),
    ...(driver.has("cublasLt")
      ? []
      : ["NVIDIA: no cuBLASLt (libcublasLt.so.13, .12 or .11): no products"]),
    ...(driver.has("cudnn") ? [] : ["NVIDIA: no cuDNN (libcudnn.so.9 or .8): no convolution"]),
  ];
}

type Kind = Pick<Lane, "what" | "precision" | "method">;

interface Task extends Kind {
  /** Of the one that is compared with the processor's result. */
  readonly small: number;
  /** Those that are timed, smallest first. */
  readonly sizes: readonly number[];
  readonly build: (size: number) => CudaChore;
}

const MIB = 1024 ** 2;
const SIDES = [1024, 2048, 4096, 8192] as const;
/** From this compute capability on there are units for FP8, and for TF32 and BF16. */
const CAPABLE = { fp8: 8.9, wide: 8 } as const;

function tasksOf(driver: Driver, device: CudaDevice): readonly Task[] {
  const kernels = (["copy", "sum"] as const).map((kernel): Task => ({
    what: kernel === "copy" ? "copy" : "reduction",
    precision: null,
    method: "CUDA kernel",
    small: MIB / 16,
    sizes: [16 * MIB, 1024 * MIB],
    build: (bytes) => kernelChore(driver, device, { kernel, bytes }),
  }));
  const products = driver.has("cublasLt")
    ? formatsOf(device).map((name) => productTask(driver, name))
    : [];
  const convolution: Task = {
    what: "convolution",
    precision: "fp16",
    method: "cuDNN 3x3 of 256 channels, 32 images",
    small: 14,
    sizes: [56],
    build: (side) => convolutionChore(driver, { images: 32, side, channels: 256 }),
  };
  return [...kernels, ...products, ...(driver.has("cudnn") ? [convolution] : [])];
}

function formatsOf({ capability }: CudaDevice): readonly ProductFormat[] {
  const all = Object.keys(PRODUCTS) as ProductFormat[];
  return all.filter((name) => {
    if (name === "fp8") return capability >= CAPABLE.fp8;
    return name === "tf32" || name === "bf16" ? capability >= CAPABLE.wide : true;
  });
}

function productTask(driver: Driver, name: ProductFormat): Task {
  return {
    what: "matmul",
    precision: name,
    method: "cuBLASLt",
    small: 256,
    sizes: SIDES,
    build: (side) => productChore(driver, side, name),
  };
}

const REPEATS = 7;
const LOOK = 2e-2;
/** Launches of kept-up work between two looks at the clock last about so long. */
const HELD_LOOK = 0.25;

async function* deviceLanes(driver: Driver, device: CudaDevice, budget: number): Telling {
  const tasks = tasksOf(driver, device);
  const count = tasks.reduce((sum, { sizes }) => sum + sizes.length, 0);
  const seconds = ((1 - HELD_SHARE) * budget) / count / (REPEATS + 1);
  const fastest = new Map<string, { readonly lane: Lane; readonly task: Task }>();
  let done = 0;
  for (const task of tasks) {
    const wrong = await attempted(() => compared(device, task));
    if (wrong !== null) {
      yield { kind: "note", text: `NVIDIA ${nameOf(task)}: ${wrong}; not timed` };
      continue;
    }
    for (const size of task.sizes) {
      const told = await laneOf(device, task, { size, seconds });
      done += 1;
      if (told.kind === "lane") {
        const known = fastest.get(nameOf(task));
        if (known === undefined || told.lane.rate.p50 > known.lane.rate.p50) {
          fastest.set(nameOf(task), { lane: told.lane, task });
        }
      }
      yield told.kind === "lane" ? { ...told, done: done / count } : told;
    }
  }
  const held = [...fastest.values()].filter(
    ({ lane }) => lane.precision === "fp16" || lane.what === "copy",
  );
  for (const { lane, task } of held) {
    yield await heldLane(device, task, { lane, seconds: (HELD_SHARE * budget) / held.length });
  }
}

function nameOf({ what, precision }: Kind): string {
  return precision === null ? what : `${what} ${precision}`;
}

/** What went wrong in `act`, or what it says is wrong. */
async function attempted(act: () => Promise<string | null>): Promise<string | null> {
  try {
    return await act();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

const NO_WAY = "the library has no way to do it";

function compared(device: CudaDevice, { build, small }: Task): Promise<string | null> {
  const chore = build(small);
  return device.withMemory(chore.sizes, (addresses) => {
    const launch = chore.prepare(addresses);
    if (launch === null) return Promise.resolve(NO_WAY);
    device.timed(launch);
    return Promise.resolve(chore.check(addresses));
  });
}

/** Runs `work` on the chore of a size, by the clock of the device. */
async function onDevice<T>(
  device: CudaDevice,
  chore: CudaChore,
  work: (run: (times: number) => number) => Promise<T>,
): Promise<T | null> {
  return device.withMemory(chore.sizes, async (addresses) => {
    const launch = chore.prepare(addresses);
    if (launch === null) return null;
    return work((times) =>
      device.timed(() => {
        for (let time = 0; time < times; time += 1) launch();
      }),
    );
  });
}

async function laneOf(
  device: CudaDevice,
  task: Task,
  { size, seconds }: { readonly size: number; readonly seconds: number },
): Promise<Told> {
  const { what, precision, method, build } = task;
  let lane: Lane | null = null;
  const wrong = await attempted(async () => {
    const chore = build(size);
    const rates = await onDevice(device, chore, (run) =>
      repeatedRates({ run, amount: chore.amount }, { repeats: REPEATS, seconds, look: LOOK }),
    );
    if (rates === null) return NO_WAY;
    const rate = repeatsInterval(rates);
    lane = {
      what,
      precision,
      method,
      size,
      rate,
      threads: null,
      clock: "device",
      sustained: null,
      power: null,
    };
    return null;
  });
  if (lane === null)
    return { kind: "note", text: `NVIDIA ${nameOf(task)} ${size}: ${wrong ?? NO_WAY}` };
  return { kind: "lane", lane, done: 1 };
}

/** The work of a lane for so many seconds, with what the device drew meanwhile. */
async function heldLane(
  device: CudaDevice,
  task: Task,
  { lane, seconds }: { readonly lane: Lane; readonly seconds: number },
): Promise<Told> {
  const chore = task.build(lane.size);
  const times = Math.max(1, Math.round((HELD_LOOK * lane.rate.p50) / chore.amount));
  let held: Lane | null = null;
  const wrong = await attempted(async () => {
    held = await onDevice(device, chore, (run) => {
      const before = device.energy();
      const rates: number[] = [];
      let spent = 0;
      while (spent < seconds) {
        const took = run(times);
        rates.push((times * chore.amount) / took);
        spent += took;
      }
      const after = device.energy();
      const power = before === null || after === null ? null : (after - before) / spent;
      return Promise.resolve({ ...lane, rate: repeatsInterval(rates), sustained: spent, power });
    });
    return null;
  });
  if (held === null)
    return { kind: "note", text: `NVIDIA ${nameOf(task)} kept up: ${wrong ?? NO_WAY}` };
  return { kind: "lane", lane: held, done: 1 };
}
