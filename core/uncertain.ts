/**
 * A figure that follows from several uncertain ones, and which of them it hangs on.
 *
 * Each term is moved alone to its p10 and its p90. Terms err independently, so the differences to the
 * middle add as squares: exact for sums, first order for the rest.
 *
 * Source: JCGM 100:2008 (GUM), section 5.1.2, with the two sides of each term kept apart
 */
import { type Interval, weakest } from "./interval.ts";

/** An input with its doubt, and where it is from; "prior" where nobody published it. */
export interface Uncertain {
  readonly name: string;
  readonly value: Interval;
  readonly source: string;
}

/** What the answer would be with one term at either end of its interval. */
export interface Swing {
  readonly name: string;
  readonly atP10: number;
  readonly atP90: number;
}

export interface Propagated {
  readonly answer: Interval;
  /** The widest first: a tornado. */
  readonly swings: readonly Swing[];
}

/** `f` of all terms at their middle, and how far each moves it. */
export function propagated<K extends string>(
  terms: Readonly<Record<K, Uncertain>>,
  f: (values: Readonly<Record<K, number>>) => number,
): Propagated {
  const names = Object.keys(terms).filter((key): key is K => key in terms);
  const at = (moved: K | null, end: "p10" | "p90"): number => {
    const values = Object.fromEntries(
      names.map((key) => [key, terms[key].value[key === moved ? end : "p50"]]),
    );
    // Every key of K is set on the line above.
    return f(values as Readonly<Record<K, number>>);
  };
  const p50 = at(null, "p10");
  const swings = names.map((key) => ({
    name: terms[key].name,
    atP10: at(key, "p10"),
    atP90: at(key, "p90"),
  }));
  const felt = names.filter((_, index) => {
    const swing = swings[index];
    return swing !== undefined && isFelt(swing);
  });
  const side = (sign: 1 | -1): number =>
    Math.hypot(
      ...swings.map(({ atP10, atP90 }) => Math.max(0, sign * (atP10 - p50), sign * (atP90 - p50))),
    );
  const answer = {
    p10: p50 - side(-1),
    p50,
    p90: p50 + side(1),
    basis: weakest((felt.length === 0 ? names : felt).map((key) => terms[key].value.basis)),
  };
  return { answer, swings: swings.filter(isFelt).toSorted((a, b) => width(b) - width(a)) };
}

function width({ atP10, atP90 }: Swing): number {
  return Math.abs(atP90 - atP10);
}

function isFelt(swing: Swing): boolean {
  return width(swing) > 0;
}

/** A term nobody measured: what the author holds likely. */
export function prior(
  name: string,
  [p10, p50, p90]: readonly [number, number, number],
  source = "prior",
): Uncertain {
  return { name, value: { p10, p50, p90, basis: "analytic" }, source };
}

/** Terms of coefficients/priors.json. */
export function priors<K extends string>(
  table: Readonly<
    Record<K, { name: string; p10: number; p50: number; p90: number; source: string }>
  >,
): Readonly<Record<K, Uncertain>> {
  const entries = Object.entries<(typeof table)[K]>(table).map(
    ([key, { name, p10, p50, p90, source }]) => [key, prior(name, [p10, p50, p90], source)],
  );
  // The keys of `table`, each once.
  return Object.fromEntries(entries) as Record<K, Uncertain>;
}

/** A term taken as certain, as a user's own figure is. */
export function given(name: string, value: number, source = "given"): Uncertain {
  return { name, value: { p10: value, p50: value, p90: value, basis: "measured" }, source };
}
