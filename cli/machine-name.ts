import { availableParallelism, cpus } from "node:os";

/** "2 × AMD EPYC": the processor as the system names it. */
export function machineName(): string {
  return `${availableParallelism()} × ${cpus()[0]?.model ?? "unknown processor"}`;
}
