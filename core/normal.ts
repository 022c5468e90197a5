/** The standard normal distribution, enough of it for intervals and occupancies. */

/** Standard normal quantile of 0.9. */
export const Z90 = 1.2815515655446004;

/** Probability below `z`. Abramowitz and Stegun 26.2.17, absolute error below 7.5e-8. */
export function normalCdf(z: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(z));
  const series =
    t *
    (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  const upper = (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * series;
  return z >= 0 ? 1 - upper : upper;
}

/** The inverse of {@link normalCdf}, by bisection within ±8; exactly 0 at one half. */
export function normalQuantile(probability: number): number {
  if (probability === 0.5) return 0;
  let low = -8;
  let high = 8;
  for (let halving = 0; halving < 50; halving++) {
    const middle = (low + high) / 2;
    if (normalCdf(middle) < probability) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
