/**
 * Speech recognition by one-dimensional convolutions: Jasper (full, dense residuals) and QuartzNet (separable, one residual a block).
 *
 * Source: Li et al. (arXiv 1904.03288), table 1; Kriman et al. (arXiv 1910.10261), table 1
 */
import * as z from "zod";
import { architecture, count, type Architecture } from "./_architecture.ts";
import type { Sketch, Tensor } from "./_sketch.ts";

const figures = z.strictObject({
  family: z.literal("speech-convolution"),
  features: count,
  separable: z.boolean(),
  /** Each block's residuals come from all blocks before it, not only from its own input. */
  denseResidual: z.boolean(),
  stem: z.strictObject({ to: count, kernel: count }),
  blocks: z.array(z.strictObject({ to: count, kernel: count, repeat: count })),
  layersPerBlock: count,
  tail: z.strictObject({ to: count, kernel: count }),
  head: count,
  vocab: count,
  frames: count,
});
type Figures = z.output<typeof figures>;

export const speechConvolution: Architecture = architecture(figures, (s, f) => {
  const input = s.input("frames", { channels: f.features, size: [f.frames] });
  let x = filtered(s, input, { ...f.stem, f, stride: 2 });
  const inputs: Tensor[] = [];
  for (const { to, kernel, repeat } of f.blocks) {
    for (let block = 0; block < repeat; block++) {
      inputs.push(x);
      let y = x;
      for (let layer = 1; layer <= f.layersPerBlock; layer++) {
        y = filtered(s, y, { to, kernel, f, act: layer < f.layersPerBlock });
      }
      for (const each of f.denseResidual ? inputs : [x]) {
        y = s.sum(y, s.conv(each, { to, kernel: 1, act: false }));
      }
      x = s.activate(y);
    }
  }
  x = filtered(s, x, { ...f.tail, f, dilation: 2 });
  x = s.conv(x, { to: f.head, kernel: 1 });
  s.conv(x, { to: f.vocab, kernel: 1, norm: false, act: false });
});

function filtered(
  s: Sketch,
  x: Tensor,
  layer: {
    readonly to: number;
    readonly kernel: number;
    readonly f: Figures;
    readonly stride?: number;
    readonly dilation?: number;
    readonly act?: boolean;
  },
): Tensor {
  const { to, kernel, f, stride = 1, dilation = 1, act = true } = layer;
  const window = { kernel, stride, dilation };
  if (!f.separable) return s.conv(x, { to, ...window, act });
  const y = s.depthwise(x, { ...window, norm: false, act: false, bias: false });
  return s.conv(y, { to, kernel: 1, act });
}
