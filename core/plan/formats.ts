/** Which number formats a search tries where nobody names them. */
import type { Model } from "../model/index.ts";
import { numerics } from "../model/index.ts";
import type { Numerics } from "../precision.ts";

/**
 * Beside the checkpoint's own format, the one that serving engines make on the fly and that costs
 * least accuracy; formats below it are the user's decision.
 */
const FORMAT_USUAL = "fp8";
const WIDE_BITS = 8;

/** The checkpoint's own format, and FP8 where that is narrower; of a network its own, which engines keep. */
export function usualFormats({ kind, numerics: stored }: Model): readonly Numerics[] {
  if (kind === "network") return [stored];
  const narrower = numerics(FORMAT_USUAL);
  return stored.linear.bits > WIDE_BITS && narrower.ok ? [stored, narrower.value] : [stored];
}
