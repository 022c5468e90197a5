/** Input from outside against a schema: the first thing wrong becomes path / expected / got. */
import type { z } from "zod";
import { ok, refuse, type Result } from "./result.ts";

/** `json` as the schema's type, or where it first breaks the schema. */
export function decode<T>(schema: z.ZodType<T>, json: unknown): Result<T> {
  const parsed = schema.safeParse(json);
  if (parsed.success) return ok(parsed.data);
  const issue = parsed.error.issues[0];
  const path = (issue?.path ?? []).map((part) => (typeof part === "symbol" ? String(part) : part));
  return refuse(path, issue?.message ?? "something else", valueAt(json, path));
}

/** What stands at `path`, reading own properties only, so that a hostile path reaches no prototype. */
function valueAt(json: unknown, path: readonly (string | number)[]): unknown {
  let value = json;
  for (const part of path) {
    if (typeof value !== "object" || value === null) return undefined;
    value = Object.getOwnPropertyDescriptor(value, part)?.value;
  }
  return value;
}
