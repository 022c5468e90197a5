/** Samples that benchmarks take to their quality target. */
import table from "../catalogue/benchmarks/mlperf-training.json" with { type: "json" };

/**
 * Samples of `model`'s benchmark at a global batch, between its reference points on a line; beyond them the
 * nearest. Null where MLCommons publishes none.
 *
 * Source: catalogue/benchmarks/mlperf-training.json
 */
export function samplesToQuality(model: string, batch: number): number | null {
  const found = table.benchmarks.find(({ models }) => models.some((name) => matches(name, model)));
  if (found === undefined) return null;
  const above = found.points.find((point) => point.batch >= batch);
  const below = found.points.findLast((point) => point.batch <= batch);
  if (above === undefined || below === undefined) return (above ?? below)?.samples ?? null;
  if (above.batch === below.batch) return above.samples;
  const share = (batch - below.batch) / (above.batch - below.batch);
  return below.samples + share * (above.samples - below.samples);
}

function matches(pattern: string, model: string): boolean {
  return new RegExp(pattern, "u").test(model);
}
