/**
 * The hosts that kernels were timed in: what devices reach among each other through them, and how
 * fast they launch. Neither is taken from an all-reduce, which is what these figures are to explain.
 */
import { quantileOf } from "../../core/calibrate/index.ts";
import type { Device } from "../../core/index.ts";
import type { Host } from "../../core/estimate/laws/index.ts";
import { numberOf, rowsOf, textOf, type Row } from "./tables.ts";

/** The host of each device of `systems` (folder → device), by device id. */
export async function kernelHosts(
  directory: string,
  systems: ReadonlyMap<string, Device>,
): Promise<ReadonlyMap<string, Host>> {
  const launches = new Map<string, number>();
  const hosts = new Map<string, Host>();
  for (const [system, device] of systems) {
    const gemm = await rowsOf(directory, {
      system,
      operator: "gemm",
      engine: "vllm",
      file: "gemm",
    });
    const time = launchTime(gemm);
    if (time !== null) launches.set(device.id, time);
    const exchanges = await Promise.all(
      LIBRARIES.map((engine) =>
        rowsOf(directory, { system, operator: "comm", engine, file: engine }),
      ),
    );
    hosts.set(device.id, { peers: peersOf(exchanges.flat(), device), launch: 1 });
  }
  const middle = quantileOf([...launches.values()], 0.5);
  for (const [id, host] of hosts) {
    const launch = (launches.get(id) ?? middle) / middle;
    hosts.set(id, { ...host, launch: Number.isFinite(launch) ? launch : 1 });
  }
  return hosts;
}

/** A product that vLLM 0.24 launches from Python in several kernels: 150 µs and more on any device. */
const LAUNCHED = "CutlassFp8BlockScaledMMKernel";

/** Time of the shortest products launched by the host; null without that table. */
function launchTime(rows: readonly Row[]): number | null {
  const times = rows
    .filter((row) => textOf(row, "kernel_source") === LAUNCHED)
    .map((row) => numberOf(row, "latency"));
  return times.length === 0 ? null : quantileOf(times, 0.05);
}

const LIBRARIES = ["nccl", "oneccl"];
/** An all-reduce is the one after the other. */
const EXCHANGES: ReadonlySet<string> = new Set(["reduce_scatter", "all_gather"]);
/** Payloads long enough that latency is no part of the rate. */
const LONG = 2 ** 27;

/** Median rate of long exchanges, over the host link; none for devices with links of their own. */
function peersOf(rows: readonly Row[], device: Device): Host["peers"] {
  const { host, link } = device;
  if (host === undefined || link !== undefined) return [];
  const rates = new Map<number, number[]>();
  for (const row of rows) {
    const [ranks, bytes] = [numberOf(row, "num_gpus"), numberOf(row, "message_size")];
    if (!EXCHANGES.has(textOf(row, "op_name")) || bytes < LONG) continue;
    const rate = crossingBytes(row, ranks, bytes) / (numberOf(row, "latency") * 1e-3);
    rates.set(ranks, [...(rates.get(ranks) ?? []), rate]);
  }
  return [...rates]
    .toSorted(([a], [b]) => a - b)
    .map(([ranks, mine]) => ({ ranks, share: quantileOf(mine, 0.5) / host.bandwidth }));
}

/** Bytes that cross each device's link. oneCCL's table counts an all-gather by what one rank gives, NCCL's by the whole. */
function crossingBytes(row: Row, ranks: number, bytes: number): number {
  const given =
    textOf(row, "kernel_source") === "oneCCL" && textOf(row, "op_name") === "all_gather";
  return given ? (ranks - 1) * bytes : ((ranks - 1) / ranks) * bytes;
}
