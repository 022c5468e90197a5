/** Quantiles of any number of values in constant memory, each within 0.5 % of the true one. */
import { DDSketch } from "@datadog/sketches-js";
import type { Distribution } from "./types.ts";

const RELATIVE_ACCURACY = 0.005;

export interface Tally {
  readonly add: (value: number) => void;
  readonly distribution: () => Distribution;
}

export function tally(): Tally {
  const sketch = new DDSketch({ relativeAccuracy: RELATIVE_ACCURACY });
  return {
    add: (value) => sketch.accept(value),
    distribution: () => {
      if (sketch.count === 0) return { mean: 0, p50: 0, p90: 0, p99: 0, p999: 0, max: 0 };
      return {
        mean: sketch.sum / sketch.count,
        p50: sketch.getValueAtQuantile(0.5),
        p90: sketch.getValueAtQuantile(0.9),
        p99: sketch.getValueAtQuantile(0.99),
        p999: sketch.getValueAtQuantile(0.999),
        max: sketch.max,
      };
    },
  };
}
