/** What a command prints with --json, held against the JSON Schema that `tenlane schema` publishes for it. */
import assert from "node:assert/strict";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import { ran } from "./_fake-shell.ts";
import type { Shell } from "./shell.ts";

const validators = new Map<string, Promise<ValidateFunction>>();

/** The answer of `tenlane command … --json`; fails where the schema refuses any of it. */
export async function fittingJson(
  [command, ...args]: readonly [string, ...string[]],
  given: Partial<Shell> = {},
): Promise<unknown> {
  const { status, out, err } = await ran([command, ...args, "--json"], given);
  assert.equal(status, 0, err);
  const json: unknown = JSON.parse(out);
  const fits = await validatorOf(command);
  assert.ok(fits(json), JSON.stringify(fits.errors?.slice(0, 9), null, 1));
  return json;
}

/** The schema as another program reads it, not the one in memory that it was made from. */
export async function publishedSchema(command: string): Promise<object> {
  const { status, out, err } = await ran(["schema", command]);
  assert.equal(status, 0, err);
  return JSON.parse(out);
}

function validatorOf(command: string): Promise<ValidateFunction> {
  const known = validators.get(command);
  if (known !== undefined) return known;
  const made = publishedSchema(command).then((schema) => new Ajv2020().compile(schema));
  validators.set(command, made);
  return made;
}
