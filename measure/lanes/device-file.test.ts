import assert from "node:assert/strict";
import { test } from "node:test";
import { catalogue, extendCatalogue, findDevice } from "../../core/index.ts";
import { fakeTree } from "./_fake-tree.ts";
import { gpuFile, processorFile } from "./device-file.ts";
import { fastest, repeatsInterval, type Lane } from "./lane.ts";
import { machineAt } from "./machine.ts";
import type { Gpu } from "./part.ts";

const NAMED = { id: "mine", date: "2026-11-25" };

function lane(given: Partial<Lane>, ...rates: readonly number[]): Lane {
  return {
    what: "matmul",
    precision: "fp32",
    threads: 1,
    size: 512,
    clock: "wall",
    method: "by hand",
    sustained: null,
    power: null,
    ...given,
    rate: repeatsInterval(rates),
  };
}

const BYTES = { precision: null, size: 2 ** 30 } as const;

const LANES: readonly Lane[] = [
  lane({ threads: 2 }, 180e9, 190e9, 203e9),
  lane({ size: 1024 }, 195e9),
  lane({ precision: "int8", threads: 2 }, 1.5e12),
  lane({ what: "convolution" }, 999e9),
  lane({ ...BYTES, what: "read", size: 2 ** 14 }, 300e9),
  lane({ ...BYTES, what: "read" }, 21e9),
  lane({ ...BYTES, what: "copy" }, 23.5e9),
];

const TREE = {
  "proc/cpuinfo": "vendor_id\t: AuthenticAMD\nmodel name\t: AMD EPYC 7B13\n",
  "proc/meminfo": "MemTotal: 16384 kB\n",
  "sys/devices/system/cpu/online": "0-1\n",
};

test("processorFile() is a catalogue whose device has the best repeats as its ceilings, memory at the largest size", () => {
  const machine = machineAt(fakeTree(TREE));
  const own = processorFile({ machine, lanes: LANES }, 45, NAMED);
  const extended = extendCatalogue(catalogue, own);
  assert.ok(extended.ok, JSON.stringify(extended));
  const device = findDevice(extended.value, "mine");
  assert.ok(device.ok);
  const { peak, vector, memory, kind, vendor, units, power } = device.value;
  assert.deepEqual(peak, { fp32: 203e9, int8: 1.5e12 });
  assert.equal(vector, 203e9);
  assert.equal(memory?.bandwidth, 23.5e9);
  assert.equal(memory?.capacity, 16_777_216);
  assert.deepEqual([kind, vendor, units, power?.max], ["cpu", "AMD", 2, 45]);
});

test("processorFile() names the day of a figure that was measured before the others", () => {
  const machine = machineAt(fakeTree(TREE));
  const lanes = [lane({}, 9e9), lane({ precision: "int8", date: "2026-11-20" }, 2e12)];
  const own = processorFile({ machine, lanes }, null, NAMED);
  assert.ok(extendCatalogue(catalogue, own).ok);
  const { figures } = own.accelerators[0];
  const daysOf = (key: string) =>
    [figures[key]]
      .flat()
      .map((each) => (each && "source" in each ? own.sources[each.source]?.read : undefined));
  assert.deepEqual(daysOf("peak/matrix/int8/dense"), ["2026-11-20"]);
  assert.deepEqual(daysOf("peak/matrix/fp32/dense"), ["2026-11-25"]);
});

const GPU: Gpu = {
  by: "cuda",
  name: "NVIDIA Something",
  vendor: "NVIDIA",
  architecture: "9.0",
  isSoftware: false,
  memory: 80e9,
  units: 132,
  power: 700,
  clock: 1.98e9,
  cache: 50e6,
};

test("gpuFile() is a catalogue whose device has what its driver says", () => {
  const lanes = [
    lane({ precision: "fp16", threads: null }, 700e12),
    lane({ ...BYTES, what: "copy", threads: null }, 3e12),
  ];
  const own = extendCatalogue(catalogue, gpuFile({ gpu: GPU, lanes }, NAMED));
  assert.ok(own.ok, JSON.stringify(own));
  const device = findDevice(own.value, "mine");
  assert.ok(device.ok);
  const { peak, memory, clock, cache, units, power } = device.value;
  assert.deepEqual(peak, { fp16: 700e12 });
  assert.deepEqual([memory?.bandwidth, memory?.capacity], [3e12, 80e9]);
  assert.deepEqual([clock, cache, units, power?.max], [1.98e9, 50e6, 132, 700]);
});

test("processorFile() of no lanes claims no rate", () => {
  const own = processorFile({ machine: machineAt(fakeTree({})), lanes: [] }, null, NAMED);
  assert.deepEqual(Object.keys(own.accelerators[0].figures), ["units"]);
});

test("fastest() is the burst of the highest middle, not what was kept up", () => {
  const held = lane({ sustained: 3 }, 500e9);
  assert.equal(
    fastest([held, ...LANES], ({ precision }) => precision === "fp32")?.what,
    "convolution",
  );
  assert.equal(fastest([held]), null);
});
