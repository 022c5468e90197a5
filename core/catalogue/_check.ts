/**
 * Checks of JSON shapes, as values that combine. By hand and not by a schema library, because
 * importing one costs more than opening the whole catalogue may (notes/010-one-bundle.md).
 */
import type { DecodeError } from "../result.ts";
import { shown } from "../result.ts";

export type Path = readonly (string | number)[];

/** The first thing wrong with `value`, or undefined. */
export type Check = (value: unknown, path: Path) => DecodeError | undefined;

export function wrong(path: Path, expected: string, got: unknown): DecodeError {
  return { path, expected, got: shown(got) };
}

export const text: Check = (value, path) =>
  typeof value === "string" && value !== "" ? undefined : wrong(path, "a text", value);

export const count: Check = (value, path) =>
  typeof value === "number" && Number.isInteger(value) && value > 0
    ? undefined
    : wrong(path, "a positive integer", value);

export const anything: Check = () => undefined;

/** An ISO date, month or year; half-years as the trade writes them are not dates. */
export const date: Check = (value, path) =>
  typeof value === "string" && /^\d{4}(-\d{2}(-\d{2})?)?$/u.test(value)
    ? undefined
    : wrong(path, "a date: 2026, 2026-07 or 2026-07-20", value);

export function oneOf(...choices: readonly unknown[]): Check {
  const expected = `one of: ${choices.map(shown).join(", ")}`;
  return (value, path) => (choices.includes(value) ? undefined : wrong(path, expected, value));
}

export function list(entry: Check): Check {
  return (value, path) => {
    if (!Array.isArray(value)) return wrong(path, "a list", value);
    return firstError(value.map((item, index) => () => entry(item, [...path, index])));
  };
}

export function record(entry: (key: string) => Check): Check {
  return (value, path) => {
    if (!isObject(value)) return wrong(path, "an object", value);
    return firstError(
      Object.entries(value).map(
        ([key, item]) =>
          () =>
            entry(key)(item, [...path, key]),
      ),
    );
  };
}

/** An object with exactly these keys; those in `optional` may be missing. */
export function shape(
  required: Readonly<Record<string, Check>>,
  optional: Readonly<Record<string, Check>> = {},
): Check {
  const allowed = { ...required, ...optional };
  const expected = `one of the keys ${Object.keys(allowed).join(", ")}`;
  return (value, path) => {
    if (!isObject(value)) return wrong(path, "an object", value);
    const missing = Object.keys(required).find((key) => !Object.hasOwn(value, key));
    if (missing !== undefined) return wrong([...path, missing], "to be present", undefined);
    return firstError(
      Object.entries(value).map(([key, item]) => () => {
        const check = Object.hasOwn(allowed, key) ? allowed[key] : undefined;
        return check === undefined
          ? wrong([...path, key], expected, key)
          : check(item, [...path, key]);
      }),
    );
  };
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function firstError(checks: readonly (() => DecodeError | undefined)[]): DecodeError | undefined {
  for (const check of checks) {
    const error = check();
    if (error !== undefined) return error;
  }
  return undefined;
}
