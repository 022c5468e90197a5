/** Intervals as cells of a sheet: a column for each quantile of each figure. */
import type { Interval } from "../../core/index.ts";

const QUANTILES = ["p10", "p50", "p90"] as const;

export function quantileColumns(names: readonly string[]): readonly string[] {
  return names.flatMap((name) => QUANTILES.map((quantile) => `${name}.${quantile}`));
}

/** In the order of {@link quantileColumns}; null where a figure is not known. */
export function quantileCells<F extends string>(
  names: readonly F[],
  figures: Readonly<Record<F, Interval | null>>,
): readonly (number | null)[] {
  return names.flatMap((name) => QUANTILES.map((quantile) => figures[name]?.[quantile] ?? null));
}
