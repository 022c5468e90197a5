/**
 * Energy of processor packages, by the counters of RAPL.
 *
 * Source: docs.kernel.org, power/powercap: energy_uj counts microjoules and starts again at max_energy_range_uj
 */
import type { Joules } from "../../core/index.ts";
import type { Tree } from "./machine.ts";

const FOLDER = "sys/class/powercap";

interface Counter {
  readonly zone: string;
  readonly microjoules: number;
  readonly range: number;
}

/** Starts to count; the answer says what all packages have drawn since. Null where nothing may be read. */
export function startedMeter(tree: Tree): (() => Joules) | null {
  const before = counters(tree);
  if (before.length === 0) return null;
  return () => {
    const after = new Map(counters(tree).map(({ zone, microjoules }) => [zone, microjoules]));
    return before.reduce((sum, { zone, microjoules, range }) => {
      const drawn = (after.get(zone) ?? microjoules) - microjoules;
      return sum + (drawn < 0 ? drawn + range : drawn) * 1e-6;
    }, 0);
  };
}

/** Packages alone: what stands below them is counted in them. */
function counters({ read, list }: Tree): readonly Counter[] {
  return list(FOLDER)
    .filter((zone) => /^intel-rapl:\d+$/u.test(zone))
    .flatMap((zone) => {
      const at = (file: string) => Number(read(`${FOLDER}/${zone}/${file}`) ?? Number.NaN);
      const microjoules = at("energy_uj");
      if (!Number.isFinite(microjoules)) return [];
      const range = at("max_energy_range_uj");
      return { zone, microjoules, range: Number.isFinite(range) ? range : 0 };
    });
}

/** Watts that all packages together may draw for long; null where no zone says. */
export function powerLimit({ read, list }: Tree): number | null {
  const limits = list(FOLDER)
    .filter((zone) => /^intel-rapl:\d+$/u.test(zone))
    .flatMap((zone) => {
      const microwatts = Number(read(`${FOLDER}/${zone}/constraint_0_power_limit_uw`) ?? 0);
      return microwatts > 0 ? microwatts * 1e-6 : [];
    });
  return limits.length === 0 ? null : limits.reduce((sum, watts) => sum + watts, 0);
}
