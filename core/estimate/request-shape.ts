/**
 * A request as the engine meets it: what must be computed, what is cached, how long its context is.
 *
 * Source: arithmetic of a growing context; renewal theory for the length bias, Cox 1962, chapter 5
 */
import type { Fraction, Seconds, Tokens } from "../units.ts";
import type { Load } from "./types.ts";

export interface RequestShape {
  /** Input tokens to compute; at least one, as an engine always computes the last. */
  readonly fresh: Tokens;
  /** Input tokens found in the prefix cache. */
  readonly cached: Tokens;
  readonly output: Tokens;
  /** Of the output, a coefficient of variation. */
  readonly variation: Fraction;
  /** Keys that a decode step sees, averaged over steps: long answers take more of them. */
  readonly context: Tokens;
  /** Time for which a prompt holds up all others beyond its tokens. */
  readonly reading: Seconds;
}

export function requestShape(load: Load): RequestShape {
  const { input, output, cached } = load;
  const fresh = Math.max(1, input.mean * (1 - cached));
  const half = (output.mean / 2) * (1 + output.variation ** 2);
  return {
    fresh,
    cached: Math.max(0, input.mean - fresh),
    output: Math.max(1, output.mean),
    variation: output.variation,
    context: input.mean + half,
    reading: load.reading ?? 0,
  };
}
