/** From figures to a network: the family in the figures picks the drawing, nothing else does. */
import { ok, refuse, type Result } from "../../result.ts";
import type { Network } from "../network.ts";
import { uniformNumerics } from "../uniform-numerics.ts";
import type { Architecture } from "./_architecture.ts";
import { chain } from "./chain.ts";
import { conformer } from "./conformer.ts";
import { convnext } from "./convnext.ts";
import { counted } from "./counted.ts";
import { crossTransformer } from "./cross-transformer.ts";
import { diffusionUnet } from "./diffusion-unet.ts";
import { efficientdet } from "./efficientdet.ts";
import { equivariantTransformer } from "./equivariant-transformer.ts";
import { graphAttention } from "./graph-attention.ts";
import { imageDecoder } from "./image-decoder.ts";
import { imageTransformer } from "./image-transformer.ts";
import { invertedResidual } from "./inverted-residual.ts";
import { perceiver } from "./perceiver.ts";
import { rcnn } from "./rcnn.ts";
import { matrixFactorisation, recommender } from "./recommender.ts";
import { recurrentTransformer } from "./recurrent-transformer.ts";
import { resnet } from "./resnet.ts";
import { retinanet } from "./retinanet.ts";
import { segformer } from "./segformer.ts";
import { segmenter } from "./segmenter.ts";
import { sequentialRecommender } from "./sequential-recommender.ts";
import { speechConvolution } from "./speech-convolution.ts";
import { speechSynthesis } from "./speech-synthesis.ts";
import { ssd } from "./ssd.ts";
import { swin } from "./swin.ts";
import { temporalFusion } from "./temporal-fusion.ts";
import { transducer } from "./transducer.ts";
import { translator } from "./translator.ts";
import { unet } from "./unet.ts";
import { waveTransformer } from "./wave-transformer.ts";
import { yolo } from "./yolo.ts";

/** Figures of one network; each family has its own besides. */
export interface NetworkSpec {
  readonly family: string;
  readonly [figure: string]: unknown;
}

const FAMILIES: ReadonlyMap<string, Architecture> = new Map([
  ["chain", chain],
  ["conformer", conformer],
  ["convnext", convnext],
  ["counted", counted],
  ["cross-transformer", crossTransformer],
  ["diffusion-unet", diffusionUnet],
  ["efficientdet", efficientdet],
  ["equivariant-transformer", equivariantTransformer],
  ["graph-attention", graphAttention],
  ["image-decoder", imageDecoder],
  ["image-transformer", imageTransformer],
  ["inverted-residual", invertedResidual],
  ["matrix-factorisation", matrixFactorisation],
  ["perceiver", perceiver],
  ["rcnn", rcnn],
  ["recommender", recommender],
  ["recurrent-transformer", recurrentTransformer],
  ["resnet", resnet],
  ["retinanet", retinanet],
  ["segformer", segformer],
  ["segmenter", segmenter],
  ["sequential-recommender", sequentialRecommender],
  ["speech-convolution", speechConvolution],
  ["speech-synthesis", speechSynthesis],
  ["ssd", ssd],
  ["swin", swin],
  ["temporal-fusion", temporalFusion],
  ["transducer", transducer],
  ["translator", translator],
  ["unet", unet],
  ["wave-transformer", waveTransformer],
  ["yolo", yolo],
]);

/**
 * The network that `spec` describes, in FP32 as frameworks publish weights.
 *
 * Errors: an unknown family, or a figure the family lacks or does not know.
 */
export function buildNetwork(
  label: Pick<Network, "id" | "name" | "source">,
  spec: NetworkSpec,
): Result<Network> {
  const family = FAMILIES.get(spec.family);
  if (family === undefined) {
    return refuse(["family"], `one of ${[...FAMILIES.keys()].join(", ")}`, spec.family);
  }
  const drawing = family.draw(spec);
  if (!drawing.ok) return drawing;
  const { id, name, source } = label;
  const numerics = uniformNumerics("fp32");
  return ok({ kind: "network", id, name, source, numerics, ...drawing.value });
}

/** Sizes of the input by the figure that holds them: `{ image: 288 }`, `{ frames: 1500 }`. */
export type InputSizes = Readonly<Record<string, number | readonly number[]>>;

const INPUT_FIGURES: readonly string[] = ["image", "volume", "frames", "tokens", "latent", "nodes"];

/**
 * The same network on another size of input.
 *
 * Errors: a figure that is not a size of this network's input.
 */
export function withInput(spec: NetworkSpec, input: InputSizes): Result<NetworkSpec> {
  const own = INPUT_FIGURES.filter((figure) => spec[figure] !== undefined);
  const unknown = Object.keys(input).find((figure) => !own.includes(figure));
  if (unknown === undefined) return ok({ ...spec, ...input });
  return refuse([unknown], `a size of the input: ${own.join(", ")}`, input[unknown]);
}
