/** Where benchmarks keep what takes long to fetch or to make: outside the project, so that installing leaves it alone. */
import { homedir } from "node:os";
import { join } from "node:path";

export function cachePath(...parts: readonly string[]): string {
  const base = process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache");
  return join(base, "tenlane-bench", ...parts);
}
