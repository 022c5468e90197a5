/**
 * Answers that may be a refusal. Input from outside is decoded, not trusted: a reader returns a
 * `Result`, and its error says where, what was expected, and what was found instead.
 */

export interface Ok<T> {
  readonly ok: true;
  readonly value: T;
}

export interface Failure<E> {
  readonly ok: false;
  readonly error: E;
}

export type Result<T, E = DecodeError> = Ok<T> | Failure<E>;

/** Why a piece of input was refused. */
export interface DecodeError {
  /** Where in the input: `["layers", 3, "heads"]`, or `["header", "tensorCount"]` for bytes. */
  readonly path: readonly (string | number)[];
  /** The rule, as a noun phrase: "a positive integer". */
  readonly expected: string;
  /** What stood there, shortened to a line. */
  readonly got: string;
}

export function ok<T>(value: T): Ok<T> {
  return { ok: true, value };
}

export function refuse(
  path: readonly (string | number)[],
  expected: string,
  got: unknown,
): Failure<DecodeError> {
  return { ok: false, error: { path, expected, got: shown(got) } };
}

const GOT_CHARACTERS_MAX = 120;

/**
 * Any value as one short line, so that a hostile input cannot flood a terminal. Each part of a value is a character or
 * more, so those past the limit are not looked into: lists inside lists, however deep, end there.
 */
export function shown(value: unknown): string {
  let parts = 0;
  const within = (_: string, part: unknown) => (parts++ > GOT_CHARACTERS_MAX ? null : part);
  const json = typeof value === "bigint" ? undefined : JSON.stringify(value, within);
  const text = json ?? String(value);
  return text.length <= GOT_CHARACTERS_MAX ? text : `${text.slice(0, GOT_CHARACTERS_MAX)}…`;
}
