/** What one lane of a machine reaches. */
export interface LaneRates {
  /** FLOP/s of a product of FP32 matrices. */
  readonly compute: number;
  /** Bytes a second, read and written, of a copy. */
  readonly bandwidth: number;
  /** FLOP/s of attention in FP32, its softmax not counted. */
  readonly attention: number;
}

/** What nine of ten repeats stay below: other programs only slow, and a lucky one is not the rule. */
export function upper(rates: readonly number[]): number {
  const sorted = rates.toSorted((a, b) => a - b);
  return sorted[Math.floor(0.9 * (sorted.length - 1))] ?? 0;
}
