import assert from "node:assert/strict";
import { get } from "node:http";
import { test } from "node:test";
import { alertsOf } from "./alerts.ts";
import { dashboard } from "./dashboard.ts";
import { exposition } from "./exposition.ts";
import { fakeMachine, type FakeMachine } from "./_fake-machine.ts";
import { seriesOf, type Sample } from "./reading.ts";
import { serving } from "./serving.ts";
import { judging, sampleOf, watch } from "./watch.ts";

/** In the shape that nvidia-smi --query-gpu prints with csv,noheader,nounits. */
const GPU = {
  index: "0",
  uuid: "GPU-1",
  name: "NVIDIA H100 80GB HBM3",
  bus: "00000000:3B:00.0",
  temperature: "45",
  memoryTemperature: "52",
  margin: "38",
  power: "680.12",
  limit: "700.00",
  clock: "1755",
  memoryClock: "2619",
  maxClock: "1980",
  use: "99",
  memoryUse: "40",
  used: "70000",
  free: "11559",
  fan: "[N/A]",
  generation: "5",
  maxGeneration: "5",
  width: "16",
  maxWidth: "16",
  corrected: "0",
  uncorrected: "0",
  reasons: "0x0000000000000000",
};

function rigged(
  machine: FakeMachine,
  changed: Partial<typeof GPU> = {},
  more: readonly string[] = [],
) {
  const [remapped = "0, 0, 0, 0", nvlink = "0", log = ""] = more;
  machine.programs = [
    ["nvidia-smi", "--query-gpu", `${Object.values({ ...GPU, ...changed }).join(", ")}\n`],
    ["nvidia-smi", "--query-remapped-rows", `GPU-1, ${remapped}\n`],
    [
      "nvidia-smi",
      "nvlink",
      `GPU 0: NVIDIA H100 80GB HBM3 (UUID: GPU-1)\n\t Link 0: Replay Errors: ${nvlink}\n\t Link 0: Recovery Errors: 0\n\t Link 0: CRC Errors: 0\n`,
    ],
    ["dmesg", "--notime", log],
  ];
}

const HOST = {
  "proc/stat": "cpu  1000 0 500 8000 10 0 5 0 0 0\ncpu0 1 2 3\n",
  "proc/meminfo": "MemTotal:       16000 kB\nMemAvailable:    8000 kB\nSwapFree:            0 kB\n",
  "proc/loadavg": "0.52 0.58 0.59 1/389 12345\n",
  "sys/class/hwmon/hwmon0/name": "coretemp\n",
  "sys/class/hwmon/hwmon0/temp1_input": "45000\n",
  "sys/class/hwmon/hwmon0/temp1_crit": "100000\n",
  "sys/class/hwmon/hwmon0/fan1_input": "1200\n",
  "sys/class/powercap/intel-rapl:0/energy_uj": "262143000000\n",
  "sys/class/powercap/intel-rapl:0:0/energy_uj": "1\n",
  "sys/devices/system/edac/mc/mc0/ce_count": "0\n",
  "sys/devices/system/edac/mc/mc0/ue_count": "0\n",
  "sys/devices/system/cpu/cpu0/thermal_throttle/package_throttle_count": "3\n",
  "sys/devices/system/cpu/cpu0/cpufreq/scaling_cur_freq": "2000000\n",
  "sys/devices/system/cpu/cpu1/cpufreq/scaling_cur_freq": "3000000\n",
  "sys/devices/system/cpu/cpu1/thermal_throttle/package_throttle_count": "3\n",
};

function valueOf({ readings }: Sample, name: string): number | undefined {
  return readings.find((each) => each.name === name)?.value;
}

const rules = (samples: readonly Sample[]) => alertsOf(samples).map(({ rule }) => rule);

async function after(machine: FakeMachine, seconds = 5): Promise<Sample> {
  machine.at += 1000 * seconds;
  machine.elapsed += seconds;
  return sampleOf(machine);
}

test("sampleOf() a host reads CPU, memory, heat, fans, energy, memory errors in exporters' units", async () => {
  const sample = await sampleOf(fakeMachine({ ...HOST }));
  assert.equal(valueOf(sample, "node_memory_MemTotal_bytes"), 16_384_000);
  assert.equal(valueOf(sample, "node_load1"), 0.52);
  assert.equal(valueOf(sample, "node_hwmon_temp_celsius"), 45);
  assert.equal(valueOf(sample, "node_hwmon_fan_rpm"), 1200);
  assert.equal(valueOf(sample, "node_rapl_package_joules_total"), 262_143);
  assert.equal(valueOf(sample, "node_edac_correctable_errors_total"), 0);
  assert.equal(valueOf(sample, "node_cpu_package_throttles_total"), 3);
  assert.equal(valueOf(sample, "node_cpu_scaling_frequency_hertz"), 2.5e9);
  assert.equal(
    sample.readings.filter(({ name }) => name === "node_rapl_package_joules_total").length,
    1,
  );
  const system = sample.readings.find(({ labels }) => labels["mode"] === "system");
  assert.equal(system?.value, 5);
  assert.deepEqual(alertsOf([sample]), []);
});

test("sampleOf() a GPU has DCGM's names; what is not there is absent", async () => {
  const machine = fakeMachine({ ...HOST });
  rigged(machine);
  const sample = await sampleOf(machine);
  assert.equal(valueOf(sample, "DCGM_FI_DEV_POWER_USAGE"), 680.12);
  assert.equal(valueOf(sample, "DCGM_FI_DEV_FAN_SPEED"), undefined);
  assert.equal(valueOf(sample, "DCGM_FI_DEV_XID_ERRORS"), 0);
  assert.equal(valueOf(sample, "DCGM_FI_DEV_NVLINK_REPLAY_ERROR_COUNT_TOTAL"), 0);
  assert.deepEqual(alertsOf([sample]), []);
});

test("sampleOf() adds the errors of all NVLinks of a GPU, each GPU for itself", async () => {
  const machine = fakeMachine();
  rigged(machine);
  const links = (uuid: string, ...counts: readonly number[]) =>
    [
      `GPU 0: NVIDIA H100 80GB HBM3 (UUID: ${uuid})`,
      ...counts.map((count, link) => `\t Link ${link}: Replay Errors: ${count}`),
    ].join("\n");
  const other = Object.values({ ...GPU, index: "1", uuid: "GPU-2" }).join(", ");
  machine.programs = [
    ["nvidia-smi", "--query-gpu", `${Object.values(GPU).join(", ")}\n${other}\n`],
    ["nvidia-smi", "nvlink", `${links("GPU-1", 2, 0, 5)}\n${links("GPU-2", 1, 3)}\n`],
  ];
  const found = (await sampleOf(machine)).readings.filter(({ name }) => /REPLAY/u.test(name));
  assert.deepEqual(
    found.map(({ labels, value }) => [labels["UUID"], value]),
    [
      ["GPU-1", 7],
      ["GPU-2", 4],
    ],
  );
});

test("sampleOf() of a driver that knows a field by another name, or not yet, asks as it answers, and then no other way", async () => {
  for (const [refused, margin, tries] of [
    ["clocks_throttle_reasons", 38, 2],
    ["temperature.gpu.tlimit", undefined, 3],
  ] as const) {
    const machine = fakeMachine();
    rigged(machine);
    const { run } = machine;
    let asked = 0;
    const choosy = {
      ...machine,
      run: async (program: string, args: readonly string[]) => {
        const text = args.join(" ");
        if (!text.includes("--query-gpu")) return run(program, args);
        asked += 1;
        if (text.includes(refused)) return null;
        const { margin: _, ...without } = GPU;
        return `${Object.values(text.includes("tlimit") ? GPU : without).join(", ")}\n`;
      },
    };
    const first = await sampleOf(choosy);
    assert.equal(valueOf(first, "DCGM_FI_DEV_GPU_TEMP_LIMIT"), margin);
    assert.equal(valueOf(first, "DCGM_FI_DEV_CLOCK_THROTTLE_REASONS"), 0);
    assert.equal(valueOf(first, "DCGM_FI_DEV_POWER_USAGE"), 680.12);
    assert.equal(asked, tries);
    await sampleOf(choosy);
    assert.equal(asked, tries + 1);
  }
});

test("sampleOf() reads rocm-smi of either power name", async () => {
  const machine = fakeMachine();
  const card = {
    "Temperature (Sensor junction) (C)": "61.0",
    "Current Socket Graphics Package Power (W)": "534.0",
    "GPU use (%)": "98",
    "sclk clock speed:": "(2100Mhz)",
  };
  machine.programs = [["rocm-smi", "--json", JSON.stringify({ card0: card, system: {} })]];
  const sample = await sampleOf(machine);
  assert.equal(valueOf(sample, "gpu_junction_temperature"), 61);
  assert.equal(valueOf(sample, "gpu_package_power"), 534);
  assert.equal(valueOf(sample, "gpu_clock"), 2100);
  machine.programs = [["rocm-smi", "--json", "WARNING: no AMD GPUs"]];
  assert.equal(valueOf(await sampleOf(machine), "gpu_package_power"), undefined);
});

/** Two GPUs of AMD and the chip of the board's own screen, as /sys has them. */
function amdFiles(): Record<string, string> {
  const device = (card: string) => `sys/class/drm/${card}/device`;
  return {
    [`${device("card0")}/vendor`]: "0x1a03\n",
    [`${device("card0")}/current_link_width`]: "1\n",
    [`${device("card1")}/vendor`]: "0x1002\n",
    [`${device("card1")}/uevent`]: "DRIVER=amdgpu\nPCI_SLOT_NAME=0000:c3:00.0\n",
    [`${device("card1")}/current_link_width`]: "16\n",
    [`${device("card1")}/max_link_width`]: "16\n",
    [`${device("card1")}/pcie_replay_count`]: "0\n",
    [`${device("card1")}/ras/umc_err_count`]: "ue: 0\nce: 3\n",
    [`${device("card1")}/ras/gfx_err_count`]: "ue: 1\nce: 4\n",
    [`${device("card1")}/ras/gpu_vram_bad_pages`]:
      "0x0000a000 : 0x00001000 : R\n0x0000b000 : 0x00001000 : P\n",
    [`${device("card2")}/vendor`]: "0x1002\n",
    [`${device("card2")}/uevent`]: "PCI_SLOT_NAME=0000:43:00.0\n",
    [`${device("card2")}/current_link_width`]: "16\n",
    [`${device("card2")}/max_link_width`]: "16\n",
    "sys/class/drm/card1-DP-1/status": "connected\n",
  };
}

test("sampleOf() AMD GPUs have memory errors, retired pages and links from the kernel, numbered by their slots", async () => {
  const { readings } = await sampleOf(fakeMachine(amdFiles()));
  const of = (gpu: string) =>
    Object.fromEntries(
      readings
        .filter(({ labels }) => labels["gpu_id"] === gpu)
        .map(({ name, value }) => [name, value]),
    );
  assert.deepEqual(of("1"), {
    gpu_ecc_correct_total: 7,
    gpu_ecc_uncorrect_total: 1,
    tenlane_gpu_bad_pages: 1,
    pcie_replay_count: 0,
    tenlane_pcie_link_width: 16,
    tenlane_pcie_max_link_width: 16,
  });
  assert.deepEqual(of("0"), { tenlane_pcie_link_width: 16, tenlane_pcie_max_link_width: 16 });
});

test("alertsOf() AMD GPUs: errors and pages that grow, replays, a link that got narrower", async () => {
  const machine = fakeMachine(amdFiles());
  const first = await sampleOf(machine);
  assert.deepEqual(alertsOf([first]), []);
  const device = "sys/class/drm/card1/device";
  machine.files[`${device}/ras/umc_err_count`] = "ue: 1\nce: 5\n";
  machine.files[`${device}/ras/gpu_vram_bad_pages`] = "0xa : 0x1 : R\n0xb : 0x1 : R\n";
  machine.files[`${device}/pcie_replay_count`] = "9\n";
  machine.files[`${device}/current_link_width`] = "8\n";
  const alerts = alertsOf([first, await after(machine)]);
  assert.deepEqual(
    alerts.map(({ rule, severity }) => `${severity} ${rule}`),
    [
      "warning PCIe width",
      "warning corrected ECC errors",
      "critical uncorrected ECC errors",
      "warning pages retired",
      "warning PCIe replays",
    ],
  );
  assert.equal(alerts[0]?.reason, "x8 of x16");
});

test("sampleOf() counts instructions a cycle where perf may, in its CSV", async () => {
  const machine = fakeMachine();
  for (const [text, expected] of [
    [
      "# started on Sun Nov 29 12:00:00 2026\n\n4500;;instructions;100;100.00;1.50;insn per cycle\n3000;;cycles;100;100.00;;\n",
      1.5,
    ],
    ["<not supported>;;instructions;0;100.00;;\n<not supported>;;cycles;0;100.00;;\n", undefined],
    ["0;;instructions;0;100.00;;\n0;;cycles;0;100.00;;\n", undefined],
  ] as const) {
    machine.programs = [["perf", "instructions,cycles", text]];
    assert.equal(valueOf(await sampleOf(machine), "tenlane_instructions_per_cycle"), expected);
  }
});

test("alertsOf() a sensor of the host three degrees below its limit, and a disk with a hundredth left", async () => {
  const machine = fakeMachine({ ...HOST, "sys/class/hwmon/hwmon0/temp1_input": "97000\n" });
  const [hot, ...others] = alertsOf([await sampleOf(machine)]);
  assert.deepEqual(
    [hot?.rule, hot?.reason, others.length],
    ["thermal margin", "3.0 °C below its limit", 0],
  );
  const full = fakeMachine();
  full.space = () => ({ size: 1000, free: 10 });
  const [disk] = alertsOf([await sampleOf(full)]);
  assert.deepEqual([disk?.rule, disk?.reason], ["disk full", "1.0 % left"]);
  full.space = () => ({ size: 1000, free: 25 });
  assert.deepEqual(alertsOf([await sampleOf(full)]), []);
});

test("alertsOf() a fan that stops while its chip is no cooler, not one that rests", async () => {
  const fan = "sys/class/hwmon/hwmon0/fan1_input";
  for (const [degrees, expected] of [
    ["45000\n", ["fan stopped"]],
    ["39000\n", []],
  ] as const) {
    const machine = fakeMachine({ ...HOST });
    const first = await sampleOf(machine);
    machine.files[fan] = "0\n";
    machine.files["sys/class/hwmon/hwmon0/temp1_input"] = degrees;
    assert.deepEqual(rules([first, await after(machine)]), expected);
  }
  const still = fakeMachine({ ...HOST, [fan]: "0\n" });
  assert.deepEqual(rules([await sampleOf(still), await after(still)]), []);
});

test("alertsOf() throttling, heat, remapping and Xid says why and what to do", async () => {
  const machine = fakeMachine();
  rigged(machine, { reasons: "0x0000000000000048", margin: "2" }, [
    "1, 2, 0, Yes",
    "0",
    "NVRM: Xid (PCI:0000:3b:00): 31, pid=1, app\nNVRM: Xid (PCI:0000:3b:00): 79, pid=1, GPU has fallen off the bus.\n",
  ]);
  const alerts = alertsOf([await sampleOf(machine)]);
  assert.deepEqual(
    alerts.map(({ rule }) => rule),
    ["throttling", "throttling", "Xid", "row remapping", "thermal margin"],
  );
  const xid = alerts.find(({ rule }) => rule === "Xid");
  assert.match(xid?.reason ?? "", /79/u);
  assert.match(xid?.action ?? "", /fell off the bus/u);
  for (const { action, subject } of alerts) assert.ok(action !== "" && subject.includes("GPU-1"));
});

test("alertsOf() counters that grow, not those that stand", async () => {
  const machine = fakeMachine({ ...HOST });
  rigged(machine, { uncorrected: "4" });
  const first = await sampleOf(machine);
  assert.deepEqual(rules([first, await after(machine)]), []);
  rigged(machine, { uncorrected: "5" }, ["0, 1, 0, 0", "12"]);
  machine.files["sys/devices/system/edac/mc/mc0/ce_count"] = "9\n";
  const second = await after(machine);
  assert.deepEqual(rules([first, second]), [
    "uncorrected ECC errors",
    "rows remapped",
    "NVLink replays",
    "corrected memory errors",
  ]);
});

test("alertsOf() a PCIe link that got narrower", async () => {
  const machine = fakeMachine();
  rigged(machine, { width: "8" });
  const [alert] = alertsOf([await sampleOf(machine)]);
  assert.equal(alert?.reason, "x8 of x16");
});

test("alertsOf() a PCIe link that stays slow under work, not one that idles", async () => {
  for (const [use, expected] of [
    ["99", ["PCIe speed"]],
    ["0", []],
  ] as const) {
    const machine = fakeMachine();
    rigged(machine, { generation: "1", use });
    const samples = [await sampleOf(machine), await after(machine)];
    assert.deepEqual(rules(samples), []);
    assert.deepEqual(rules([...samples, await after(machine)]), expected);
  }
});

test("alertsOf() slow clocks of a busy GPU in three samples, unless its power is capped", async () => {
  for (const [reasons, expected] of [
    ["0x0", ["clocks below expected"]],
    ["0x4", []],
  ] as const) {
    const machine = fakeMachine();
    rigged(machine, { clock: "1200", reasons });
    const samples = [await sampleOf(machine), await after(machine)];
    assert.deepEqual(rules(samples), []);
    assert.deepEqual(rules([...samples, await after(machine)]), expected);
  }
});

test("alertsOf() a sensor that vanishes, and a clock that steps", async () => {
  const machine = fakeMachine({ ...HOST });
  const first = await sampleOf(machine);
  delete machine.files["sys/class/hwmon/hwmon0/fan1_input"];
  machine.at -= 3_600_000;
  const second = await after(machine);
  const alerts = alertsOf([first, second]);
  assert.deepEqual(
    alerts.map(({ rule }) => rule),
    ["sensor vanished", "clock step"],
  );
  assert.match(alerts[1]?.reason ?? "", /back by 3600/u);
});

/** Rules that stand after each sample, as whoever asks now and then sees them. */
async function stood(
  machine: FakeMachine,
  count: number,
  at: Readonly<Record<number, () => void>>,
) {
  const judge = judging();
  const found: string[] = [];
  for (let index = 0; index < count; index += 1) {
    at[index]?.();
    found.push(
      judge(await after(machine))
        .map(({ rule }) => rule)
        .join("+"),
    );
  }
  return found;
}

test("judging() a vanished sensor stands until it is read again, past what is remembered", async () => {
  const machine = fakeMachine({ ...HOST });
  const path = "sys/class/hwmon/hwmon0/fan1_input";
  const found = await stood(machine, 40, {
    1: () => void delete machine.files[path],
    30: () => void (machine.files[path] = "1200\n"),
  });
  const gone = Array.from({ length: 29 }, () => "sensor vanished");
  assert.deepEqual(found, ["", ...gone, ...Array.from({ length: 10 }, () => "")]);
});

test("judging() a clock step stands for as long as it is remembered, once a minute is enough to see it", async () => {
  const machine = fakeMachine({ ...HOST });
  const found = await stood(machine, 16, { 1: () => void (machine.at += 60_000) });
  const steps = Array.from({ length: 11 }, () => "clock step");
  assert.deepEqual(found, ["", ...steps, "", "", "", ""]);
});

test("judging() a stopped fan stands until it turns", async () => {
  const machine = fakeMachine({ ...HOST });
  const path = "sys/class/hwmon/hwmon0/fan1_input";
  const found = await stood(machine, 30, {
    1: () => void (machine.files[path] = "0\n"),
    25: () => void (machine.files[path] = "900\n"),
  });
  const stopped = Array.from({ length: 24 }, () => "fan stopped");
  assert.deepEqual(found, ["", ...stopped, "", "", "", "", ""]);
});

test("alertsOf() a GPU that falls off the bus is one critical alert, whatever it told; one field gone is a warning", async () => {
  const machine = fakeMachine({ ...HOST });
  rigged(machine);
  const first = await sampleOf(machine);
  rigged(machine, { memoryTemperature: "[N/A]" });
  const second = await after(machine);
  const [field, ...others] = alertsOf([first, second]);
  assert.equal(others.length, 0);
  assert.deepEqual([field?.rule, field?.severity], ["sensor vanished", "warning"]);
  assert.match(field?.subject ?? "", /^DCGM_FI_DEV_MEMORY_TEMP\{/u);
  machine.programs = [];
  const [gone, ...more] = alertsOf([second, await after(machine)]);
  assert.equal(more.length, 0);
  assert.equal(gone?.severity, "critical");
  assert.match(gone?.reason ?? "", /and \d\d more readings: last read 5 s ago$/u);
  assert.match(gone?.action ?? "", /off the bus/u);
});

test("exposition() is Prometheus text: a type a name, a line a series, labels escaped", async () => {
  const machine = fakeMachine();
  rigged(machine, { name: 'a "GPU"' });
  const sample = await sampleOf(machine);
  const text = exposition(sample, alertsOf([sample]));
  assert.match(text, /^# TYPE DCGM_FI_DEV_GPU_TEMP gauge$/mu);
  assert.match(text, /^DCGM_FI_DEV_GPU_TEMP\{UUID="GPU-1",gpu="0",modelName="a \\"GPU\\""\} 45$/mu);
  for (const name of ["UNCORRECTABLE_REMAPPED_ROWS", "ECC_DBE_VOL_TOTAL"])
    assert.match(text, new RegExp(`^# TYPE DCGM_FI_DEV_${name} counter$`, "mu"));
  const series = text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  assert.equal(new Set(series).size, series.length);
});

test("dashboard() has a panel a place, of the source it asks for, and shares of CPU that are shares", () => {
  // Its own list, as Grafana reads it.
  const { panels, templating } = dashboard() as {
    readonly panels: readonly {
      readonly id: number;
      readonly title: string;
      readonly datasource: { readonly uid: string };
      readonly gridPos: Readonly<Record<"x" | "y" | "w" | "h", number>>;
      readonly targets: readonly { readonly expr: string }[];
    }[];
    readonly templating: { readonly list: readonly { readonly name: string }[] };
  };
  const places = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
    Array.from({ length: w * h }, (_, at) => `${x + (at % w)} ${y + Math.floor(at / w)}`),
  );
  assert.equal(new Set(places).size, places.length);
  assert.equal(new Set(panels.map(({ id }) => id)).size, panels.length);
  const sources = new Set(templating.list.map(({ name }) => `\${${name}}`));
  assert.ok(panels.every(({ datasource }) => sources.has(datasource.uid)));
  // All CPUs are one series a mode, so that idle seconds a second go up to the number of CPUs.
  const cpu = panels.find(({ title }) => title === "CPU")?.targets[0]?.expr;
  assert.match(cpu ?? "", /idle.* \/ sum\(rate\(node_cpu_seconds_total\[1m\]\)\)$/u);
});

test("dashboard() asks for names that are exported", async () => {
  const machine = fakeMachine({ ...HOST });
  rigged(machine);
  const names = new Set((await sampleOf(machine)).readings.map(({ name }) => name));
  const asked = JSON.stringify(dashboard()).match(/(?:DCGM_FI|node)_\w+/gu) ?? [];
  assert.ok(asked.length > 10);
  for (const name of asked) assert.ok(names.has(name), name);
});

test("watch() serves the last sample on the loopback, raises an alert once, and stops", async () => {
  const machine = fakeMachine({ ...HOST });
  rigged(machine, { width: "8" });
  const raised: string[] = [];
  const stopper = new AbortController();
  const port = 20_000 + (process.pid % 20_000);
  const watching = watch({
    machine,
    every: 0.05,
    samples: Infinity,
    history: null,
    selfTest: null,
    port,
    stop: stopper.signal,
    raise: ({ rule }) => void raised.push(rule),
  });
  await new Promise((resolve) => setTimeout(resolve, 300));
  const body = await new Promise<string>((resolve, reject) => {
    get({ host: "127.0.0.1", port, path: "/metrics" }, (answer) => {
      let text = "";
      answer.on("data", (part) => (text += part));
      answer.on("end", () => resolve(text));
    }).on("error", reject);
  });
  stopper.abort();
  const { samples, lost } = await watching;
  assert.match(body, /DCGM_FI_DEV_PCIE_LINK_WIDTH/u);
  assert.match(body, /tenlane_alert\{rule="PCIe width"/u);
  assert.ok(samples >= 2 && lost === 0);
  assert.deepEqual(raised, ["PCIe width"]);
});

test(
  "watch() waits for the rest of the pace alone, where reading takes its time",
  { timeout: 20_000 },
  async () => {
    const machine = fakeMachine({ ...HOST });
    const slow = {
      ...machine,
      run: async (program: string) => {
        if (program === "perf") machine.elapsed += 30;
        return null;
      },
    };
    const { samples } = await watch({
      machine: slow,
      every: 30,
      samples: 3,
      history: null,
      selfTest: null,
      port: null,
      stop: AbortSignal.timeout(15_000),
      raise: () => undefined,
    });
    assert.equal(samples, 3);
  },
);

test("seriesOf() is one for labels in any order", () => {
  const labels = { b: "2", a: "1" };
  assert.equal(seriesOf({ name: "n", labels, value: 0 }), 'n{a="1",b="2"}');
});

test("serving() answers /metrics alone, whole, and drops what is no request", async () => {
  const { close } = await serving(41_873, () => "température 1\n");
  const at = (path: string) => fetch(`http://127.0.0.1:41873${path}`);
  const page = await at("/metrics?x=1");
  assert.equal(page.status, 200);
  assert.match(page.headers.get("content-type") ?? "", /version=0\.0\.4/u);
  assert.equal(await page.text(), "température 1\n");
  assert.equal((await at("/")).status, 404);
  assert.equal((await fetch("http://127.0.0.1:41873/metrics", { method: "POST" })).status, 404);
  await assert.rejects(at(`/${"a".repeat(9000)}`));
  await assert.rejects(serving(41_873, () => ""));
  close();
  await assert.rejects(at("/metrics"));
});
