/** Seconds in which a processor worked for this program, whatever else ran on it. */
import process from "node:process";
import type { Clock } from "./repeats.ts";

/** Of this thread; null on a Node that does not say (before 23.9). */
export function threadClock(): Clock | null {
  // Types know the newest Node.
  const usage = process.threadCpuUsage as typeof process.threadCpuUsage | undefined;
  return usage === undefined ? null : () => seconds(usage.call(process));
}

function seconds({ user, system }: NodeJS.CpuUsage): number {
  return (user + system) * 1e-6;
}
