/** What was measured as a file of the catalogue: one device, each figure with how it was measured. */
import type { DeviceFile, Figure, SourceFile } from "../../core/index.ts";
import { grouped } from "../grouped.ts";
import { isCompute, type Lane } from "./lane.ts";
import type { Found, Machine } from "./machine.ts";
import type { GpuLanes } from "./measure-lanes.ts";

export interface OwnCatalogue {
  readonly sources: Readonly<Record<string, SourceFile>>;
  readonly accelerators: readonly [DeviceFile];
}

interface Named {
  /** Which commands know it by. */
  readonly id: string;
  /** Day of the measurement, ISO. */
  readonly date: string;
}

const SOURCE = "measured-here";
const DIGITS = 3;

type Figures = Record<string, Figure>;

/** The processor with its memory. `powerLimit` in watts. */
export function processorFile(
  { machine, lanes }: { readonly machine: Machine; readonly lanes: readonly Lane[] },
  powerLimit: number | null,
  named: Named,
): OwnCatalogue {
  const { memory, threads, clock, caches, vendor } = machine;
  const last = caches.toSorted((a, b) => b.level - a.level)[0];
  const figures: Figures = { ...rates(lanes) };
  if (memory !== null) figures["memory/device/capacity"] = read(memory, "B");
  if (last !== undefined) figures["cache/last"] = read({ value: last.bytes, from: last.from }, "B");
  if (clock !== null) figures["clock/base"] = read(clock, "Hz");
  if (powerLimit !== null) {
    const from = "/sys/class/powercap, constraint_0_power_limit_uw";
    figures["power/max"] = read({ value: powerLimit, from }, "W");
  }
  figures["units"] = read(threads, "");
  return catalogueOf(named, lanes, {
    name: machine.name?.value ?? "This processor",
    vendor: VENDORS[vendor?.value ?? ""] ?? "Own",
    kind: "cpu",
    figures,
  });
}

/** Names as makers have them in the catalogue. Source: Arm, Main ID Register, Implementer; cpuid leaf 0 */
const VENDORS: Readonly<Record<string, string>> = {
  GenuineIntel: "Intel",
  AuthenticAMD: "AMD",
  HygonGenuine: "AMD",
};

/** A GPU that one of the drivers found. */
export function gpuFile({ gpu, lanes }: GpuLanes, named: Named): OwnCatalogue {
  const figures: Figures = { ...rates(lanes) };
  const from = `${gpu.by} driver`;
  if (gpu.memory !== null)
    figures["memory/device/capacity"] = read({ value: gpu.memory, from }, "B");
  if (gpu.cache !== null) figures["cache/l2"] = read({ value: gpu.cache, from }, "B");
  if (gpu.clock !== null) figures["clock/boost"] = read({ value: gpu.clock, from }, "Hz");
  if (gpu.power !== null) figures["power/max"] = read({ value: gpu.power, from }, "W");
  if (gpu.units !== null) figures["units"] = read({ value: gpu.units, from }, "");
  const { name, vendor } = gpu;
  return catalogueOf(named, lanes, { name, vendor, kind: "gpu", figures });
}

function catalogueOf(
  { id, date }: Named,
  lanes: readonly Lane[],
  device: Pick<DeviceFile, "name" | "vendor" | "kind" | "figures">,
): OwnCatalogue {
  const days = new Set(lanes.flatMap((lane) => lane.date ?? []));
  const source = (read: string): SourceFile => ({
    title: "Measured here",
    publisher: "tenlane measure lanes",
    url: "about:blank",
    read,
    class: "secondary",
  });
  const before = [...days].map((day) => [sourceOf(day), source(day)] as const);
  return {
    sources: { [SOURCE]: source(date), ...Object.fromEntries(before) },
    accelerators: [
      { id, status: "shipping", aliases: [], ...device, figures: sorted(device.figures) },
    ],
  };
}

/** Each day that something was measured on is a source of its own; the day of the answer has no name. */
function sourceOf(day: string | undefined): string {
  return day === undefined ? SOURCE : `${SOURCE}-${day}`;
}

function sorted(figures: DeviceFile["figures"]): DeviceFile["figures"] {
  return Object.fromEntries(Object.entries(figures).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** Ceilings of arithmetic by format, and of memory: what the better repeats reached, since noise only slows. */
function rates(lanes: readonly Lane[]): Figures {
  const figures: Figures = {};
  const products = grouped(
    lanes.filter(({ what }) => what === "matmul"),
    ({ precision }) => precision,
  );
  for (const [precision, each] of products) {
    const best = quickest(each);
    if (precision === null || best === null) continue;
    figures[`peak/matrix/${precision}/dense`] = reached(best, "FLOP/s");
    if (precision === "fp32") figures["peak/vector/fp32"] = reached(best, "FLOP/s");
  }
  const bytes = lanes.filter((lane) => !isCompute(lane));
  const largest = Math.max(...bytes.map(({ size }) => size));
  const memory = quickest(bytes.filter(({ size }) => size === largest));
  if (memory !== null) figures["memory/device/bandwidth"] = reached(memory, "B/s");
  return figures;
}

function quickest(lanes: readonly Lane[]): Lane | null {
  return lanes.toSorted((a, b) => b.rate.p90 - a.rate.p90)[0] ?? null;
}

function reached({ rate, method, what, size, threads, date }: Lane, unit: string): Figure {
  const on = threads === null ? "" : `, ${threads} threads`;
  return {
    value: written(rate.p90, unit),
    source: sourceOf(date),
    at: `${what} of size ${size} by ${method}${on}`,
    note: "p90 of repeats: what code reached, of which the hardware may allow more",
  };
}

function read({ value, from }: Found<number>, unit: string): Figure {
  return { value: written(value, unit), source: SOURCE, at: from };
}

const PREFIXES = [
  [1e12, "T"],
  [1e9, "G"],
  [1e6, "M"],
] as const;

/** "203 GFLOP/s": three digits of a rate or a clock, whole bytes and counts. */
function written(value: number, unit: string): string {
  if (unit === "" || unit === "B") return `${Math.round(value)}${unit === "" ? "" : " B"}`;
  const [size, prefix] = PREFIXES.find(([each]) => value >= each) ?? [1, ""];
  return `${Number((value / size).toPrecision(DIGITS))} ${prefix}${unit}`;
}
