/** Reads the fields of an untrusted JSON object, and keeps the first thing that was wrong with it. */
import { refuse } from "../result.ts";
import type { DecodeError } from "../result.ts";

/** Largest count a field may hold: past every model, small enough that products stay exact. */
const COUNT_MAX = 2 ** 31;

/**
 * A JSON object as its reader sees it.
 *
 * A wrong field does not stop the reading: it is noted, and a harmless value takes its place. The
 * caller asks {@link Fields.problem} once, at the end; whatever was built before is thrown away
 * if it answers. That keeps readers straight lines instead of a ladder of early returns.
 */
export class Fields {
  readonly #object: Readonly<Record<string, unknown>>;
  readonly #path: readonly (string | number)[];
  readonly #names: ReadonlyMap<string, readonly string[]>;
  readonly #problems: DecodeError[];

  constructor(
    object: Readonly<Record<string, unknown>>,
    path: readonly (string | number)[],
    names: ReadonlyMap<string, readonly string[]>,
    problems: DecodeError[] = [],
  ) {
    this.#object = object;
    this.#path = path;
    this.#names = names;
    this.#problems = problems;
  }

  /** The first thing that was wrong here or in any part read from here. */
  get problem(): DecodeError | null {
    return this.#problems[0] ?? null;
  }

  /** Notes that a field is wrong, under the name it was written with. */
  refuse(name: string, expected: string, got: unknown = this.raw(name)): void {
    this.#problems.push(refuse([...this.#path, this.#written(name) ?? name], expected, got).error);
  }

  /** The first field whose name matches and that holds something. */
  nameLike(pattern: RegExp): string | null {
    const names = Object.keys(this.#object);
    return names.find((name) => pattern.test(name) && !isAbsent(this.#object[name])) ?? null;
  }

  has(name: string): boolean {
    return this.#written(name) !== null;
  }

  /** The value as it stands; null and absent are both undefined. */
  raw(name: string): unknown {
    const written = this.#written(name);
    return written === null ? undefined : this.#object[written];
  }

  /** A positive whole number that must be there. */
  count(name: string): number {
    if (this.has(name)) return this.#whole(name, 1);
    this.refuse(name, `${POSITIVE}${this.#otherNames(name)}`, undefined);
    return 1;
  }

  /** A positive whole number, or the fallback where there is none. */
  countOr<T>(name: string, fallback: T): number | T {
    return this.has(name) ? this.#whole(name, 1) : fallback;
  }

  /** A whole number from 0 on; 0 where there is none. */
  natural(name: string): number {
    return this.has(name) ? this.#whole(name, 0) : 0;
  }

  flag(name: string, fallback: boolean): boolean {
    const value = this.raw(name);
    if (value === undefined) return fallback;
    if (typeof value === "boolean") return value;
    this.refuse(name, "true or false");
    return fallback;
  }

  text(name: string): string | null {
    const value = this.raw(name);
    if (value === undefined) return null;
    if (typeof value === "string") return value;
    this.refuse(name, "a string");
    return null;
  }

  /** A list, or null where there is none or something else stands there. */
  list(name: string): readonly unknown[] | null {
    const value = this.raw(name);
    return Array.isArray(value) ? value : null;
  }

  /** The object inside a field, sharing the notes of this one; null where there is none. */
  part(name: string): Fields | null {
    const value = this.raw(name);
    if (!isObject(value)) return null;
    const path = [...this.#path, this.#written(name) ?? name];
    return new Fields(value, path, this.#names, this.#problems);
  }

  /** The same object with figures that count where the object itself is silent. */
  withDefaults(defaults: Readonly<Record<string, unknown>>): Fields {
    const missing = Object.entries(defaults).filter(([name]) => !this.has(name));
    const object = { ...this.#object, ...Object.fromEntries(missing) };
    return new Fields(object, this.#path, this.#names, this.#problems);
  }

  #written(name: string): string | null {
    const names = [name, ...(this.#names.get(name) ?? [])];
    const found = names.find(
      (each) => Object.hasOwn(this.#object, each) && !isAbsent(this.#object[each]),
    );
    return found ?? null;
  }

  #otherNames(name: string): string {
    const others = this.#names.get(name);
    return others === undefined ? "" : ` (also written ${others.join(", ")})`;
  }

  #whole(name: string, least: 0 | 1): number {
    const value = this.raw(name);
    if (isWhole(value, least)) return value;
    this.refuse(name, least === 1 ? POSITIVE : NATURAL);
    return 1;
  }
}

const POSITIVE = `a whole number from 1 to ${COUNT_MAX}`;
const NATURAL = `a whole number from 0 to ${COUNT_MAX}`;

export function isWhole(value: unknown, least: number): value is number {
  return Number.isInteger(value) && Number(value) >= least && Number(value) <= COUNT_MAX;
}

function isAbsent(value: unknown): boolean {
  return value === null || value === undefined;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
