/**
 * The coefficients that ship with tenlane, decoded once.
 *
 * Source: coefficients/laws.json
 */
import laws from "../../coefficients/laws.json" with { type: "json" };
import { assert } from "../assert.ts";
import { decodeLaws, type Laws } from "./laws/index.ts";

export const SHIPPED_LAWS: Laws = decoded();

function decoded(): Laws {
  const result = decodeLaws(laws);
  assert(result.ok, `coefficients/laws.json does not decode: ${JSON.stringify(result)}`);
  return result.value;
}
