/** The machine that measures, as a certificate names it. */
import { readFileSync } from "node:fs";
import { arch, availableParallelism, cpus, loadavg, platform, release, totalmem } from "node:os";
import type { Certificate, Cpu } from "../../core/optimise/index.ts";

type Fingerprint = Omit<Certificate["machine"], "load">;

/** Flags that decide how fast numbers of some kind are. */
const TELLING = /^(?:avx\w*|amx\w*|sse4_2|fma|f16c|asimd\w*|sve\w*|i8mm|bf16)$/u;

export function fingerprint(): Fingerprint {
  return {
    processor: cpus()[0]?.model ?? "unknown",
    flags: processorFlags().filter((flag) => TELLING.test(flag)),
    cores: availableParallelism(),
    memory: totalmem(),
    system: `${platform()} ${release()} ${arch()}`,
  };
}

/** Programs that ran or waited, on average over a minute. */
export function load(): number {
  return loadavg()[0] ?? 0;
}

const SUMS_WIDE = /^(?:avx512_vnni|avx_vnni|amx_int8|asimddp|i8mm)$/u;

/** What decides which formats are fast: of a browser the least that one may have. */
export function cpuFacts(provider: string): Cpu {
  if (provider !== "cpu") return { sumsWide: false };
  const sumsWide = processorFlags().some((flag) => SUMS_WIDE.test(flag));
  return { sumsWide };
}

/** Empty where the system does not list them. */
function processorFlags(): readonly string[] {
  try {
    const text = readFileSync("/proc/cpuinfo", "utf8");
    return /^(?:flags|Features)\s*:(.*)$/mu.exec(text)?.[1]?.trim().split(/\s+/u) ?? [];
  } catch {
    return [];
  }
}
