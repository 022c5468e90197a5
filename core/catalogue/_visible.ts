/**
 * Memory a driver shows, from the memory a vendor prints.
 *
 * Vendors print "80 GB" for 80 GiB, of which firmware keeps about a hundredth; GDDR6 boards keep another
 * sixteenth for error correction. Logs of torch on cards: A100 39.39 of 40 and 79.15 of 80, H100 79.22 of
 * 80, RTX 3090 23.58 of 24, L40S 44.42 of 48, MI300X 191.98 of 192, all in GiB; off by at most 1 %.
 *
 * Source: core/estimate/fixtures/kv-cache-logs.json (logs of engines, with their addresses)
 */
import type { Bytes } from "../units.ts";

const GIB_PER_GB = 2 ** 30 / 1e9;
const KEPT_BY_FIRMWARE = 0.01;
const KEPT_BY_CORRECTION = 1 / 16;

/** Of memory of `kind` printed as `printed`; absent where the rule does not hold (LPDDR, DDR, GiB). */
export function visibleMemory(memory: {
  readonly capacity: Bytes;
  readonly printed: string;
  readonly kind: string;
}): Bytes | undefined {
  const { capacity, printed, kind } = memory;
  if (!printed.endsWith("GB") || !/^(HBM|GDDR)/.test(kind)) return undefined;
  const corrected = kind === "GDDR6" ? 1 - KEPT_BY_CORRECTION : 1;
  return capacity * GIB_PER_GB * (1 - KEPT_BY_FIRMWARE) * corrected;
}
