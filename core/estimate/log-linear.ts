/**
 * A logarithm that is a weighted sum of traits: what a residual fit leaves behind.
 *
 * A trait outside the range that was fitted counts as the end of that range, and one that was never
 * seen counts as its mean, so that no sum runs away on a machine or a load unlike the evidence.
 *
 * Source: Hoerl and Kennard 1970, "Ridge Regression" (the fit); coefficients/corrections.json (weights)
 */

/** Figures of a question by name; what does not apply is absent, which reads as 0. */
export type Traits = Readonly<Record<string, number>>;

export interface Term {
  readonly weight: number;
  readonly low: number;
  readonly high: number;
}

export interface LogLinear {
  readonly intercept: number;
  readonly terms: Readonly<Record<string, Term>>;
  /** What figures of one device say beyond all others', by its id. */
  readonly devices?: Readonly<Record<string, Readonly<Record<string, Term>>>>;
  /** Bounds of the sum. */
  readonly low: number;
  readonly high: number;
}

export const NOTHING: LogLinear = { intercept: 0, terms: {}, low: 0, high: 0 };

/** The sum for `traits`, of a device where one is named. */
export function logLinear(
  { intercept, terms, devices, low, high }: LogLinear,
  traits: Traits,
  device?: string,
): number {
  const own = device === undefined ? undefined : devices?.[device];
  const sum = intercept + sumOf(terms, traits) + (own === undefined ? 0 : sumOf(own, traits));
  return Math.min(high, Math.max(low, sum));
}

function sumOf(terms: Readonly<Record<string, Term>>, traits: Traits): number {
  let sum = 0;
  for (const name in terms) {
    const term = terms[name];
    if (term === undefined) continue;
    sum += term.weight * Math.min(term.high, Math.max(term.low, traits[name] ?? 0));
  }
  return sum;
}
