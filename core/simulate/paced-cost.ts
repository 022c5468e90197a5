import type { StepCost } from "../estimate/index.ts";
import type { Fraction } from "../units.ts";

/**
 * `cost` with steps that take `pace` times as long, by the share of their tokens that decode; sequences that read a prompt
 * have none, and hosts wait for those that decode.
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
