/**
 * Blocks of the YOLO families, under the names their papers and configurations use.
 *
 * Source: Wang et al. (arXiv 1911.11929) for cross-stage partial blocks; Wang et al. (arXiv 2207.02696),
 * figure 2, for ELAN; Wang et al. (arXiv 2405.14458), section 3.2, for CIB, SCDown and PSA;
 * ultralytics/ultralytics ultralytics/nn/modules/block.py
 */
import { product } from "../network-size.ts";
import type { Sketch, Tensor } from "./_sketch.ts";

/** Channels out, repetitions, and whether residuals are added. */
export interface Block {
  readonly to: number;
  readonly repeat?: number;
  readonly shortcut?: boolean;
}

/** Two convolutions, the first to `hidden`, and a residual. */
export function bottleneck(
  s: Sketch,
  x: Tensor,
  block: Block & { readonly hidden: number; readonly kernels: readonly [number, number] },
): Tensor {
  const { to, hidden, kernels, shortcut = true } = block;
  const y = s.conv(s.conv(x, { to: hidden, kernel: kernels[0] }), { to, kernel: kernels[1] });
  return shortcut && x.channels === to ? s.sum(y, x) : y;
}

/** Half of the channels through a chain of bottlenecks, half past it. */
export function c3(
  s: Sketch,
  x: Tensor,
  block: Block & { readonly kernels?: readonly [number, number] },
): Tensor {
  const { to, repeat = 1, shortcut = true, kernels = [1, 3] } = block;
  const hidden = to / 2;
  let y = s.conv(x, { to: hidden, kernel: 1 });
  for (let index = 0; index < repeat; index++) {
    y = bottleneck(s, y, { to: hidden, hidden, kernels, shortcut });
  }
  const past = s.conv(x, { to: hidden, kernel: 1 });
  return s.conv(s.concat([y, past]), { to, kernel: 1 });
}

/** As {@link c3}, but each step's output is kept and joined; `step` is what it repeats. */
export function c2f(
  s: Sketch,
  x: Tensor,
  block: Block & { readonly hidden: number; readonly step: (x: Tensor) => Tensor },
): Tensor {
  const { to, hidden, repeat = 1, step } = block;
  const split = s.conv(x, { to: 2 * hidden, kernel: 1 });
  const kept = [split];
  let y: Tensor = { ...split, channels: hidden };
  for (let index = 0; index < repeat; index++) {
    y = step(y);
    kept.push(y);
  }
  return s.conv(s.concat(kept), { to, kernel: 1 });
}

/** Three pools of 5 one after another, all joined. */
export function sppf(s: Sketch, x: Tensor, { to }: Block): Tensor {
  const pools = [s.conv(x, { to: x.channels / 2, kernel: 1 })];
  for (let index = 0; index < 3; index++) {
    pools.push(s.pool(pools.at(-1) ?? x, { kernel: 5, stride: 1 }));
  }
  return s.conv(s.concat(pools), { to, kernel: 1 });
}

/** Attention over all places, keys half as wide as values, and a two-layer perceptron. */
export function attentionBlock(s: Sketch, x: Tensor): Tensor {
  const heads = Math.max(1, Math.floor(x.channels / 64));
  const headDim = Math.floor(x.channels / heads / 2);
  const valueDim = x.channels / heads;
  const places = product(x.size);
  s.conv(x, { to: x.channels + 2 * heads * headDim, kernel: 1, act: false });
  s.attend({ queries: places, keys: places, heads, headDim, valueDim });
  const placed = s.sum(s.depthwise(x, { kernel: 3, act: false }), x);
  const mixed = s.sum(s.conv(placed, { to: x.channels, kernel: 1, act: false }), x);
  const wide = s.conv(mixed, { to: 2 * x.channels, kernel: 1 });
  return s.sum(s.conv(wide, { to: x.channels, kernel: 1, act: false }), x);
}

/** Half of the channels through attention blocks, half past them. */
export function c2psa(s: Sketch, x: Tensor, { repeat = 1 }: Block): Tensor {
  const split = s.conv(x, { to: x.channels, kernel: 1 });
  const half = { ...split, channels: x.channels / 2 };
  let y: Tensor = half;
  for (let index = 0; index < repeat; index++) y = attentionBlock(s, y);
  return s.conv(s.concat([half, y]), { to: x.channels, kernel: 1 });
}

/** Compact inverted block: depthwise, 1×1, depthwise, 1×1, depthwise. */
export function compact(s: Sketch, x: Tensor, block: { readonly kernel: number }): Tensor {
  const wide = s.conv(s.depthwise(x, { kernel: 3 }), { to: 2 * x.channels, kernel: 1 });
  const narrow = s.conv(s.depthwise(wide, { kernel: block.kernel }), { to: x.channels, kernel: 1 });
  return s.sum(s.depthwise(narrow, { kernel: 3 }), x);
}

/** Channels first, then size, each on its own. */
export function scDown(s: Sketch, x: Tensor, { to }: Block): Tensor {
  return s.depthwise(s.conv(x, { to, kernel: 1 }), { kernel: 3, stride: 2, act: false });
}
