/** Two towers trained to agree: CLIP and SigLIP. */
import { layerCount } from "./_decoder.ts";
import { multiHeadAttention } from "./_multi-head-attention.ts";
import type { Fields } from "./_fields.ts";
import { visionStack } from "./_vision.ts";
import type { Head, Stack } from "./model.ts";

/** CLIP-like configurations have both towers and no language model between them. */
export function isVisionText(fields: Fields): boolean {
  const type = fields.text("model_type") ?? "";
  return ["clip", "siglip"].includes(type) && fields.part("text_config") !== null;
}

export function clipStacks(fields: Fields): readonly Stack[] {
  const text = fields.part("text_config") ?? fields;
  const vision = fields.part("vision_config") ?? fields;
  const type = fields.text("model_type") ?? "clip";
  const width = fields.countOr("projection_dim", null);
  const projection: Head | null =
    width === null ? null : { kind: "linear", outputs: width, bias: false };
  return [
    visionStack(vision.withDefaults({ model_type: type }), () => projection),
    textTower(text, { projection, causal: type === "clip" }),
  ];
}

function textTower(
  fields: Fields,
  given: { readonly projection: Head | null; readonly causal: boolean },
): Stack {
  const hidden = fields.count("hidden_size");
  return {
    role: "text",
    hidden,
    embedding: {
      kind: "tokens",
      vocab: fields.count("vocab_size"),
      width: null,
      positions: fields.count("max_position_embeddings"),
      types: 0,
      norm: null,
      shared: false,
    },
    layers: [
      {
        count: layerCount(fields),
        layer: {
          mixers: [{ ...multiHeadAttention(fields, { hidden, bias: true }), causal: given.causal }],
          feedForward: {
            kind: "dense",
            intermediate: fields.count("intermediate_size"),
            gated: false,
            bias: true,
          },
          norms: { count: 2, norm: "layer" },
        },
      },
    ],
    finalNorm: "layer",
    head: given.projection,
  };
}
