/** What calibration keeps of a value: its range, how its numbers spread, and its channels. */
import { assert } from "../../assert.ts";

/** How the numbers of a value spread over all samples. */
export interface Spread {
  readonly lower: number;
  readonly upper: number;
  /** Width of a bin, a power of two: spreads of two samples add up without an error. */
  readonly width: number;
  /** Numbers by bin; bin `i` starts at `(i - BINS) * width`. */
  readonly counts: Float64Array;
  readonly count: number;
  /** Numbers that are NaN or infinite, which the rest leaves out. */
  readonly strayCount: number;
  readonly channels: Channels | null;
}

/** Of each channel: the mean and the largest size of its numbers. */
export interface Channels {
  readonly mean: Float64Array;
  readonly largest: Float64Array;
}

/** Bins of either sign; a value of one sign fills at least half of them. */
export const BINS = 2048;

/** Channels stand `inner` numbers wide, again and again. */
export interface ChannelLayout {
  readonly count: number;
  readonly inner: number;
}

/** The spread of one tensor. */
export function spreadOf(values: Float32Array, layout: ChannelLayout | null): Spread {
  let [lower, upper, strayCount] = [Infinity, -Infinity, 0];
  for (const value of values) {
    if (!Number.isFinite(value)) strayCount += 1;
    else {
      if (value < lower) lower = value;
      if (value > upper) upper = value;
    }
  }
  const count = values.length - strayCount;
  if (count === 0) [lower, upper] = [0, 0];
  const width = binWidth(Math.max(Math.abs(lower), Math.abs(upper)));
  const counts = new Float64Array(2 * BINS);
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    const bin = Math.floor(value / width) + BINS;
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  const channels = layout === null ? null : channelsOf(values, layout);
  return { lower, upper, width, counts, count, strayCount, channels };
}

/** Narrower than any 32-bit float needs, so that a spread of zeros takes the width of what it is joined to. */
const WIDTH_OF_ZEROS = 2 ** -160;

/** The least power of two of which `BINS` bins pass `largest`. */
function binWidth(largest: number): number {
  if (largest === 0) return WIDTH_OF_ZEROS;
  const width = 2 ** Math.ceil(Math.log2(largest / BINS));
  return Math.floor(largest / width) < BINS ? width : 2 * width;
}

function channelsOf(values: Float32Array, { count, inner }: ChannelLayout): Channels {
  const mean = new Float64Array(count);
  const largest = new Float64Array(count);
  for (let start = 0, channel = 0; start < values.length; start += inner) {
    let [sum, most] = [0, 0];
    for (let index = start; index < start + inner; index += 1) {
      const value = values[index] ?? 0;
      if (!Number.isFinite(value)) continue;
      sum += value;
      most = Math.max(most, Math.abs(value));
    }
    mean[channel] = (mean[channel] ?? 0) + sum;
    largest[channel] = Math.max(largest[channel] ?? 0, most);
    channel = channel + 1 === count ? 0 : channel + 1;
  }
  const each = values.length / count;
  return { mean: mean.map((sum) => sum / each), largest };
}

/** Two spreads of the same value as one. */
export function joined(a: Spread, b: Spread): Spread {
  if (a.count === 0) return { ...b, strayCount: a.strayCount + b.strayCount };
  if (b.count === 0) return { ...a, strayCount: a.strayCount + b.strayCount };
  const width = Math.max(a.width, b.width);
  const counts = new Float64Array(2 * BINS);
  for (const each of [a, b]) {
    const ratio = width / each.width;
    for (const [bin, count] of each.counts.entries()) {
      if (count === 0) continue;
      const at = Math.floor((bin - BINS) / ratio) + BINS;
      counts[at] = (counts[at] ?? 0) + count;
    }
  }
  return {
    lower: Math.min(a.lower, b.lower),
    upper: Math.max(a.upper, b.upper),
    width,
    counts,
    count: a.count + b.count,
    strayCount: a.strayCount + b.strayCount,
    channels: joinedChannels(a, b),
  };
}

function joinedChannels(a: Spread, b: Spread): Channels | null {
  if (a.channels === null || b.channels === null) return null;
  const [one, two] = [a.channels, b.channels];
  assert(one.mean.length === two.mean.length, "a value keeps its number of channels");
  const total = a.count + b.count;
  return {
    mean: one.mean.map((mean, at) => (mean * a.count + (two.mean[at] ?? 0) * b.count) / total),
    largest: one.largest.map((most, at) => Math.max(most, two.largest[at] ?? 0)),
  };
}
