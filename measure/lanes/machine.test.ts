import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fakeTree } from "./_fake-tree.ts";
import { powerLimit, startedMeter } from "./energy.ts";
import { machineAt, treeAt, waitedMicroseconds } from "./machine.ts";

const CPU = "sys/devices/system/cpu";

const SERVER = {
  "proc/cpuinfo":
    "processor\t: 0\nvendor_id\t: GenuineIntel\nmodel name\t: Intel(R) Xeon(R) Gold 6248 CPU @ 2.50GHz\ncpu MHz\t\t: 3100.2\nflags\t\t: fpu avx2 avx512f avx512_vnni\n\nprocessor\t: 1\n",
  "proc/meminfo": "MemTotal:       16384 kB\nMemAvailable:    8192 kB\n",
  "proc/pressure/cpu":
    "some avg10=0.00 avg60=0.00 avg300=0.00 total=123456\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=9\n",
  [`${CPU}/online`]: "0-3,8\n",
  [`${CPU}/cpu0/topology/thread_siblings_list`]: "0,2\n",
  [`${CPU}/cpu1/topology/thread_siblings_list`]: "1,3\n",
  [`${CPU}/cpu2/topology/thread_siblings_list`]: "0,2\n",
  [`${CPU}/cpu3/topology/thread_siblings_list`]: "1,3\n",
  [`${CPU}/cpu0/cache/index0/level`]: "1\n",
  [`${CPU}/cpu0/cache/index0/type`]: "Data\n",
  [`${CPU}/cpu0/cache/index0/size`]: "32K\n",
  [`${CPU}/cpu0/cache/index0/shared_cpu_list`]: "0,2\n",
  [`${CPU}/cpu0/cache/index3/level`]: "3\n",
  [`${CPU}/cpu0/cache/index3/type`]: "Unified\n",
  [`${CPU}/cpu0/cache/index3/size`]: "28M\n",
  [`${CPU}/cpu0/cpufreq/base_frequency`]: "2500000\n",
};

test("machineAt() reads a server, and says of each value where it stands", () => {
  const machine = machineAt(fakeTree(SERVER));
  assert.deepEqual(machine.name, {
    value: "Intel(R) Xeon(R) Gold 6248 CPU @ 2.50GHz",
    from: "/proc/cpuinfo, model name",
  });
  assert.deepEqual(machine.flags?.value, ["fpu", "avx2", "avx512f", "avx512_vnni"]);
  assert.deepEqual(machine.threads, { value: 5, from: `/${CPU}/online` });
  assert.equal(machine.cores?.value, 2);
  assert.deepEqual(machine.caches, [
    {
      level: 1,
      kind: "Data",
      bytes: 32_768,
      sharedBy: "0,2",
      from: `/${CPU}/cpu0/cache/index0/size`,
    },
    {
      level: 3,
      kind: "Unified",
      bytes: 29_360_128,
      sharedBy: null,
      from: `/${CPU}/cpu0/cache/index3/size`,
    },
  ]);
  assert.deepEqual(machine.clock, { value: 2.5e9, from: `/${CPU}/cpu0/cpufreq/base_frequency` });
  assert.deepEqual(machine.memory, { value: 16_777_216, from: "/proc/meminfo, MemTotal" });
});

test("machineAt() of a container takes its quotas for what there is", () => {
  const machine = machineAt(
    fakeTree({
      ...SERVER,
      "sys/fs/cgroup/cpu.max": "250000 100000\n",
      "sys/fs/cgroup/memory.max": "1048576\n",
    }),
  );
  assert.deepEqual(machine.threads, { value: 2, from: "/sys/fs/cgroup/cpu.max" });
  assert.deepEqual(machine.memory, { value: 1_048_576, from: "/sys/fs/cgroup/memory.max" });
});

test("machineAt() of a container without quotas takes the machine's", () => {
  const machine = machineAt(
    fakeTree({
      ...SERVER,
      "sys/fs/cgroup/cpu.max": "max 100000\n",
      "sys/fs/cgroup/memory.max": "max\n",
    }),
  );
  assert.equal(machine.threads.value, 5);
  assert.equal(machine.memory?.value, 16_777_216);
});

test("machineAt() of a board with Arm cores has the name of its device tree and the Features of its cores", () => {
  const machine = machineAt(
    fakeTree({
      "proc/cpuinfo":
        "processor\t: 0\nBogoMIPS\t: 108.00\nFeatures\t: fp asimd asimddp\nCPU implementer\t: 0x41\n",
      "sys/firmware/devicetree/base/model": "Raspberry Pi 5 Model B Rev 1.0\0",
    }),
  );
  assert.equal(machine.name?.value, "Raspberry Pi 5 Model B Rev 1.0");
  assert.deepEqual(machine.flags, {
    value: ["fp", "asimd", "asimddp"],
    from: "/proc/cpuinfo, Features",
  });
  assert.equal(machine.vendor?.value, "0x41");
});

test("machineAt() of an empty tree knows nothing, and one thread", () => {
  const machine = machineAt(fakeTree({}));
  const { threads, caches, ...rest } = machine;
  assert.equal(threads.value, 1);
  assert.deepEqual(caches, []);
  assert.ok(Object.values(rest).every((value) => value === null));
});

test("waitedMicroseconds() is the total of those of whom some waited", () => {
  assert.equal(waitedMicroseconds(treeAt(fakeTree(SERVER))), 123_456);
  assert.equal(waitedMicroseconds(treeAt(fakeTree({}))), null);
});

const RAPL = "sys/class/powercap";

test("startedMeter() adds packages, not the cores inside them, and counters that started again", () => {
  const root = fakeTree({
    [`${RAPL}/intel-rapl:0/energy_uj`]: "262143000000\n",
    [`${RAPL}/intel-rapl:0/max_energy_range_uj`]: "262143328850\n",
    [`${RAPL}/intel-rapl:1/energy_uj`]: "1000000\n",
    [`${RAPL}/intel-rapl:1/max_energy_range_uj`]: "262143328850\n",
    [`${RAPL}/intel-rapl:0:0/energy_uj`]: "5\n",
  });
  const meter = startedMeter(treeAt(root));
  writeFileSync(join(root, `${RAPL}/intel-rapl:0/energy_uj`), "1671150\n");
  writeFileSync(join(root, `${RAPL}/intel-rapl:1/energy_uj`), "4000000\n");
  writeFileSync(join(root, `${RAPL}/intel-rapl:0:0/energy_uj`), "9000000\n");
  // 0.32885 J up to the range and 1.67115 J beyond it; 3 J.
  assert.ok(Math.abs((meter?.() ?? 0) - 5) < 1e-9, String(meter?.()));
});

test("startedMeter() is null where nothing may be read", () => {
  assert.equal(startedMeter(treeAt(fakeTree({}))), null);
});

test("powerLimit() adds the long-term limits of packages", () => {
  const root = fakeTree({
    [`${RAPL}/intel-rapl:0/constraint_0_power_limit_uw`]: "150000000\n",
    [`${RAPL}/intel-rapl:1/constraint_0_power_limit_uw`]: "150000000\n",
  });
  assert.equal(powerLimit(treeAt(root)), 300);
  assert.equal(powerLimit(treeAt(fakeTree({}))), null);
});
