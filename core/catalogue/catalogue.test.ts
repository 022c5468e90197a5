import assert from "node:assert/strict";
import { test } from "node:test";
import { PRECISIONS } from "../precision.ts";
import {
  catalogue,
  decodeCatalogue,
  devices,
  extendCatalogue,
  figuresAt,
  findDevice,
  findGrid,
  GRID_DEFAULT,
  grids,
  offers,
  offersFor,
  usualOffer,
  systemFor,
  systemsOf,
  type Device,
} from "./index.ts";

function device(label: string): Device {
  const found = findDevice(catalogue, label);
  assert.ok(found.ok, `${label}: ${JSON.stringify(found)}`);
  return found.value;
}

const SOURCE = { title: "t", publisher: "p", url: "u", read: "2026-11", class: "secondary" };

function userDevice(figures: unknown): unknown {
  const accelerator = { id: "mine", name: "My chip", vendor: "Me", kind: "asic", aliases: [] };
  return {
    sources: { me: SOURCE },
    accelerators: [{ ...accelerator, status: "announced", figures }],
  };
}

test("devices() converts every shipped device to SI", () => {
  const all = devices(catalogue);
  assert.ok(all.length >= 120, `${all.length} devices`);
  assert.equal(devices(catalogue), all);
});

test("devices() of an H100 SXM: 989 TFLOP/s, 80 GB at 3.35 TB/s, 450 GB/s a direction, 700 W", () => {
  const h100 = device("NVIDIA H100 SXM 80GB");
  assert.equal(h100.peak.bf16, 989e12);
  assert.equal(h100.peak.fp4, undefined);
  assert.equal(h100.memory?.capacity, 80e9);
  assert.equal(h100.memory?.bandwidth, 3350e9);
  assert.deepEqual(h100.link, { bandwidth: 450e9, domain: 8, name: "NVLink 4" });
  assert.equal(h100.power?.max, 700);
  assert.equal(Math.round((h100.host?.bandwidth ?? 0) / 1e9), 63);
});

test("devices() of an MI300X: 48 of a link's 64 GB/s reach a peer; Gaudi2's three ports to each, as printed", () => {
  assert.equal(device("AMD Instinct MI300X").link?.pair, 48e9);
  assert.equal(device("Gaudi 2 AI Accelerator").link?.pair, 37.5e9);
});

test("devices() of AWS chips read GiB as 2^30 bytes", () => {
  assert.equal(device("Inferentia2").memory?.capacity, 32 * 2 ** 30);
});

test("devices() of a CPU multiply cores, clock and operations, and say so", () => {
  const xeon = device("Xeon Platinum 8480+");
  assert.equal(xeon.peak.bf16, 56 * 2e9 * 1024);
  assert.equal(xeon.memory?.bandwidth, 8 * 8 * 4800e6);
  assert.ok(xeon.assumptions.some((line) => line.includes("operations/bf16")));
});

test("devices() have a rate only for a precision that a figure is printed or derived for", () => {
  for (const [place, { peak }] of devices(catalogue).entries()) {
    const file = catalogue.accelerators[place];
    assert.ok(file !== undefined);
    for (const precision of PRECISIONS) {
      const printed: boolean = figuresAt(file.figures, `peak/matrix/${precision}/dense`).length > 0;
      assert.equal(peak[precision] !== undefined, printed, `${file.id} ${precision}`);
    }
  }
});

const LABELS: readonly (readonly [string, string])[] = [
  ["h100-sxm", "h100-sxm"],
  ["H100", "h100-sxm"],
  ["AWS Inferentia2 (inf2.48xlarge)", "inferentia2"],
  ["Google TPU v4 (1x v4-128)", "tpu-v4"],
  ["Intel Gaudi (1st gen)", "gaudi1"],
  ["Intel Gaudi (generation not named; table of 2024 = Gaudi 2)", "gaudi2"],
  ["NVIDIA Xavier NX (host NVIDIA Carmel (ARMv8.2))", "jetson-xavier-nx"],
  ["CPU: 8x Intel(R) Xeon(R) Platinum 8380H CPU @ 2.90GHz (28 cores each)", "xeon-8380h"],
  ["AMD Instinct MI300X", "mi300x"],
  ["Intel® Gaudi® 2 AI Accelerator (host Intel(R) Xeon(R) Platinum 8380)", "gaudi2"],
  ["CPU: 2x Intel(R) Xeon(R) Platinum 8380 CPU @ 2.30GHz (40 cores each as listed)", "xeon-8380"],
  ["Intel Xeon Platinum 8480+ CPU-only", "xeon-8480p"],
  ["Apple M1 Max 32‑Core GPU 64GB", "apple-m1-max"],
  ["TPU (system tpu-v4-128-TF, host AMD Rome)", "tpu-v4"],
  ["Google TPU v5litepod-8", "tpu-v5e"],
  ["Google TPU v6e-256", "tpu-v6e"],
  ["NVIDIA RTX A4000", "rtx-a4000"],
  ["RTX 2080 Ti", "rtx-2080-ti"],
  ["Apple M3 Pro", "apple-m3-pro"],
  ["CPU: 2x Intel (R) Xeon (R) CPU Max 9480 (56 cores each as listed)", "xeon-max-9480"],
  ["NVIDIA H100 (96GB HBM2e 2.4TB/s variant)", "h100-sxm-hbm2e"],
  ["CPU: 1x AMD Ryzen 9 7950X 16-Core Processor (16 cores each as listed)", "ryzen-9-7950x"],
  ["CPU: 1x NVIDIA Carmel (ARMv8.2) (8 cores each as listed)", "carmel-xavier"],
  ["CPU: 1x BCM2835 Arm Cortex-A72 r0p3 (4 cores each as listed)", "bcm2711"],
  ["NVIDIA Jetson AGX Orin 32G (host ARMv8 Processor rev 1 (v8l))", "jetson-agx-orin-kit"],
  ["AMD Instinct MI355X 288GB HBM3e (system X_EPYC_9575F, host AMD EPYC 9575F)", "mi355x"],
  ["AMD Instinct MI325X-NPS1-SPX-256GB-1000W (host 2xAMD EPYC 9575F)", "mi325x"],
  ["NVIDIA B200 SXM 192GB", "b200-sxm"],
  ["NVIDIA GB200 189GB", "gb200"],
  ["Apple M4 Pro 20-Core GPU 48GB", "apple-m4-pro"],
  ["CPU: 3x ARMv8 Processor rev 1 (v8l) (4 cores each as listed)", "cortex-a78ae-orin"],
  ["Apple M1 Pro", "apple-m1-pro"],
  ["CPU: 1x Apple M1 Pro (10 cores each as listed)", "apple-m1-pro-cpu"],
  ["Intel Core i7-12700H", "core-i7-12700h"],
  ["Intel Core i7-12700H iGPU-only", "iris-xe-12700h"],
  ["CPU: 2x Intel(R) Xeon(R) (code named Sapphire Rapids) ( cores each as listed)", "xeon-8480p"],
  [
    "CPU: 1x Intel(R) Xeon(R) Platinum 8259CL CPU @ 2.50GHz (2 cores each as listed)",
    "xeon-8259cl",
  ],
  ["CPU: 2x INTEL(R) XEON(R) PLATINUM 8568Y+ (48 cores each as listed)", "xeon-8568yp"],
  ["CPU: 2x AMD EPYC 9654 96-Core Processor (96 cores each as listed)", "epyc-9654"],
  ["Intel Xeon Gold 5218T CPU-only", "xeon-5218t"],
  ["Graphcore Bow IPU (system ipu-pod64-TF1-closed, host AMD EPYC 7742)", "ipu-bow"],
  ["NVIDIA A2", "a2"],
  ["UntetherAI speedAI240 Slim (host Intel(R) Xeon(R) Gold 6448Y)", "untether-speedai240-slim"],
];

for (const [label, id] of LABELS) {
  test(`findDevice("${label}") is ${id}`, () => assert.equal(device(label).id, id));
}

const STRANGERS: readonly string[] = [
  "NVIDIA A100 SXM 80GB MIG 1x1g.10gb",
  "NVIDIA H100 (64GB HBM2e variant)",
  "AMD Instinct MI300X-NPS4-CPX-192GB-750W",
  "NVIDIA H20 141GB",
  "NVIDIA H200 160GB",
  "NVIDIA GB200 NVL72 13.4TB",
  "CPU: 1x Apple M1 Max (10 cores each as listed)",
  "Intel Core i5-13600K iGPU-only",
];

for (const label of STRANGERS) {
  test(`findDevice("${label}") is refused: it is another device`, () => {
    assert.ok(!findDevice(catalogue, label).ok);
  });
}

test("findDevice() gives a memory that is sold in sizes the size that the label says, and others their own", () => {
  const capacity = (label: string) => device(label).memory?.capacity;
  assert.equal(capacity("Apple M1 Max 32-Core GPU 64GB"), 64e9);
  assert.equal(capacity("Apple M4 Pro 20-Core GPU 48GB"), 48e9);
  assert.equal(capacity("Apple M4 Max 64GB"), 64e9);
  assert.equal(capacity("NVIDIA B200 SXM 192GB"), capacity("b200-sxm"));
  assert.deepEqual(["A311D2", "A311D2 16GB"].map(capacity), [undefined, 16e9]);
});

test("findDevice() of a misspelt name suggests the names most like it", () => {
  const found = findDevice(catalogue, "h100 smx");
  assert.ok(!found.ok);
  assert.match(found.error.expected, /did you mean "NVIDIA H100 SXM5 80GB"/);
});

test("offersFor() gives dated prices of one device, the cheapest device-hour first", () => {
  const found = offersFor(catalogue, "h100-sxm");
  assert.ok(found.length > 20);
  const rents = found.map(({ dollarsPerHour = Infinity, count }) => dollarsPerHour / count);
  assert.deepEqual(
    rents,
    rents.toSorted((a, b) => a - b),
  );
  for (const { date, device: of } of found) assert.ok(date !== undefined && of === "h100-sxm");
});

test("usualOffer() is what all devices cost least in, of hosts that hold those that share links", () => {
  const found = offersFor(catalogue, "h100-sxm");
  const named = (devices: number, together: number) =>
    usualOffer(found, { devices, together })?.name;
  assert.equal(named(1, 1), "p5.4xlarge");
  assert.equal(named(8, 1), "p5.48xlarge");
  assert.equal(named(8, 8), "p5.48xlarge");
  assert.equal(named(2, 2), "a3-highgpu-2g");
  assert.equal(named(32, 32), "p5.48xlarge");
});

test("offers() have ids of their own", () => {
  const ids = offers(catalogue).map(({ id }) => id);
  assert.equal(new Set(ids).size, ids.length);
});

test("grids() keep average and marginal intensity apart", () => {
  const tokyo = findGrid(catalogue, "aws/ap-northeast-1");
  assert.ok(tokyo.ok);
  assert.equal(tokyo.value.gramsPerKwh, 536.06);
  assert.equal(tokyo.value.marginalGramsPerKwh, 535.91);
  assert.equal(tokyo.value.pue, 1.27);
});

test("findGrid() of the default has an intensity, a PUE and a price", () => {
  const world = findGrid(catalogue, GRID_DEFAULT);
  assert.ok(world.ok);
  const { gramsPerKwh, pue, dollarsPerKwh } = world.value;
  assert.ok(gramsPerKwh !== undefined && pue !== undefined && dollarsPerKwh !== undefined);
});

test("findGrid() of a bare region suggests the ids that hold it", () => {
  const found = findGrid(catalogue, "us-east-1");
  assert.ok(!found.ok);
  assert.match(found.error.expected, /aws\/us-east-1/);
  assert.ok(grids(catalogue).length > 100);
});

test("systemFor() of a device alone is its vendor's server, somewhere in the world", () => {
  const system = systemFor(catalogue, device("h100-sxm"));
  assert.equal(system.perHost, 8);
  assert.equal(system.network, 400e9 / 8);
  assert.ok(Math.abs(system.hostPower - 0.38 * (10_200 / 8 - 700)) < 1e-9);
  assert.equal(system.grid?.id, GRID_DEFAULT);
  assert.deepEqual(
    systemsOf(catalogue, "h100-sxm").map(({ id }) => id),
    ["dgx-h100"],
  );
});

test("systemFor() of a module that carries its processor loses a fifth of what it is limited to, not of its rating", () => {
  const module = device("jetson-agx-orin");
  const limited = { ...module, power: { ...module.power, limit: 20 } };
  assert.equal(systemFor(catalogue, module).hostPower, 0.2 * 60);
  assert.equal(systemFor(catalogue, limited).hostPower, 0.2 * 20);
});

test("systemFor() of a processor without a rating has the watts of a board that waits, of a rated one a fifth of its own", () => {
  const draw = (id: string) => systemFor(catalogue, device(id));
  assert.deepEqual([draw("bcm2711").hostPower, draw("bcm2711").hostBase], [0, 3.06]);
  assert.deepEqual([draw("xeon-8480p").hostPower, draw("xeon-8480p").hostBase], [0.2 * 350, 0]);
});

test("systemFor() of an offer stands in the offer's region, with its devices and network", () => {
  const offer = offersFor(catalogue, "h100-sxm").find(({ count }) => count === 8);
  assert.ok(offer !== undefined);
  const system = systemFor(catalogue, device("h100-sxm"), { offer });
  assert.equal(system.perHost, 8);
  assert.equal(system.offer, offer);
  assert.equal(system.grid?.id, `${offer.provider}/${offer.region}`);
});

test("systemFor() of a device of no known server is one of eight, each with a card of its PCIe's generation where links join them all", () => {
  const [pair, module, card] = ["h100-pcie", "mi300x", "l40s"].map((id) =>
    systemFor(catalogue, { ...device(id), id: "own" }),
  );
  assert.deepEqual([pair?.perHost, module?.perHost, card?.perHost], [8, 8, 8]);
  // 400 Gb/s beside PCIe 5.0, as in DGX H100
  assert.ok(Math.abs((module?.network ?? 0) / 50e9 - 1) < 0.001);
  assert.deepEqual([pair?.network, card?.network], [12.5e9 / 8, 12.5e9 / 8]);
});

test("systemFor() of a slice joins chips up to the link domain", () => {
  const [offer] = offersFor(catalogue, "tpu-v5e");
  assert.equal(offer?.slice, true);
  assert.equal(systemFor(catalogue, device("tpu-v5e"), { offer }).perHost, 256);
});

test("systemFor() of every device has a network and a host power that is a number", () => {
  for (const each of devices(catalogue)) {
    const { network, hostPower, perHost } = systemFor(catalogue, each);
    assert.ok(network > 0 && hostPower >= 0 && perHost >= 1, each.id);
  }
});

test("extendCatalogue() adds a user's device and replaces one of the same id", () => {
  const figure = { value: "5 TFLOPS", source: "me", at: "measured" };
  const once = extendCatalogue(catalogue, userDevice({ "peak/matrix/fp16/dense": figure }));
  assert.ok(once.ok);
  const twice = extendCatalogue(once.value, userDevice({}));
  assert.ok(twice.ok);
  assert.equal(twice.value.accelerators.length, catalogue.accelerators.length + 1);
  const found = findDevice(once.value, "My chip");
  assert.ok(found.ok);
  assert.equal(found.value.peak.fp16, 5e12);
});

const MISTAKES: readonly (readonly [string, unknown, RegExp])[] = [
  ["an unknown part", { gpus: [] }, /gpus/],
  ["an unknown figure", userDevice({ tflops: { value: "5", source: "me", at: "x" } }), /tflops/],
  [
    "a unit that does not fit its key",
    userDevice({ "power/max": { value: "5 GB", source: "me", at: "x" } }),
    /power\/max/,
  ],
  [
    "a source that nobody knows",
    userDevice({ "power/max": { value: "5 W", source: "nobody", at: "x" } }),
    /source/,
  ],
  [
    "a sum where a product is due",
    userDevice({ "power/max": { derived: "power/idle + 5" } }),
    /power\/max/,
  ],
  ["a list for a catalogue", [], /^$/],
];

for (const [what, json, where] of MISTAKES) {
  test(`decodeCatalogue() refuses ${what} and says where`, () => {
    const decoded = decodeCatalogue(json);
    assert.ok(!decoded.ok);
    assert.match(decoded.error.path.join("."), where);
  });
}
