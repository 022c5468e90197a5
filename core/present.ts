/** Records whose fields may be missing: what nobody says is absent, and never `undefined`. */

type Present<T> = { [K in keyof T]?: Exclude<T[K], undefined> };
type Complete<T> = { [K in keyof T]: Exclude<T[K], undefined> };

/** `fields` without those that are undefined. */
export function present<T extends object>(fields: T): Present<T> {
  const said = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(said) as Present<T>;
}

/** All of `fields`; undefined where one of them is. */
export function complete<T extends object>(fields: T): Complete<T> | undefined {
  return Object.values(fields).includes(undefined) ? undefined : (fields as Complete<T>);
}
