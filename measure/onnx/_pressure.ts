/** How crowded the machine is, by what the kernel says. */
import { readFileSync } from "node:fs";

/**
 * Starts to watch; what it gives tells the share of time since in which something waited for a processor, or null
 * where the kernel does not say.
 *
 * Source: docs.kernel.org, PSI: "some ... total=" of /proc/pressure/cpu is in microseconds
 */
export function pressureWatch(): () => number | null {
  const started = performance.now();
  const before = stalled();
  return () => {
    const after = stalled();
    const elapsed = (performance.now() - started) * 1e3;
    return before === null || after === null ? null : Math.min(1, (after - before) / elapsed);
  };
}

function stalled(): number | null {
  try {
    const text = readFileSync("/proc/pressure/cpu", "utf8");
    return Number(/^some .*total=(\d+)/mu.exec(text)?.[1] ?? Number.NaN);
  } catch {
    return null;
  }
}
