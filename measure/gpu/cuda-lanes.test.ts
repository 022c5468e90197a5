import assert from "node:assert/strict";
import { test } from "node:test";
import type { Told } from "../lanes/part.ts";
import { driverLanes } from "./cuda-lanes.ts";
import { recorded, type Driver, type FunctionName, type Input, type Reply } from "./driver.ts";
import { replayed } from "./_replayed.ts";
import { inputAt } from "./shaders.ts";

async function toldBy(driver: Driver): Promise<readonly Told[]> {
  const told: Told[] = [];
  for await (const one of driverLanes(driver, 0.2)) told.push(one);
  return told;
}

type Answer = (...inputs: readonly Input[]) => Reply;

function done(...out: Reply["out"]): Reply {
  return { status: 0, out };
}

/** Values of an input of so many bytes, added. */
function total(bytes: number): number {
  let sum = 0;
  for (let index = 0; index < bytes / 4; index += 1) sum += inputAt(index);
  return sum;
}

const MEMORY = 1e8;

/** A GPU of answers by hand: a kernel takes a millisecond, and in every second 250 J are drawn. */
function answering(changes: Readonly<Partial<Record<FunctionName, Answer>>> = {}): Driver {
  let now = 0;
  let address = 4096n;
  const stamps = new Map<bigint, number>();
  const memory = new Map<bigint, Uint8Array>();
  /** Bytes of the input that a kernel has summed to an address. */
  const summed = new Map<bigint, number>();
  const answers: Partial<Record<FunctionName, Answer>> = {
    cuInit: () => done(),
    cuDeviceGetCount: () => done(1),
    cuDeviceGet: () => done(7),
    cuDeviceGetName: () => done("By hand"),
    cuDeviceGetPCIBusId: () => done("0000:01:00.0"),
    cuDeviceTotalMem_v2: () => done(24_000_000_000n),
    cuDeviceGetAttribute: (which) =>
      done({ 13: 1_700_000, 16: 46, 38: 40_000_000, 75: 8, 76: 6 }[Number(which)] ?? 0),
    cuDevicePrimaryCtxRetain: () => done(1n),
    cuDevicePrimaryCtxRelease_v2: () => done(),
    cuCtxSetCurrent: () => done(),
    cuEventCreate: () => done((address += 8n)),
    cuEventRecord: (event) => {
      stamps.set(event as bigint, now);
      return done();
    },
    cuEventSynchronize: () => done(),
    cuEventElapsedTime: (a, b) =>
      done(1e3 * ((stamps.get(b as bigint) ?? 0) - (stamps.get(a as bigint) ?? 0))),
    cuMemAlloc_v2: (bytes) =>
      Number(bytes) > MEMORY
        ? { status: 2, out: [0n] }
        : done((address += BigInt(bytes as bigint))),
    cuMemFree_v2: () => done(),
    cuMemsetD32_v2: () => done(),
    cuMemcpyHtoD_v2: (to, bytes) => {
      memory.set(to as bigint, bytes as Uint8Array);
      return done();
    },
    cuMemcpyDtoH_v2: (count, from) => {
      const known = memory.get(from as bigint);
      if (known !== undefined && count !== 4) return done(known);
      return done(new Uint8Array(Float32Array.of(total(summed.get(from as bigint) ?? 0)).buffer));
    },
    cuModuleLoadData: () => done(5n),
    cuModuleGetFunction: (_, name) => done(name === "copy" ? 1n : 2n),
    cuLaunchKernel: (kernel, ...rest) => {
      const [from = 0n, to = 0n] = rest.find((each) => Array.isArray(each)) as readonly bigint[];
      if (kernel === 1n) memory.set(to, memory.get(from) ?? new Uint8Array());
      else summed.set(to, memory.get(from)?.length ?? 0);
      now += 1e-3;
      return done();
    },
    nvmlInit_v2: () => done(),
    nvmlDeviceGetHandleByPciBusId_v2: (place) => ({
      status: place === "0000:01:00.0" ? 0 : 6,
      out: [9n],
    }),
    nvmlDeviceGetTotalEnergyConsumption: () => done(BigInt(Math.round(250e3 * now))),
    nvmlDeviceGetEnforcedPowerLimit: () => done(300_000),
    ...changes,
  };
  return {
    has: (library) => library === "cuda" || library === "nvml",
    call: (name, ...inputs) => {
      const answer = answers[name];
      assert.ok(answer !== undefined, name);
      return answer(...inputs);
    },
  };
}

const NOTES = [
  "NVIDIA: no cuBLASLt (libcublasLt.so.13, .12 or .11): no products",
  "NVIDIA: no cuDNN (libcudnn.so.9 or .8): no convolution",
  "NVIDIA copy 1073741824: cuMemAlloc_v2 gave 2",
  "NVIDIA reduction 1073741824: cuMemAlloc_v2 gave 2",
];

test("driverLanes() of a GPU without cuBLASLt and cuDNN copies and sums, and says what is absent and which call failed", async () => {
  const told = await toldBy(answering());
  const gpus = told.flatMap((one) => (one.kind === "gpu" ? [one.gpu] : []));
  assert.deepEqual(gpus, [
    {
      by: "CUDA",
      name: "By hand",
      vendor: "NVIDIA",
      architecture: "sm_86",
      isSoftware: false,
      memory: 24e9,
      units: 46,
      power: 300,
      clock: 1.7e9,
      cache: 40e6,
    },
  ]);
  const notes = told.flatMap((one) => (one.kind === "note" ? [one.text] : []));
  assert.match(notes[0] ?? "", /written without a GPU/u);
  assert.deepEqual(notes.slice(1), NOTES);
  const lanes = told.flatMap((one) => (one.kind === "lane" ? [one.lane] : []));
  const near = (got: number, expected: number) =>
    assert.ok(Math.abs(got / expected - 1) < 1e-3, `${got}`);
  assert.deepEqual(
    lanes.map(({ what }) => what),
    ["copy", "reduction", "copy"],
  );
  // 16 MiB in a millisecond.
  for (const { rate } of lanes) near(rate.p50, 16.777216e9);
  const held = lanes.at(-1);
  assert.ok((held?.sustained ?? 0) >= 0.06);
  near(held?.power ?? 0, 250);
});

test("driverLanes() does not time what gave a wrong result", async () => {
  const wrong = answering({ cuMemcpyDtoH_v2: (count) => done(new Uint8Array(Number(count))) });
  const told = await toldBy(wrong);
  assert.ok(told.every(({ kind }) => kind !== "lane"));
  const notes = told.flatMap((one) => (one.kind === "note" ? [one.text] : []));
  assert.ok(
    notes.some((text) => /^NVIDIA copy: byte \d+ of 32768 differs; not timed$/u.test(text)),
    notes.join("\n"),
  );
  assert.ok(
    notes.some((text) =>
      /^NVIDIA reduction: the sum is 0 and not -?[\d.]+; not timed$/u.test(text),
    ),
  );
});

for (const [title, driver, expected] of [
  ["without a driver", { ...answering(), has: () => false }, "NVIDIA: no driver (libcuda.so.1)"],
  [
    "of a driver that finds no device",
    answering({ cuInit: () => ({ status: 100, out: [] }) }),
    "NVIDIA: cuInit gave 100: no device, or a driver that does not fit",
  ],
] as const) {
  test(`driverLanes() ${title} is one sentence`, async () => {
    assert.deepEqual(await toldBy(driver), [{ kind: "note", text: expected }]);
  });
}

test("recorded() calls, through JSON, are replayed to the same lanes", async () => {
  const { driver, calls } = recorded(answering());
  const told = await toldBy(driver);
  const kept = JSON.parse(JSON.stringify(calls));
  assert.deepEqual(await toldBy(replayed(["cuda", "nvml"], kept)), told);
});

test("replayed() refuses a call that was not written down", () => {
  const driver = replayed(["cuda"], [{ name: "cuInit", status: 0, out: [] }]);
  assert.throws(
    () => driver.call("cuDeviceGetCount"),
    /call 0 of the record is cuInit, asked is cuDeviceGetCount/u,
  );
});
