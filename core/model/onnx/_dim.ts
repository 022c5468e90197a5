/**
 * Sizes that may depend on symbols: a number, or a sum of symbols times whole numbers and a constant.
 *
 * What is no such sum (a product or a rounded quotient of symbols) becomes a symbol of its own, named
 * by its expression, so that equal expressions stay equal.
 */

export type Dim = number | Affine;

export interface Affine {
  readonly terms: ReadonlyMap<string, number>;
  readonly constant: number;
}

export function symbol(name: string): Dim {
  return { terms: new Map([[name, 1]]), constant: 0 };
}

export function plus(a: Dim, b: Dim): Dim {
  if (typeof a === "number" && typeof b === "number") return a + b;
  const [left, right] = [affine(a), affine(b)];
  const terms = new Map(left.terms);
  for (const [name, factor] of right.terms) terms.set(name, (terms.get(name) ?? 0) + factor);
  return plain(terms, left.constant + right.constant);
}

export function minus(a: Dim, b: Dim): Dim {
  return plus(a, times(b, -1));
}

export function times(a: Dim, b: Dim): Dim {
  if (typeof a === "number" && typeof b === "number") return a * b;
  if (typeof a === "number") return times(b, a);
  if (typeof b !== "number") return symbol([factor(a), factor(b)].toSorted().join("*"));
  const terms = new Map([...a.terms].map(([name, each]) => [name, each * b]));
  return plain(terms, a.constant * b);
}

/** The quotient rounded down; what does not divide becomes a symbol of its own. */
export function quotient(a: Dim, b: Dim): Dim {
  if (isSameDim(a, b) && a !== 0) return 1;
  if (typeof b === "number" && b !== 0) {
    if (typeof a === "number") return Math.floor(a / b);
    if ([...a.terms.values()].every((each) => each % b === 0)) {
      const terms = new Map([...a.terms].map(([name, each]) => [name, each / b]));
      return plain(terms, Math.floor(a.constant / b));
    }
  }
  const again = typeof b === "number" ? quotientOf(a) : null;
  if (again !== null) return quotient(again.of, again.by * Number(b));
  return dividedOut(a, b) ?? symbol(`floor(${factor(a)}/${factor(b)})`);
}

/** What `floor(a/2)` divides, by what. */
function quotientOf(dim: Dim): { readonly of: Dim; readonly by: number } | null {
  if (typeof dim === "number" || dim.terms.size !== 1 || dim.constant !== 0) return null;
  const [[name, count] = ["", 0]] = dim.terms;
  const [, of = "", by = ""] = /^floor\(([\w.]+)\/(\d+)\)$/u.exec(name) ?? [];
  return count === 1 && of !== "" ? { of: symbol(of), by: Number(by) } : null;
}

/** `a*b*c` over `b` is `a*c`, for symbols of one product. */
function dividedOut(a: Dim, b: Dim): Dim | null {
  if (typeof a === "number" || typeof b === "number" || a.terms.size !== 1) return null;
  const [[name, count] = ["", 0]] = a.terms;
  const [factors, by] = [name.split("*"), factor(b)];
  const place = factors.indexOf(by);
  if (a.constant !== 0 || place < 0 || factors.length < 2) return null;
  return plain(new Map([[factors.toSpliced(place, 1).join("*"), count]]), 0);
}

export function product(dims: readonly Dim[]): Dim {
  return dims.reduce<Dim>(times, 1);
}

export function isSameDim(a: Dim, b: Dim): boolean {
  return a === b || dimText(a) === dimText(b);
}

/** `dim` with symbols as `values` has them; as it is, where one is missing. */
export function valueOf(dim: Dim, values: ReadonlyMap<string, number>): Dim {
  if (typeof dim === "number") return dim;
  let total = dim.constant;
  for (const [name, count] of dim.terms) {
    const value = values.get(name);
    if (value === undefined) return dim;
    total += count * value;
  }
  return total;
}

/** `2*batch+1`; what does not depend on symbols is its number. */
export function dimText(dim: Dim): string {
  if (typeof dim === "number") return String(dim);
  const terms = [...dim.terms]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, count]) => (count === 1 ? name : `${count}*${name}`));
  const parts = dim.constant === 0 ? terms : [...terms, String(dim.constant)];
  return parts.join("+").replaceAll("+-", "-");
}

function factor(dim: Dim): string {
  const text = dimText(dim);
  return typeof dim === "number" || (dim.terms.size === 1 && dim.constant === 0)
    ? text
    : `(${text})`;
}

function affine(dim: Dim): Affine {
  return typeof dim === "number" ? { terms: new Map(), constant: dim } : dim;
}

function plain(terms: ReadonlyMap<string, number>, constant: number): Dim {
  const left = new Map([...terms].filter(([, count]) => count !== 0));
  return left.size === 0 ? constant : { terms: left, constant };
}
