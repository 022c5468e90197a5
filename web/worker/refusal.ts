/** Input that the core refuses, carried out of a verb as an exception. */
import { pathText, type Result } from "../../core/index.ts";
import type { Refused } from "./messages.ts";

export class Refusal extends Error {
  readonly refused: Refused;

  constructor(refused: Refused) {
    super(`${refused.path}: expected ${refused.expected}, got ${refused.got}`);
    this.refused = refused;
  }
}

/** The value of `result`; what is wrong with it ends the verb. */
export function accepted<T>(result: Result<T>): T {
  if (result.ok) return result.value;
  const { path, expected, got } = result.error;
  throw new Refusal({ path: pathText(path), expected, got });
}
