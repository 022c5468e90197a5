/**
 * The decoder of a latent autoencoder: latents to pixels.
 *
 * Source: Rombach et al. (arXiv 2112.10752), section 3.1 and appendix G; CompVis/latent-diffusion
 * ldm/modules/diffusionmodules/model.py
 */
import * as z from "zod";
import { architecture, count, imageSize, type Architecture } from "./_architecture.ts";
import { timeBlock, wholeAttention, type Sketch, type Tensor } from "./_diffusion-blocks.ts";

export const imageDecoder: Architecture = architecture(
  z.strictObject({
    family: z.literal("image-decoder"),
    /** Of the latent. */
    channels: count,
    /** Channels of each level, coarsest first; each but the last doubles the size. */
    levels: z.array(count).min(1),
    blocks: count.default(3),
    /** A 1×1 on the latent before all else. */
    projection: z.boolean(),
    latent: imageSize,
  }),
  (s, { channels, levels, blocks, projection, latent }) => {
    const plain = { kernel: 3, norm: false, act: false } as const;
    const input = s.input("latent", { channels, size: latent });
    const projected = projection ? s.conv(input, { ...plain, to: channels, kernel: 1 }) : input;
    let x = middle(s, s.conv(projected, { ...plain, to: levels[0] ?? channels }));
    levels.forEach((to, level) => {
      for (let block = 0; block < blocks; block++) x = timeBlock(s, x, { to, time: 0 });
      if (level < levels.length - 1) {
        const size = x.size.map((extent) => 2 * extent);
        x = s.conv(s.resize(x, size), { ...plain, to });
      }
    });
    s.conv(s.activate(s.norm(x)), { ...plain, to: 3 });
  },
);

function middle(s: Sketch, x: Tensor): Tensor {
  const block = { to: x.channels, time: 0 };
  return timeBlock(s, wholeAttention(s, timeBlock(s, x, block)), block);
}
