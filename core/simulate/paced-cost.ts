import type { StepCost } from "../estimate/index.ts";
import type { Fraction } from "../units.ts";

/**
 * `cost` with each part of a step `pace` times as long, where `pace` is asked with the share of tokens that decode.
 *
 * For work shared by all tokens that is sequences over tokens; for attention it is 1 of sequences that decode and 0 of prompts;
 * the host's work is counted as decoding.
 */
export function pacedCost(cost: StepCost, pace: (decoding: Fraction) => number): StepCost {
  return {
    ...cost,
    rest: (size) => pace(size.sequences / size.tokens) * cost.rest(size),
    attention: (segment) =>
      pace(segment.query === 1 || segment.drafted !== undefined ? 1 : 0) * cost.attention(segment),
    host: (size) => pace(1) * cost.host(size),
  };
}
