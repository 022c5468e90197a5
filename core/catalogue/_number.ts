/** Figures of catalogues that have been decoded, so that reading one again cannot fail. */
import { assert } from "../assert.ts";
import { figureValue } from "./figures.ts";
import type { Figures } from "./files.ts";

/** The SI value under `key`, or undefined where there is none. */
export function figureNumber(figures: Figures, key: string): number | undefined {
  const read = figureValue(figures, key);
  assert(read.ok, `figure "${key}" does not convert: ${JSON.stringify(read)}`);
  return read.value;
}
