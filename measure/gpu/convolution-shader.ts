/** A convolution of 3x3 in WGSL, and what the processor finds for the same inputs. */
import { inputAt, tiledShader } from "./shaders.ts";

/** In and out. */
export const CHANNELS = 64;
const TAPS = 9;
/** Of four values. */
const VECTORS = CHANNELS / 4;

/**
 * Over an image of `side` by `side`, a multiple of 8, with zeros around it: a product whose first factor is gathered, a row a
 * pixel and a column a tap and channel. Channels lie innermost.
 */
export function convolutionShader(side: number): string {
  const gathered = `gathered(line, step / ${CHANNELS}u, (step % ${CHANNELS}u) / 4u + part)`;
  const shape = { inner: TAPS * CHANNELS, columns: CHANNELS, left: gathered };
  return `${tiledShader(shape, "fp32")}
fn gathered(pixel: u32, tap: u32, vector: u32) -> vec4f {
  let y = pixel / ${side}u + tap / 3u;
  let x = pixel % ${side}u + tap % 3u;
  if (y < 1u || x < 1u || y > ${side}u || x > ${side}u) { return vec4f(); }
  return a[((y - 1u) * ${side}u + x - 1u) * ${VECTORS}u + vector];
}`;
}

/** FP32 values of the image, and of the weights. */
export function convolutionFloats(side: number): {
  readonly image: number;
  readonly weights: number;
} {
  return { image: side * side * CHANNELS, weights: TAPS * CHANNELS * CHANNELS };
}

/** Value of `channel` at `pixel` of the result. */
export function convolutionAt(side: number, pixel: number, channel: number): number {
  let sum = 0;
  for (let tap = 0; tap < TAPS; tap += 1) {
    const y = Math.floor(pixel / side) + Math.floor(tap / 3) - 1;
    const x = (pixel % side) + (tap % 3) - 1;
    if (y < 0 || x < 0 || y >= side || x >= side) continue;
    for (let from = 0; from < CHANNELS; from += 1) {
      const value = inputAt((y * side + x) * CHANNELS + from);
      sum += value * inputAt((tap * CHANNELS + from) * CHANNELS + channel);
    }
  }
  return sum;
}
