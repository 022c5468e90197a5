/**
 * What a view shows, as the part of its address after "#": `#plan?model=qwen3-32b&rate=8`.
 *
 * A value that equals its fallback is left out, and one that cannot be read counts as left out,
 * so an address written by hand never breaks a view.
 */

/** One value of an address: what stands where nothing is said, and how it is read and written. */
export interface Field<T> {
  readonly fallback: T;
  /** The fallback where `text` is no such value. */
  read(text: string): T;
  write(value: T): string;
}

export type Fields = Readonly<Record<string, Field<unknown>>>;

/** The values that `fields` describe. */
export type ValuesOf<F> = { readonly [K in keyof F]: F[K] extends Field<infer T> ? T : never };

const TEXT_MAX = 2000;

export function textField(fallback: string): Field<string> {
  return {
    fallback,
    read: (text) => (text.length <= TEXT_MAX ? text : fallback),
    write: (value) => value,
  };
}

/** A number within bounds; null, written as nothing, where none is asked. */
export function numberField(
  fallback: number | null,
  { min, max }: { readonly min: number; readonly max: number },
): Field<number | null> {
  return {
    fallback,
    read: (text) => {
      if (text === "") return null;
      const value = Number(text);
      return value >= min && value <= max ? value : fallback;
    },
    write: (value) => (value === null ? "" : String(value)),
  };
}

export function choiceField<T extends string>(choices: readonly T[], fallback: T): Field<T> {
  return {
    fallback,
    read: (text) => choices.find((choice) => choice === text) ?? fallback,
    write: (value) => value,
  };
}

/** Words with commas between; no word holds a comma. */
export function listField(fallback: readonly string[] = []): Field<readonly string[]> {
  return {
    fallback,
    read: (text) =>
      text.length <= TEXT_MAX ? text.split(",").filter((word) => word.trim() !== "") : fallback,
    write: (words) => words.join(","),
  };
}

export function flagField(): Field<boolean> {
  return {
    fallback: false,
    read: (text) => text === "yes",
    write: (value) => (value ? "yes" : ""),
  };
}

/** The values in a query; each that is missing or unreadable is its fallback. */
export function readValues<F extends Fields>(fields: F, query: URLSearchParams): ValuesOf<F> {
  const read = Object.entries(fields).map(([name, field]) => {
    const text = query.get(name);
    return [name, text === null ? field.fallback : field.read(text)];
  });
  return Object.fromEntries(read) as ValuesOf<F>;
}

/** The query of values that differ from their fallbacks, in the order of `fields`. */
export function writeValues<F extends Fields>(fields: F, values: ValuesOf<F>): string {
  const query = new URLSearchParams();
  for (const [name, field] of Object.entries(fields)) {
    const text = field.write(values[name]);
    if (text !== field.write(field.fallback)) query.set(name, text);
  }
  return query.toString();
}
