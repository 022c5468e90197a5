/**
 * Rate of vector units, which take what matrix units cannot be fed with.
 *
 * Source: A100 datasheet, 312 over 19.5 TFLOPS; H100 datasheet, 989 over 67
 */
import type { FlopsPerSecond } from "../../units.ts";
import type { Format } from "./format.ts";
import type { Target } from "./target.ts";

/** Matrix rate over vector rate where a device lists no vector rate. */
const MATRIX_OVER_VECTOR = 16;

export function vectorRate({ peak }: Format, { device }: Target): FlopsPerSecond {
  return Math.min(device.vector ?? peak / MATRIX_OVER_VECTOR, peak);
}
