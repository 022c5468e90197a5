/** What a machine says of itself in /proc and /sys, each value with the place it was read from. */
import { readdirSync, readFileSync } from "node:fs";
import { availableParallelism, cpus, totalmem } from "node:os";
import { join } from "node:path";
import type { Bytes, Hertz } from "../../core/units.ts";

/** A value and where it stands. */
export interface Found<T> {
  readonly value: T;
  readonly from: string;
}

export interface Cache {
  readonly level: number;
  readonly kind: string;
  readonly bytes: Bytes;
  /** Processors that share one, as Linux lists them: "0-7". */
  readonly sharedBy: string | null;
  readonly from: string;
}

/** What is not said is null. */
export interface Machine {
  readonly name: Found<string> | null;
  readonly vendor: Found<string> | null;
  readonly flags: Found<readonly string[]> | null;
  /** Processors that a program may use at once, quotas of containers counted. */
  readonly threads: Found<number>;
  /** Cores, where each may be several processors. */
  readonly cores: Found<number> | null;
  readonly caches: readonly Cache[];
  readonly clock: Found<Hertz> | null;
  readonly memory: Found<Bytes> | null;
  readonly memoryFree: Found<Bytes> | null;
  readonly system: Found<string> | null;
}

/** Files below a root: "/" or a copy of one. */
export interface Tree {
  readonly read: (path: string) => string | null;
  readonly list: (path: string) => readonly string[];
}

export function treeAt(root: string): Tree {
  return {
    read: (path) => orElse(() => readFileSync(join(root, path), "utf8"), null),
    list: (path) => orElse(() => readdirSync(join(root, path)).toSorted(), []),
  };
}

/** Files of the kernel vanish and refuse as they like: what cannot be read is not there. */
function orElse<T>(read: () => T, otherwise: T): T {
  try {
    return read();
  } catch {
    return otherwise;
  }
}

/** The machine below `root`; what its files leave out of this very machine is asked of Node. */
export function machineAt(root = "/"): Machine {
  const tree = treeAt(root);
  const isOwn = root === "/";
  const [first] = isOwn ? cpus() : [];
  const own = <T>(value: T | undefined, from: string) =>
    value === undefined ? null : { value, from: `node:os ${from}` };
  return {
    name: cpuLine(tree, "model name", "Model") ?? boardName(tree) ?? own(first?.model, "cpus()"),
    vendor: cpuLine(tree, "vendor_id", "CPU implementer"),
    flags: flagsOf(tree),
    threads: threadsOf(tree, isOwn),
    cores: coresOf(tree),
    caches: cachesOf(tree),
    clock: clockOf(tree),
    memory: memoryOf(tree) ?? own(isOwn ? totalmem() : undefined, "totalmem()"),
    memoryFree: kibibytes(tree, "MemAvailable"),
    system: whole(tree, "proc/sys/kernel/osrelease"),
  };
}

const CPUINFO = "proc/cpuinfo";
const CPUS = "sys/devices/system/cpu";

function cpuLine({ read }: Tree, ...names: readonly string[]): Found<string> | null {
  const text = read(CPUINFO) ?? "";
  for (const name of names) {
    const value = new RegExp(`^${name}\\s*:\\s*(\\S.*)$`, "mu").exec(text)?.[1];
    if (value !== undefined) return { value, from: `/${CPUINFO}, ${name}` };
  }
  return null;
}

function whole({ read }: Tree, path: string): Found<string> | null {
  const value = read(path)?.replaceAll("\0", "").trim();
  return value === undefined || value === "" ? null : { value, from: `/${path}` };
}

/** Boards with Arm cores are named by their device tree. */
function boardName(tree: Tree): Found<string> | null {
  return whole(tree, "sys/firmware/devicetree/base/model");
}

function flagsOf(tree: Tree): Found<readonly string[]> | null {
  const line = cpuLine(tree, "flags", "Features");
  return line === null ? null : { value: line.value.split(/\s+/u), from: line.from };
}

/** The least of: processors online, those this process may run on, and the quota of its container. */
function threadsOf(tree: Tree, isOwn: boolean): Found<number> {
  const online = listCount(tree.read(`${CPUS}/online`)?.trim() ?? "");
  const [, quota = 0, period = 1] =
    /^(\d+) (\d+)/u.exec(tree.read("sys/fs/cgroup/cpu.max") ?? "") ?? [];
  const allowed = Number(quota) > 0 ? Math.max(1, Math.floor(Number(quota) / Number(period))) : 0;
  const choices: readonly Found<number>[] = [
    { value: online, from: `/${CPUS}/online` },
    { value: allowed, from: "/sys/fs/cgroup/cpu.max" },
    { value: isOwn ? availableParallelism() : 0, from: "node:os availableParallelism()" },
  ];
  const known = choices.filter(({ value }) => value > 0);
  return known.reduce((least, each) => (each.value < least.value ? each : least), {
    value: known[0]?.value ?? 1,
    from: known[0]?.from ?? "nothing said",
  });
}

/** Members of a list as the kernel writes it: "0-3,8". */
function listCount(list: string): number {
  if (list === "") return 0;
  return list.split(",").reduce((count, range) => {
    const [first = 0, last = first] = range.split("-").map(Number);
    return count + last - first + 1;
  }, 0);
}

function coresOf({ read, list }: Tree): Found<number> | null {
  const siblings = list(CPUS)
    .filter((name) => /^cpu\d+$/u.test(name))
    .flatMap((name) => read(`${CPUS}/${name}/topology/thread_siblings_list`)?.trim() ?? []);
  const value = new Set(siblings).size;
  return value === 0 ? null : { value, from: `/${CPUS}/cpu*/topology/thread_siblings_list` };
}

const UNITS: Readonly<Record<string, number>> = { K: 2 ** 10, M: 2 ** 20, G: 2 ** 30 };

function cachesOf({ read, list }: Tree): readonly Cache[] {
  const folder = `${CPUS}/cpu0/cache`;
  return list(folder)
    .filter((name) => /^index\d+$/u.test(name))
    .flatMap((name) => {
      const at = (file: string) => read(`${folder}/${name}/${file}`)?.trim() ?? null;
      const [, digits, unit = ""] = /^(\d+)([KMG]?)$/u.exec(at("size") ?? "") ?? [];
      if (digits === undefined) return [];
      return {
        level: Number(at("level")),
        kind: at("type") ?? "",
        bytes: Number(digits) * (UNITS[unit] ?? 1),
        sharedBy: at("shared_cpu_list"),
        from: `/${folder}/${name}/size`,
      };
    });
}

function clockOf(tree: Tree): Found<Hertz> | null {
  for (const file of ["base_frequency", "cpuinfo_max_freq"]) {
    const path = `${CPUS}/cpu0/cpufreq/${file}`;
    const kilohertz = Number(tree.read(path) ?? Number.NaN);
    if (kilohertz > 0) return { value: kilohertz * 1e3, from: `/${path}` };
  }
  const line = cpuLine(tree, "cpu MHz");
  return line === null ? null : { value: Number(line.value) * 1e6, from: line.from };
}

/** What a container may use, else what there is. */
function memoryOf(tree: Tree): Found<Bytes> | null {
  const total = kibibytes(tree, "MemTotal");
  const limit = Number(tree.read("sys/fs/cgroup/memory.max") ?? Number.NaN);
  if (limit > 0 && (total === null || limit < total.value)) {
    return { value: limit, from: "/sys/fs/cgroup/memory.max" };
  }
  return total;
}

function kibibytes({ read }: Tree, name: string): Found<Bytes> | null {
  const value = new RegExp(`^${name}:\\s+(\\d+) kB`, "mu").exec(read("proc/meminfo") ?? "")?.[1];
  return value === undefined
    ? null
    : { value: Number(value) * 1024, from: `/proc/meminfo, ${name}` };
}

/** Microseconds so far in which something waited for a processor; null where the kernel does not count. */
export function waitedMicroseconds({ read }: Tree): number | null {
  const total = /^some .*total=(\d+)/mu.exec(read("proc/pressure/cpu") ?? "")?.[1];
  return total === undefined ? null : Number(total);
}
