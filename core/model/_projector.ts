/** What carries a vision tower's output into the language model's width. */
import type { Fields } from "./_fields.ts";
import type { Head } from "./model.ts";

/**
 * Two layers over `merge` joined patches where the tower states a merge (Qwen-VL, InternVL, Llama 4),
 * two layers at the language model's width (LLaVA), or a single matrix (Gemma 3).
 */
export function projector(
  vision: Fields,
  given: { readonly hidden: number; readonly outputs: number; readonly fields: Fields },
): Head {
  const { hidden, fields } = given;
  const outputs = vision.countOr("out_hidden_size", given.outputs);
  const side = mergeSide(vision, fields);
  if (side > 1) {
    const merge = side ** 2;
    const inner = vision.countOr("projector_output_dim", hidden * merge);
    const bias = !vision.has("projector_output_dim");
    const taps = 1 + (vision.list("deepstack_visual_indexes")?.length ?? 0);
    return { kind: "linear", outputs, bias, merge, inner, ...(taps > 1 ? { taps } : {}) };
  }
  if (fields.has("mm_tokens_per_image")) return { kind: "linear", outputs, bias: false };
  return { kind: "linear", outputs, bias: true, inner: outputs };
}

function mergeSide(vision: Fields, fields: Fields): number {
  const ratio = vision.raw("pixel_shuffle_ratio") ?? fields.raw("downsample_ratio");
  if (typeof ratio === "number" && ratio > 0 && ratio <= 1) return Math.round(1 / ratio);
  return vision.countOr("spatial_merge_size", fields.countOr("spatial_merge_size", 1));
}
