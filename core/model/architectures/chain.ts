/**
 * Networks that are one line of layers, some of them a fork whose branches meet again: AlexNet, VGG, MobileNet v1
 * and v4, Inception v1 to v4, Inception-ResNet, Xception, SqueezeNet, DenseNet, ShuffleNet v2, RegNet, NFNet,
 * RepVGG; with attention or products over places among them, LeViT, MaxViT, MLP-Mixer; with layers drawn beside the
 * line, HRNet, DLA, VoVNet, Res2Net, NASNet, CrossViT, TNT, DETR; with attention of other kinds, XCiT, PVT, MViT, CaiT. Each entry names the papers of its own.
 *
 * Source: Krizhevsky (arXiv 1404.5997); Simonyan and Zisserman (arXiv 1409.1556), table 1; Howard et al. (arXiv
 * 1704.04861), table 1; Szegedy et al. (arXiv 1512.00567) and (arXiv 1602.07261); Chollet (arXiv 1610.02357),
 * figure 5; Brock et al. (arXiv 2102.06171), section 4; Iandola et al. (arXiv 1602.07360); Huang et al. (arXiv
 * 1608.06993), table 1; Ma et al. (arXiv 1807.11164), table 5; Radosavovic et al. (arXiv 2003.13678), section 3.3;
 * Qin et al. (arXiv 2404.10518), tables 11 to 13; Graham et al. (arXiv 2104.01136), section 4; Tu et al. (arXiv
 * 2204.01697), figure 2; Tolstikhin et al. (arXiv 2105.01601)
 */
import * as z from "zod";
import { architecture, count, imageSize, type Architecture } from "./_architecture.ts";
import { drawChain, layer } from "./_chain-layer.ts";
import { flat } from "./_sketch.ts";

export const chain: Architecture = architecture(
  z.strictObject({
    family: z.literal("chain"),
    layers: z.array(layer).min(1),
    /** Batch norm after each convolution that does not say otherwise. */
    norm: z.boolean(),
    image: imageSize,
    channels: count.default(3),
    /** A dense layer at the end; 0 is none. */
    classes: z.int().nonnegative().default(1000),
  }),
  (s, { layers, norm, image, channels, classes }) => {
    const features = drawChain(s, s.input("image", { channels, size: image }), { layers, norm });
    if (classes > 0) s.dense(flat(features), { to: classes });
  },
);
