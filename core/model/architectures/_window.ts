/** Sizes after a sliding window. */
import { assert } from "../../assert.ts";

/**
 * "same" gives ⌈size / stride⌉, "valid" only whole windows, "ceil" also the last partial window;
 * a number pads so many values on each side and gives only whole windows.
 */
export type Padding = "same" | "valid" | "ceil" | number;

export function outputSize(
  size: readonly number[],
  window: {
    readonly kernel: readonly number[];
    readonly stride: number | readonly number[];
    readonly dilation: number;
    readonly padding: Padding;
  },
): readonly number[] {
  const { kernel, dilation, padding } = window;
  return size.map((extent, axis) => {
    const stride = typeof window.stride === "number" ? window.stride : (window.stride[axis] ?? 1);
    const reach = dilation * ((kernel[axis] ?? 1) - 1) + 1;
    const output = extentAfter({ extent, reach, stride, padding });
    assert(output > 0, `a window of ${reach} does not fit ${extent}`);
    return output;
  });
}

function extentAfter(window: {
  readonly extent: number;
  readonly reach: number;
  readonly stride: number;
  readonly padding: Padding;
}): number {
  const { extent, reach, stride, padding } = window;
  if (padding === "same") return Math.ceil(extent / stride);
  if (padding === "ceil") return Math.ceil((extent - reach) / stride) + 1;
  const padded = extent + 2 * (padding === "valid" ? 0 : padding);
  return Math.floor((padded - reach) / stride) + 1;
}
