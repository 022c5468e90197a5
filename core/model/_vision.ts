/** Vision towers: ViT, CLIP, SigLIP, and those in front of a language model. */
import { layerCount } from "./_decoder.ts";
import { multiHeadAttention } from "./_multi-head-attention.ts";
import { isWhole, type Fields } from "./_fields.ts";
import { patchCount } from "./patch-count.ts";
import { layerRuns } from "./_runs.ts";
import type { Embedding, Head, Norm, Stack } from "./model.ts";
import type { Tokens } from "../units.ts";

/** What a tower has that its configuration does not spell out. */
interface VisionTraits {
  readonly classToken: boolean;
  readonly patchBias: boolean;
  /** Learned positions: one a patch, or none (rotary). */
  readonly positions: boolean;
  readonly embeddingNorm: Norm | null;
  readonly norm: Norm;
  readonly gated: boolean;
  readonly bias: boolean;
  readonly finalNorm: boolean;
  /** Most blocks see a square of the picture; null is blocks that all see the whole. */
  readonly windows: Windows | null;
}

/** A square's side in pixels, and the blocks that see the whole picture. */
interface Windows {
  readonly window_size: number;
  readonly fullatt_block_indexes: readonly number[];
}

const VIT: VisionTraits = {
  classToken: true,
  patchBias: true,
  positions: true,
  embeddingNorm: null,
  norm: "layer",
  gated: false,
  bias: true,
  finalNorm: true,
  windows: null,
};
const CLIP: Partial<VisionTraits> = { patchBias: false, embeddingNorm: "layer" };
const SIGLIP: Partial<VisionTraits> = { classToken: false };
const ROTARY: Partial<VisionTraits> = { classToken: false, patchBias: false, positions: false };
/** Source: huggingface/transformers, models/qwen2_5_vl/configuration_qwen2_5_vl.py, Qwen2_5_VLVisionConfig */
const WINDOWS: Windows = { window_size: 112, fullatt_block_indexes: [7, 15, 23, 31] };

const ROWS: ReadonlyMap<string, Partial<VisionTraits>> = new Map<string, Partial<VisionTraits>>([
  ["vit", {}],
  ["deit", {}],
  ["clip", CLIP],
  ["clip_vision_model", CLIP],
  ["siglip", SIGLIP],
  ["siglip_vision_model", SIGLIP],
  ["siglip2_vision_model", SIGLIP],
  ["qwen2_vl", ROTARY],
  ["qwen2_5_vl", { ...ROTARY, norm: "rms", gated: true, windows: WINDOWS }],
  ["qwen3_vl", { classToken: false }],
  ["qwen3_vl_moe", { classToken: false }],
  ["qwen3_5", { classToken: false }],
  ["qwen3_5_moe", { classToken: false }],
  ["qwen3_omni_moe_vision_encoder", { classToken: false }],
  ["llama4_vision_model", { ...CLIP }],
  [
    "pixtral",
    { ...ROTARY, norm: "rms", gated: true, bias: false, finalNorm: false, embeddingNorm: "rms" },
  ],
  ["intern_vit_6b", { finalNorm: false }],
]);

export function isVisionArchitecture(modelType: string): boolean {
  return ROWS.has(modelType);
}

/** A tower that ends in `head`; a tower nobody knows is read as a ViT. */
export function visionStack(fields: Fields, head: (hidden: number) => Head | null): Stack {
  const traits = { ...VIT, ...ROWS.get(fields.text("model_type") ?? "vit") };
  const hidden = fields.has("embed_dim") ? fields.count("embed_dim") : fields.count("hidden_size");
  return {
    role: "vision",
    hidden,
    embedding: patches(fields, traits),
    layers: layerRuns(
      windowsOf(fields, traits).map((window) => ({
        mixers: [{ ...multiHeadAttention(fields, { hidden, bias: traits.bias }), window }],
        feedForward: {
          kind: "dense",
          intermediate: fields.countOr(
            "intermediate_size",
            hidden * fields.countOr("mlp_ratio", 4),
          ),
          gated: traits.gated,
          bias: traits.bias,
        },
        norms: { count: 2, norm: traits.norm },
      })),
    ),
    finalNorm: traits.finalNorm ? traits.norm : null,
    head: head(hidden),
  };
}

/** Patches that each block sees around one; null is the whole picture. */
function windowsOf(fields: Fields, { windows }: VisionTraits): readonly (Tokens | null)[] {
  const blocks = Array.from({ length: layerCount(fields) }, (_, index) => index);
  if (windows === null) return blocks.map(() => null);
  const stated = fields.withDefaults({ ...windows });
  const whole = stated.list("fullatt_block_indexes") ?? [];
  const seen = Math.ceil(stated.count("window_size") / fields.count("patch_size")) ** 2;
  return blocks.map((block) => (whole.includes(block) ? null : seen));
}

function patches(fields: Fields, traits: VisionTraits): Embedding {
  const patch = fields.count("patch_size");
  const image = imageSize(fields);
  const whole = patchCount({ image, patch });
  const stated = fields.countOr("num_position_embeddings", whole);
  return {
    kind: "patches",
    channels: fields.countOr("num_channels", 3) * fields.countOr("temporal_patch_size", 1),
    patch,
    image,
    classToken: traits.classToken,
    positions: traits.positions ? stated + (traits.classToken ? 1 : 0) : 0,
    bias: traits.patchBias,
    norm: traits.embeddingNorm,
  };
}

/** Towers of any resolution do not state one: 448 pixels, as much as their processors aim at. */
function imageSize(fields: Fields): number | readonly [number, number] {
  const [height, width = height] = fields.list("image_size") ?? [];
  if (!isWhole(height, 1) || !isWhole(width, 1)) return fields.countOr("image_size", 448);
  return height === width ? height : [height, width];
}
