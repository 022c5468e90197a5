/** Rewrites that leave what a model computes as it was, and the order in which they are tried. */
import { inferValues } from "../../model/onnx/index.ts";
import { ok, type Result } from "../../result.ts";
import type { Draft } from "../draft.ts";
import { affineFolding } from "./affine-folding.ts";
import { affineForward } from "./affine-forward.ts";
import { blockedAffine } from "./blocked-affine.ts";
import { branches } from "./branches.ts";
import { clippedLines } from "./clipped-lines.ts";
import { constants } from "./constants.ts";
import { dequantisedConvolutions, dequantisedProducts } from "./dequantised.ts";
import { gatedActivations } from "./gated-activations.ts";
import { identities } from "./identities.ts";
import { repeated } from "./repeated.ts";
import { shapes } from "./shapes.ts";
import { sharedFactor } from "./shared-factor.ts";
import { specialised } from "./specialised.ts";
import { subpixels } from "./subpixels.ts";
import { unread } from "./unread.ts";
import { views } from "./views.ts";
import { widened } from "./widened.ts";
import type { Rewrite, RewriteOptions } from "./rewrite.ts";

export { foldConstants } from "./fold-constants.ts";
export type { Rewrite, RewriteOptions, Target } from "./rewrite.ts";

export const REWRITES: readonly Rewrite[] = [
  constants,
  specialised,
  unread,
  dequantisedConvolutions,
  dequantisedProducts,
  widened,
  shapes,
  views,
  branches,
  identities,
  repeated,
  affineFolding,
  sharedFactor,
  clippedLines,
  gatedActivations,
  subpixels,
  affineForward,
  blockedAffine,
];

/** Rounds after which nothing more is expected: a rewrite makes way for another a few times at most. */
const ROUNDS_MAX = 6;

export function rewriteExact(draft: Draft, options: RewriteOptions): Result<void> {
  const rewrites = REWRITES.filter(
    ({ name, target = options.target }) =>
      target === options.target && options.skip?.has(name) !== true,
  );
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const before = draft.log.length;
    for (const rewrite of rewrites) {
      const values = inferValues(draft.sealed());
      if (!values.ok) return values;
      draft.begin(rewrite.name);
      for (const graph of draft.graphs) {
        rewrite.apply(graph, { draft, options, values: values.value });
      }
    }
    if (draft.log.length === before) break;
  }
  return ok(undefined);
}
