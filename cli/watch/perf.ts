/**
 * Instructions a cycle of all CPUs, by the counters that `perf` reads for a tenth of a second: a CPU that waits for
 * memory, or is held back, does few.
 *
 * Source: perf-stat(1), "CSV FORMAT": value, unit, event, with -x
 */
import type { Machine } from "./machine.ts";
import type { Reading } from "./reading.ts";

const ARGS = ["stat", "-a", "-x", ";", "-o", "/dev/stdout", "-e", "instructions,cycles"];
const SPELL = ["--", "sleep", "0.1"];

/** Nothing without `perf`, or where it may not count (perf_event_paranoid, virtual machines). */
export async function perfReadings({ run }: Machine): Promise<readonly Reading[]> {
  const text = (await run("perf", [...ARGS, ...SPELL])) ?? "";
  const counted = (event: string): number => {
    const line = text.split("\n").find((each) => each.split(";")[2]?.startsWith(event) === true);
    return Number(line?.split(";")[0]);
  };
  const value = counted("instructions") / counted("cycles");
  if (!Number.isFinite(value)) return [];
  return [{ name: "tenlane_instructions_per_cycle", labels: {}, value }];
}
