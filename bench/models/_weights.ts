/** Weights drawn from a seed: normal values, read from a table because a hundred million are drawn. */
import { normalQuantile } from "../../core/normal.ts";

const STEPS = 4096;
const QUANTILES = Float32Array.from({ length: STEPS }, (_, step) =>
  normalQuantile((step + 0.5) / STEPS),
);

export class Weights {
  #state: number;

  constructor(seed: number) {
    this.#state = (seed * 0x9e3779b9) >>> 0 || 1;
  }

  /** Standard normal, cut at 3.7 deviations. Source: Marsaglia 2003, "Xorshift RNGs", 13-17-5. */
  draw(): number {
    let state = this.#state;
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    this.#state = state >>> 0;
    return QUANTILES[this.#state >>> 20] ?? 0;
  }

  normal(count: number, mean: number, deviation: number): Float32Array {
    const values = new Float32Array(count);
    for (let index = 0; index < count; index += 1) values[index] = mean + deviation * this.draw();
    return values;
  }

  /**
   * Filters of a convolution, [out, fan-in], with its batch normalisation folded in: He's variance for
   * rectified inputs, times a gain that differs from channel to channel as folded ones do.
   *
   * Filters of more than a few values sum to nothing, as a normalisation that takes out the mean has them;
   * else what is common to all images grows from layer to layer and drowns what tells them apart.
   * Source: He et al. 2015, arXiv 1502.01852, equation 10; Qiao et al. 2019, arXiv 1903.10520, equation 3
   */
  filters(out: number, fanIn: number, gain: number): Float32Array {
    const values = this.normal(out * fanIn, 0, 1);
    for (let channel = 0; channel < out; channel += 1) {
      const filter = values.subarray(channel * fanIn, (channel + 1) * fanIn);
      const mean = fanIn < FEW ? 0 : filter.reduce((sum, each) => sum + each, 0) / fanIn;
      const scale = gain * Math.sqrt(2 / fanIn) * Math.exp(CHANNEL_SPREAD * this.draw());
      for (let index = 0; index < fanIn; index += 1)
        filter[index] = scale * ((filter[index] ?? 0) - mean);
    }
    return values;
  }
}

const FEW = 16;
const CHANNEL_SPREAD = 0.3;
