/** Which number formats a search tries where nobody names them. */
import type { Device } from "../catalogue/index.ts";
import { computeFormat } from "../estimate/index.ts";
import type { Model } from "../model/index.ts";
import { numerics } from "../model/index.ts";
import type { Numerics } from "../precision.ts";

/**
 * Beside the checkpoint's own format, the one that serving engines make on the fly and that costs
 * least accuracy; formats below it are the user's decision.
 */
const FORMAT_USUAL = "fp8";
const WIDE_BITS = 8;

/**
 * The checkpoint's own format, and FP8 where that is narrower; of a network its own, which engines keep. A float that one
 * of the `named` devices has no units for is widened to one that it has.
 */
export function usualFormats(
  { kind, numerics: stored }: Model,
  named: readonly Device[] = [],
): readonly Numerics[] {
  if (kind === "network" || stored.linear.bits <= WIDE_BITS) return [stored];
  const own = stored.compute.linear;
  const found = named.flatMap((device) => computeFormat(device, own)?.precision ?? []);
  const wider = [...new Set(found)].filter((precision) => precision !== own);
  return [
    stored,
    ...[...wider, FORMAT_USUAL].map(numerics).flatMap((each) => (each.ok ? each.value : [])),
  ];
}
