/**
 * Readings of the host from /proc and /sys, named as node-exporter names them.
 *
 * Source: docs.kernel.org: proc(5), hwmon sysfs-interface (millidegrees, rpm, microwatts), powercap
 * (energy_uj, in microjoules), RAS/edac (ce_count, ue_count); prometheus/node_exporter
 */
import type { Machine } from "./machine.ts";
import { reading, type Reading } from "./reading.ts";

/** Ticks of /proc/stat a second, on Linux for user programs. */
const TICKS = 100;
const MODES = ["user", "nice", "system", "idle", "iowait", "irq", "softirq", "steal"] as const;

export function hostReadings(machine: Machine): readonly Reading[] {
  return [
    ...cpuTimes(machine),
    ...memory(machine),
    ...reading("node_load1", {}, machine.read("proc/loadavg")?.split(" ")[0]),
    ...clock(machine),
    ...disk(machine),
    ...sensors(machine),
    ...rapl(machine),
    ...edac(machine),
    ...throttles(machine),
  ];
}

/** All CPUs together: a host of 256 has 2,000 series else. */
function cpuTimes({ read }: Machine): readonly Reading[] {
  const [, ...ticks] = /^cpu +.*$/mu.exec(read("proc/stat") ?? "")?.[0].split(/\s+/u) ?? [];
  return MODES.flatMap((mode, at) =>
    reading("node_cpu_seconds_total", { mode }, ticks[at], 1 / TICKS),
  );
}

/** Mean of all CPUs; kHz in the kernel's files. */
function clock({ read, list }: Machine): readonly Reading[] {
  const clocks = cpus(list).flatMap((name) => {
    const path = `sys/devices/system/cpu/${name}/cpufreq/scaling_cur_freq`;
    return reading("node_cpu_scaling_frequency_hertz", {}, read(path) ?? undefined, 1000);
  });
  const [first] = clocks;
  if (first === undefined) return [];
  return [{ ...first, value: clocks.reduce((all, { value }) => all + value, 0) / clocks.length }];
}

function cpus(list: Machine["list"]): readonly string[] {
  return list("sys/devices/system/cpu").filter((name) => /^cpu\d+$/u.test(name));
}

function memory({ read }: Machine): readonly Reading[] {
  const text = read("proc/meminfo") ?? "";
  return ["MemTotal", "MemAvailable", "SwapFree"].flatMap((name) => {
    const kib = new RegExp(`^${name}:\\s+(\\d+) kB`, "mu").exec(text)?.[1];
    return reading(`node_memory_${name}_bytes`, {}, kib, 1024);
  });
}

function disk({ space }: Machine): readonly Reading[] {
  const found = space("");
  if (found === null) return [];
  const labels = { mountpoint: "/" };
  return [
    { name: "node_filesystem_size_bytes", labels, value: found.size },
    { name: "node_filesystem_avail_bytes", labels, value: found.free },
  ];
}

const KINDS: readonly (readonly [pattern: RegExp, name: string, factor: number])[] = [
  [/^temp\d+_input$/u, "node_hwmon_temp_celsius", 1e-3],
  [/^temp\d+_crit$/u, "node_hwmon_temp_crit_celsius", 1e-3],
  [/^fan\d+_input$/u, "node_hwmon_fan_rpm", 1],
  [/^power\d+_average$/u, "node_hwmon_power_average_watt", 1e-6],
];

function sensors({ read, list }: Machine): readonly Reading[] {
  return list("sys/class/hwmon").flatMap((folder) => {
    const path = `sys/class/hwmon/${folder}`;
    const chip = read(`${path}/name`)?.trim() ?? folder;
    return list(path).flatMap((file) => {
      const kind = KINDS.find(([pattern]) => pattern.test(file));
      if (kind === undefined) return [];
      const labels = { chip: `${chip}/${folder}`, sensor: file.replace(/_\w+$/u, "") };
      return reading(kind[1], labels, read(`${path}/${file}`) ?? undefined, kind[2]);
    });
  });
}

/** Counters of packages; they start again at max_energy_range_uj, which a rate must allow for. */
function rapl({ read, list }: Machine): readonly Reading[] {
  return list("sys/class/powercap")
    .filter((zone) => /^intel-rapl:\d+$/u.test(zone))
    .flatMap((zone) =>
      reading(
        "node_rapl_package_joules_total",
        { index: zone.replace("intel-rapl:", ""), path: `/sys/class/powercap/${zone}` },
        read(`sys/class/powercap/${zone}/energy_uj`) ?? undefined,
        1e-6,
      ),
    );
}

function edac({ read, list }: Machine): readonly Reading[] {
  const root = "sys/devices/system/edac/mc";
  return list(root)
    .filter((name) => /^mc\d+$/u.test(name))
    .flatMap((name) => {
      const labels = { controller: name.slice(2) };
      const count = (file: string) => read(`${root}/${name}/${file}`) ?? undefined;
      return [
        ...reading("node_edac_correctable_errors_total", labels, count("ce_count")),
        ...reading("node_edac_uncorrectable_errors_total", labels, count("ue_count")),
      ];
    });
}

/** Of the whole host: cores that were slowed for heat, times. */
function throttles({ read, list }: Machine): readonly Reading[] {
  const counts = cpus(list).flatMap((name) => {
    const path = `sys/devices/system/cpu/${name}/thermal_throttle/package_throttle_count`;
    return reading("node_cpu_package_throttles_total", {}, read(path) ?? undefined);
  });
  const [first] = counts;
  if (first === undefined) return [];
  return [{ ...first, value: Math.max(...counts.map(({ value }) => value)) }];
}
