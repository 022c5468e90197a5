/** How crowded the machine is, by what the kernel says. */
import { treeAt, waitedMicroseconds, type Tree } from "../lanes/machine.ts";
import type { Clock } from "../lanes/repeats.ts";

/**
 * Starts to watch; what it gives tells the share of time since in which something waited for a processor, or null
 * where the kernel does not say.
 *
 * Source: docs.kernel.org, PSI: "some ... total=" of /proc/pressure/cpu is in microseconds
 */
export function pressureWatch(
  tree: Tree = treeAt("/"),
  now: Clock = () => performance.now() / 1e3,
): () => number | null {
  const started = now();
  const before = waitedMicroseconds(tree);
  return () => {
    const after = waitedMicroseconds(tree);
    const elapsed = (now() - started) * 1e6;
    return before === null || after === null ? null : Math.min(1, (after - before) / elapsed);
  };
}
