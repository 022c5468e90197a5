/**
 * Blocks of YOLOv4 and YOLOv7.
 *
 * Source: Wang et al. (arXiv 1911.11929) for cross-stage partial blocks; Wang et al. (arXiv 2207.02696),
 * figure 2, for ELAN
 */
import { bottleneck, type Block } from "./_yolo-blocks.ts";
import type { Sketch, Tensor } from "./_sketch.ts";

/** Two 1×1 and a chain of 3×3; `kept` counts back from the end those that are joined. */
export function elan(
  s: Sketch,
  x: Tensor,
  block: Block & { readonly hidden: number; readonly filter: number; readonly keptEvery: number },
): Tensor {
  const { to, hidden, filter, repeat = 4, keptEvery } = block;
  const past = s.conv(x, { to: hidden, kernel: 1 });
  let y = s.conv(x, { to: hidden, kernel: 1 });
  const kept = [past, y];
  for (let index = 1; index <= repeat; index++) {
    y = s.conv(y, { to: filter, kernel: 3 });
    if (index % keptEvery === 0) kept.push(y);
  }
  return s.conv(s.concat(kept), { to, kernel: 1 });
}

/** A pool beside a strided convolution, each of `to / 2` channels. */
export function poolDown(s: Sketch, x: Tensor, { to }: Block): Tensor {
  const pooled = s.conv(s.pool(x, { kernel: 2, stride: 2 }), { to: to / 2, kernel: 1 });
  const half = s.conv(x, { to: to / 2, kernel: 1 });
  return s.concat([pooled, s.conv(half, { to: to / 2, kernel: 3, stride: 2 })]);
}

/** Pools of 5, 9 and 13 side by side, inside a cross-stage partial block. */
export function sppCsp(s: Sketch, x: Tensor, { to }: Block): Tensor {
  const past = s.conv(x, { to, kernel: 1 });
  const first = s.conv(s.conv(x, { to, kernel: 1 }), { to, kernel: 3 });
  const y = s.conv(first, { to, kernel: 1 });
  const pools = [5, 9, 13].map((kernel) => s.pool(y, { kernel, stride: 1 }));
  const joined = s.conv(s.concat([y, ...pools]), { to, kernel: 1 });
  return s.conv(s.concat([s.conv(joined, { to, kernel: 3 }), past]), { to, kernel: 1 });
}

/** YOLOv4's partial stage: both halves and the joint have `hidden` channels. */
export function csp4(
  s: Sketch,
  x: Tensor,
  block: Block & { readonly hidden: number; readonly filter: number },
): Tensor {
  const { to, hidden, filter, repeat = 1 } = block;
  const past = s.conv(x, { to: hidden, kernel: 1 });
  let y = s.conv(x, { to: hidden, kernel: 1 });
  for (let index = 0; index < repeat; index++) {
    y = bottleneck(s, y, { to: hidden, hidden: filter, kernels: [1, 3] });
  }
  return s.conv(s.concat([s.conv(y, { to: hidden, kernel: 1 }), past]), { to, kernel: 1 });
}
