/** Models that tables call by the name of their family, where a column, a size or the section says which of it. */
import { imageOf } from "./image.ts";
import type { Row } from "./row.ts";

export const VARIANTS: RegExp = /^(EfficientNet v1|Transformer-XL|nnU-Net)$/;

/**
 * Sections of the README whose tables of training are of B4; those before are of B0.
 *
 * Source: NVIDIA/DeepLearningExamples TensorFlow2/Classification/ConvNets/efficientnet_v1/README.md, "Training
 * performance results" (B0 at 224 pixels, B4 at 380)
 */
const OF_B4 = /efficientnet_v1\/README\.md#L4(?:[5-9]\d|49)$/;

/** The U-Net of AWS's benchmark, whose convolutions keep the size of the image. Source: aws-neuron/aws-neuron-sdk src/benchmark/pytorch/unet_compile.py */
const SAMPLE_UNET = "milesial/Pytorch-UNet";

/** The model of `row` as the catalogue calls it. */
export function variantOf(row: Row): string {
  const { model, notes, source_location: place } = row;
  switch (model) {
    case "Transformer-XL":
      return `transformer-xl-${notes.startsWith("Large") ? "large" : "base"}`;
    case "nnU-Net":
      return notes.includes("Dimension=2") ? "nnU-Net 2D" : model;
    case "EfficientNet v1":
      return imageOf(row)?.[0] === 380 || OF_B4.test(place) ? "efficientnet-b4" : model;
    case "UNet":
      return row.notes.startsWith("Image Segmentation") ? SAMPLE_UNET : model;
    case "PixArt Alpha":
      return `${model} ${imageOf(row)?.join("x")}`;
    case "PixArt Sigma":
    case "Stable Diffusion 2.1":
      return sizedVariant(row);
    default:
      return model;
  }
}

/** Checkpoints of other sizes than the usual one have names of their own. */
function sizedVariant(row: Row): string {
  const { model } = row;
  const size = imageOf(row)?.[0];
  if (model === "PixArt Sigma")
    return size === 256 || size === 512 ? `${model} ${size}x${size}` : model;
  return size === 768 ? "stabilityai/stable-diffusion-2-1" : model;
}
