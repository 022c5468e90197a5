/** Lanes of a GPU of any maker, by WebGPU through Dawn (npm's webgpu). */
import type { Gpu, Asked, Telling, Told } from "../lanes/part.ts";
import { fastestTask, repeatsInterval, type Lane } from "../lanes/lane.ts";
import { HELD_SHARE, endurance, repeatedRates, type Spell } from "../lanes/repeats.ts";
import { enginePath } from "../onnx/engine-path.ts";
import { TILE, type Format } from "./shaders.ts";
import { CHANNELS } from "./convolution-shader.ts";
import { PACKED } from "./packed-shader.ts";
import {
  attentionChore,
  convolutionChore,
  copyChore,
  packedChore,
  productChore,
  sumChore,
  type GpuChore,
} from "./webgpu-chores.ts";

const ABSENT = "GPU by WebGPU: the package webgpu is absent (npm install webgpu)";
const NO_ADAPTER =
  "GPU by WebGPU: no adapter (Linux needs a Vulkan driver, as mesa-vulkan-drivers)";

export async function* webgpuLanes({ budget }: Asked): Telling {
  const gpu = await openDawn();
  if (gpu === null) {
    yield { kind: "note", text: ABSENT };
    return;
  }
  const adapter = await gpu.requestAdapter({ powerPreference: "high-performance" });
  if (adapter === null) {
    yield { kind: "note", text: NO_ADAPTER };
    return;
  }
  const { limits, info } = adapter;
  const device = await adapter.requestDevice({
    requiredFeatures: (["timestamp-query", "shader-f16"] as const).filter((name) =>
      adapter.features.has(name),
    ),
    requiredLimits: {
      maxStorageBufferBindingSize: limits.maxStorageBufferBindingSize,
      maxBufferSize: limits.maxBufferSize,
    },
  });
  const found = gpuOf(info);
  yield { kind: "gpu", gpu: found };
  const isPacked = gpu.wgslLanguageFeatures.has(PACKED);
  const tasks = tasksOf(device, { isSoftware: found.isSoftware, isPacked });
  const own = found.isSoftware ? SOFTWARE_SHARE * budget : budget;
  const seconds = ((1 - HELD_SHARE) * own) / tasks.length / (REPEATS + 2);
  const clock = device.features.has("timestamp-query") ? "device" : "wall";
  const slow = new Set<string>();
  const all: { readonly task: Task; readonly lane: Lane }[] = [];
  for (const [index, task] of tasks.entries()) {
    const key = `${task.what} ${task.precision}`;
    if (slow.has(key)) continue;
    const chore = await task.build();
    const wrong = await chore.check();
    if (wrong !== null)
      yield { kind: "note", text: `WebGPU ${key} ${task.size}: ${wrong}; not timed` };
    else {
      const spell = { repeats: REPEATS, seconds, look: LOOK };
      const { lane, isSlow } = await timed(chore, task, { spell, clock });
      if (isSlow) slow.add(key);
      all.push({ task, lane });
      yield { kind: "lane", lane, done: (index + 1) / tasks.length };
    }
    chore.free();
  }
  for (const what of ["matmul", "copy"] as const) {
    const task = fastestTask(all, (lane) => lane.what === what);
    if (task !== undefined) yield heldLane(task, { seconds: (HELD_SHARE * own) / 2, clock });
  }
  device.destroy();
}

/** Of the budget, where a program plays the GPU and its rates say nothing. */
const SOFTWARE_SHARE = 0.25;

/** The work of a lane for so many seconds. */
async function heldLane(
  task: Task,
  { seconds, clock }: { readonly seconds: number; readonly clock: Lane["clock"] },
): Promise<Told> {
  const chore = await task.build();
  const spell = { ...endurance(seconds), look: LOOK };
  const { lane } = await timed(chore, task, { spell, clock });
  chore.free();
  return { kind: "lane", lane: { ...lane, sustained: seconds }, done: 1 };
}

const REPEATS = 5;
/** A submission costs about a tenth of a millisecond. */
const LOOK = 1e-2;
/** When one run takes so much of a repeat, the next size is left out. */
const SLOW_SHARE = 1;

async function openDawn(): Promise<GPU | null> {
  const path = await Promise.resolve("webgpu")
    .then(enginePath)
    .catch(() => null);
  if (path === null) return null;
  const { create } = (await import(path)) as { create: (options: readonly string[]) => GPU };
  return create([]);
}

type Kind = Pick<Lane, "what" | "precision" | "size" | "method">;

interface Task extends Kind {
  readonly build: () => Promise<GpuChore>;
}

const MIB = 1024 ** 2;
const SIDES = [256, 512, 1024, 2048, 4096] as const;
const TOKENS = [256, 1024, 4096] as const;
/** Sides of images. */
const IMAGES = [16, 56, 224] as const;

function tasksOf(
  device: GPUDevice,
  { isSoftware, isPacked }: { readonly isSoftware: boolean; readonly isPacked: boolean },
): readonly Task[] {
  const formats: readonly Format[] = device.features.has("shader-f16")
    ? ["fp32", "fp16"]
    : ["fp32"];
  const most = Math.min(512 * MIB, device.limits.maxStorageBufferBindingSize);
  const sizes = [1 * MIB, ...(isSoftware ? [16 * MIB] : [32 * MIB, most])];
  const sides = isSoftware ? [TILE, SIDES[0]] : SIDES;
  const task = (
    kind: Omit<Kind, "size" | "method"> & { readonly method?: string },
    of: readonly number[],
    build: (size: number) => Promise<GpuChore>,
  ) => of.map((size): Task => ({ method: "WebGPU", ...kind, size, build: () => build(size) }));
  return [
    ...formats.flatMap((precision) =>
      task({ what: "matmul", precision }, sides, (size) => productChore(device, size, precision)),
    ),
    ...task({ what: "matmul", precision: "int8" }, isPacked ? sides : [], (size) =>
      packedChore(device, size),
    ),
    ...task(
      { what: "convolution", precision: "fp32", method: `WebGPU 3x3 of ${CHANNELS} channels` },
      isSoftware ? IMAGES.slice(0, 1) : IMAGES,
      (size) => convolutionChore(device, size),
    ),
    ...task(
      { what: "attention", precision: "fp32" },
      isSoftware ? TOKENS.slice(0, 1) : TOKENS,
      (size) => attentionChore(device, size),
    ),
    ...task({ what: "copy", precision: null }, sizes, (size) => copyChore(device, size)),
    ...task({ what: "reduction", precision: null }, sizes, (size) => sumChore(device, size)),
  ];
}

async function timed(
  chore: GpuChore,
  { build: _, ...task }: Task,
  { spell, clock }: { readonly spell: Spell; readonly clock: Lane["clock"] },
): Promise<{ readonly lane: Lane; readonly isSlow: boolean }> {
  const rates = await repeatedRates(chore, spell);
  const rate = repeatsInterval(rates);
  const lane: Lane = {
    ...task,
    threads: null,
    rate,
    clock,
    sustained: null,
    power: null,
  };
  return { lane, isSlow: chore.amount / rate.p50 > SLOW_SHARE * spell.seconds };
}

/** Makers as the catalogue has them. */
const MAKERS: Readonly<Record<string, string>> = {
  nvidia: "NVIDIA",
  amd: "AMD",
  intel: "Intel",
  apple: "Apple",
  qualcomm: "Qualcomm",
  arm: "Arm",
};

function gpuOf({
  vendor,
  architecture,
  description,
  device,
  isFallbackAdapter,
}: GPUAdapterInfo): Gpu {
  return {
    by: "WebGPU",
    name: [description, device, vendor].find((text) => text !== "") ?? "GPU",
    vendor: MAKERS[vendor] ?? "Own",
    architecture: architecture === "" ? null : architecture,
    isSoftware: isFallbackAdapter || architecture === "software",
    memory: null,
    units: null,
    power: null,
    clock: null,
    cache: null,
  };
}
