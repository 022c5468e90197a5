/** Published figures that bear on a pair: what both machines of it were measured at, doing equal work. */
import type { Machines, Pair } from "./compare.ts";

/** What a claim can be about. */
export type ClaimedUse = "training" | "inference";

/** A published figure as a rate, and what it was measured at. */
export interface PublishedRate {
  /** Equal for equal work that one publication measured under equal conditions. */
  readonly workload: string;
  /** Of what, as it is shown. */
  readonly about: string;
  readonly use: ClaimedUse;
  /** Id in the catalogue. */
  readonly device: string;
  readonly count: number;
  /** Of all devices together, in the figure's own unit, more being better. */
  readonly rate: number;
  readonly source: string;
}

/** How many times as fast, over the workloads that one publication measured on both. */
export interface PublishedRatio {
  readonly about: string;
  readonly use: ClaimedUse;
  readonly source: string;
  readonly least: number;
  readonly median: number;
  readonly most: number;
  /** Workloads, each at each number of devices where any will do. */
  readonly workloads: number;
}

/**
 * The best figure of each machine, workload by workload: as many devices of both as the pair has, or, where it has
 * equally many, equally many. Most workloads first.
 */
export function publishedRatios(
  { of, over }: Pair,
  rates: readonly PublishedRate[],
): readonly PublishedRatio[] {
  const isEqual = of.count === over.count;
  const below = bestRates(rates, over, isEqual);
  const ratios = new Map<string, { readonly best: PublishedRate; readonly ratios: number[] }>();
  for (const [workload, best] of bestRates(rates, of, isEqual)) {
    const other = below.get(workload);
    if (other === undefined) continue;
    const name = [best.use, best.about, best.source].join("|");
    const alike = ratios.get(name) ?? { best, ratios: [] };
    alike.ratios.push(best.rate / other.rate);
    ratios.set(name, alike);
  }
  return [...ratios.values()]
    .map((alike) => summary(alike.best, alike.ratios))
    .toSorted(
      (a, b) =>
        b.workloads - a.workloads ||
        a.about.localeCompare(b.about) ||
        a.source.localeCompare(b.source),
    );
}

/** By workload, and by how many devices where any number will do. */
function bestRates(
  rates: readonly PublishedRate[],
  { system, count }: Machines,
  isAnyNumber: boolean,
): ReadonlyMap<string, PublishedRate> {
  const best = new Map<string, PublishedRate>();
  for (const each of rates) {
    if (each.device !== system.device.id || (!isAnyNumber && each.count !== count)) continue;
    const key = isAnyNumber ? `${each.workload}|${each.count}` : each.workload;
    if (each.rate > (best.get(key)?.rate ?? 0)) best.set(key, each);
  }
  return best;
}

function summary({ about, use, source }: PublishedRate, ratios: readonly number[]): PublishedRatio {
  const sorted = ratios.toSorted((a, b) => a - b);
  const at = (place: number): number => sorted[place] ?? Number.NaN;
  const middle = (sorted.length - 1) / 2;
  const median = (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2;
  const [least, most] = [at(0), at(sorted.length - 1)];
  return { about, use, source, least, median, most, workloads: sorted.length };
}
