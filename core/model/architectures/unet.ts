/**
 * U-Net over images or volumes: two convolutions a level, skips from each level down to its way up.
 *
 * Source: Ronneberger et al. (arXiv 1505.04597), figure 1; Isensee et al. (arXiv 1809.10486) for
 * nnU-Net; mlcommons/inference vision/medical_imaging/3d-unet-kits19 (filters 32 to 320)
 */
import * as z from "zod";
import { architecture, count, imageSize, type Architecture } from "./_architecture.ts";
import type { Sketch, Tensor } from "./_sketch.ts";

const figures = z.strictObject({
  family: z.literal("unet"),
  /** Channels of each level, finest first. */
  levels: z.array(count).min(2),
  /** How a level is reached from the one above. */
  down: z.enum(["stride", "pool"]),
  /** Instance norm needs a pass of its own, batch norm folds away. */
  norm: z.enum(["instance", "batch", "none"]),
  padding: z.enum(["same", "valid"]).default("same"),
  channels: count,
  classes: count,
  image: imageSize.optional(),
  volume: z.tuple([count, count, count]).optional(),
});
type Figures = z.output<typeof figures>;

export const unet: Architecture = architecture(
  figures.refine(
    (f) => (f.image === undefined) !== (f.volume === undefined),
    "an image or a volume",
  ),
  (s, f) => {
    const size = f.volume ?? f.image ?? [];
    let x = s.input("image", { channels: f.channels, size });
    const skips: Tensor[] = [];
    f.levels.forEach((to, level) => {
      const stride = level > 0 && f.down === "stride" ? 2 : 1;
      if (level > 0 && f.down === "pool") x = s.pool(x, { kernel: 2, stride: 2, padding: "valid" });
      x = convolve(s, convolve(s, x, { f, to, stride }), { f, to });
      skips.push(x);
    });
    skips.pop();
    for (const skip of skips.toReversed()) x = upLevel(s, x, skip, f);
    s.conv(x, { to: f.classes, kernel: 1, norm: false, act: false });
  },
);

/** Valid convolutions leave the skip larger; its middle is cut out. */
function upLevel(s: Sketch, x: Tensor, skip: Tensor, f: Figures): Tensor {
  const { channels: to } = skip;
  const y = s.upConv(x, { to, kernel: 2, stride: 2, norm: false, act: false });
  const joined = s.concat([y, { ...skip, size: y.size }]);
  return convolve(s, convolve(s, joined, { f, to }), { f, to });
}

function convolve(
  s: Sketch,
  x: Tensor,
  layer: { readonly f: Figures; readonly to: number; readonly stride?: number },
): Tensor {
  const { f, to, stride = 1 } = layer;
  const window = { to, kernel: 3, stride, padding: f.padding };
  if (f.norm !== "instance") return s.conv(x, { ...window, norm: f.norm === "batch" });
  const y = s.norm(s.conv(x, { ...window, norm: false, act: false, bias: false }));
  return s.activate(y);
}
