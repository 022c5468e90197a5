/** Rows of training whose label or recipe says more than their columns. */
import type { Recompute } from "../core/estimate/index.ts";
import type { Row } from "./row.ts";
import { VARIANTS, variantOf } from "./variant.ts";

/**
 * The model of a row as it is trained: RNN-T joins all frames and labels, FLUX.1 sees images of 256 by 256, "ssd" was another network until v1.1, Transformer-XL reads longer segments,
 * MaxText's decoders are called by their size.
 */
export function trainedLabel(row: Row): string {
  const { model, engine } = row;
  if (/^(MLPerf rnnt|RNN-T)$/.test(model)) return "RNN-T training";
  if (/^MLPerf flux|^flux.* pretrain$/i.test(model)) return "FLUX.1 schnell training";
  if (model === "MLPerf ssd" && SSD_RESNET.test(row.notes)) return "SSD300 ResNet-34";
  if (model === "Transformer-XL") return `${variantOf(row)} training`;
  if (VARIANTS.test(model)) return variantOf(row);
  const size = /^(?:MaxText decoder )?(\d+)B (?:model|parameters)$/.exec(model)?.[1];
  return size !== undefined && /MaxText/.test(engine) ? `maxtext-${size}b` : model;
}

/** Rounds before RetinaNet took its place. Source: mlcommons/training README.md, versions of single_stage_detector */
const SSD_RESNET = /Training v[01]\./;

/**
 * What MaxText's recipes of decoders called by their size set: samples a chip, and whether layers are
 * computed again.
 *
 * Source: AI-Hypercomputer/maxtext, MaxText/configs/{v4,v5e,v5p}/*.sh
 */
const MAXTEXT: Readonly<Record<string, readonly [number, Recompute]>> = {
  "v4 22": [13, "full"],
  "v4 52": [7, "full"],
  "v5e 16": [6, "full"],
  "v5e 32": [4, "full"],
  "v5e 64": [2, "full"],
  "v5e 128": [1, "none"],
  "v5p 32": [7, "none"],
  "v5p 64": [3, "none"],
  "v5p 128": [1, "none"],
  "v5p 256": [1, "none"],
  "v5p 512": [2, "full"],
  "v5p 1024": [2, "full"],
};

/** What the recipe of a row sets; undefined where it has none. */
export function recipeOf(row: Row): readonly [number, Recompute] | undefined {
  const size = /^maxtext-(\d+)b$/.exec(trainedLabel(row))?.[1];
  const chip = /TPU (v\d[ep]?)/.exec(row.hardware)?.[1];
  return MAXTEXT[`${chip} ${size}`];
}
