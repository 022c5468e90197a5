/** Input that was refused, on its way to the top of the command line. */
import { shown, type DecodeError, type Result } from "../core/result.ts";

/** Bad input from outside: printed as path / expected / got, exit status 2. */
export class InputError extends Error {
  override name = "InputError";
  /** The file, flag or argument it came from. */
  readonly input: string;
  readonly reason: DecodeError;

  constructor(input: string, reason: DecodeError) {
    super(`${input}: expected ${reason.expected}, got ${reason.got}`);
    this.input = input;
    this.reason = reason;
  }
}

/** The value of a result, or an {@link InputError} that names `input`. */
export function accepted<T>(result: Result<T>, input: string): T {
  if (result.ok) return result.value;
  throw new InputError(input, result.error);
}

/** Refuses `input` as a whole. */
export function inputError(input: string, expected: string, got: unknown): InputError {
  return new InputError(input, { path: [], expected, got: shown(got) });
}
