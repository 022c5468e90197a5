/** Lanes of a GPU of any maker, by WebGPU through Dawn (npm's webgpu). */
import type { Gpu, Asked, Telling } from "../lanes/part.ts";
import { repeatsInterval, type Lane } from "../lanes/lane.ts";
import { repeatedRates, type Spell } from "../lanes/repeats.ts";
import { enginePath } from "../onnx/engine-path.ts";
import { TILE, type Format } from "./shaders.ts";
import {
  attentionChore,
  copyChore,
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
  const tasks = tasksOf(device, found.isSoftware);
  const seconds = budget / tasks.length / (REPEATS + 2);
  const clock = device.features.has("timestamp-query") ? "device" : "wall";
  const slow = new Set<string>();
  for (const [index, { build, ...task }] of tasks.entries()) {
    const key = `${task.what} ${task.precision}`;
    if (slow.has(key)) continue;
    const chore = await build();
    const wrong = await chore.check();
    if (wrong !== null)
      yield { kind: "note", text: `WebGPU ${key} ${task.size}: ${wrong}; not timed` };
    else {
      const spell = { repeats: REPEATS, seconds, look: LOOK };
      const { lane, isSlow } = await timed(chore, task, { spell, clock });
      if (isSlow) slow.add(key);
      yield { kind: "lane", lane, done: (index + 1) / tasks.length };
    }
    chore.free();
  }
  device.destroy();
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

interface Task extends Pick<Lane, "what" | "precision" | "size"> {
  readonly build: () => Promise<GpuChore>;
}

const MIB = 1024 ** 2;
const SIDES = [256, 512, 1024, 2048, 4096] as const;
const TOKENS = [256, 1024, 4096] as const;

function tasksOf(device: GPUDevice, isSoftware: boolean): readonly Task[] {
  const formats: readonly Format[] = device.features.has("shader-f16")
    ? ["fp32", "fp16"]
    : ["fp32"];
  const most = Math.min(512 * MIB, device.limits.maxStorageBufferBindingSize);
  const sizes = [1 * MIB, ...(isSoftware ? [16 * MIB] : [32 * MIB, most])];
  return [
    ...formats.flatMap((format) =>
      (isSoftware ? [TILE, SIDES[0]] : SIDES).map((size): Task => ({
        what: "matmul",
        precision: format,
        size,
        build: () => productChore(device, size, format),
      })),
    ),
    ...(isSoftware ? TOKENS.slice(0, 1) : TOKENS).map((size): Task => ({
      what: "attention",
      precision: "fp32",
      size,
      build: () => attentionChore(device, size),
    })),
    ...sizes.map((size): Task => ({
      what: "copy",
      precision: null,
      size,
      build: () => copyChore(device, size),
    })),
    ...sizes.map((size): Task => ({
      what: "reduction",
      precision: null,
      size,
      build: () => sumChore(device, size),
    })),
  ];
}

async function timed(
  chore: GpuChore,
  task: Pick<Lane, "what" | "precision" | "size">,
  { spell, clock }: { readonly spell: Spell; readonly clock: Lane["clock"] },
): Promise<{ readonly lane: Lane; readonly isSlow: boolean }> {
  const rates = await repeatedRates(chore, spell);
  const rate = repeatsInterval(rates);
  const lane: Lane = {
    ...task,
    threads: null,
    rate,
    clock,
    method: "WebGPU",
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
