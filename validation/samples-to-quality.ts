/** Samples that benchmarks take to their quality target. */
import table from "../catalogue/benchmarks/mlperf-training.json" with { type: "json" };

/**
 * Samples of `model`'s benchmark at a global batch, between its reference points on a line; beyond them the
 * nearest. Null where MLCommons publishes none.
 *
 * Source: catalogue/benchmarks/mlperf-training.json
 */
export function samplesToQuality(model: string, batch: number): number | null {
  const found = benchmarkOf(model);
  if (found === undefined) return null;
  const above = found.points.find((point) => point.batch >= batch);
  const below = found.points.findLast((point) => point.batch <= batch);
  if (above === undefined || below === undefined) return (above ?? below)?.samples ?? null;
  if (above.batch === below.batch) return above.samples;
  const share = (batch - below.batch) / (above.batch - below.batch);
  return below.samples + share * (above.samples - below.samples);
}

/** Samples that are evaluated for each one that is learnt from; 0 where the rules that were read say none. */
export function evaluatedShare(model: string): number {
  const rules = benchmarkOf(model)?.evaluation;
  return rules === undefined ? 0 : rules.samples / rules.every;
}

function benchmarkOf(model: string) {
  const all: readonly Benchmark[] = table.benchmarks;
  return all.find(({ models }) => models.some((name) => matches(name, model)));
}

interface Benchmark {
  readonly models: readonly string[];
  readonly points: readonly { readonly batch: number; readonly samples: number }[];
  readonly evaluation?: { readonly every: number; readonly samples: number };
}

function matches(pattern: string, model: string): boolean {
  return new RegExp(pattern, "iu").test(model);
}
