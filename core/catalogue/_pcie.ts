/** Rates of PCI Express. */
import type { BytesPerSecond } from "../units.ts";

/** Transfers a second of one lane, and the share of them that carries data. */
const GENERATIONS: ReadonlyMap<number, readonly [rate: number, share: number]> = new Map([
  [1, [2.5e9, 8 / 10]],
  [2, [5e9, 8 / 10]],
  [3, [8e9, 128 / 130]],
  [4, [16e9, 128 / 130]],
  [5, [32e9, 128 / 130]],
  [6, [64e9, 242 / 256]],
]);

/** Cards and modules for servers have sixteen lanes unless their figures say otherwise. */
const LANES_USUAL = 16;

/**
 * One direction of a PCIe link, after line coding; packet headers cost a further tenth or so.
 * Undefined for a generation without a published rate.
 */
export function pcieBandwidth(generation: number, lanes?: number): BytesPerSecond | undefined {
  const rates = GENERATIONS.get(generation);
  if (rates === undefined) return undefined;
  const [rate, share] = rates;
  return (rate * share * (lanes ?? LANES_USUAL)) / 8;
}
