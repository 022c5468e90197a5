/**
 * What exchanges take from the host rather than from the device: how fast devices reach each other through it, and how fast it launches.
 */
import { power } from "../../power.ts";
import type { Fraction } from "../../units.ts";
import type { Host } from "./coefficients.ts";

/**
 * The middle of measured hosts whose cards have no links of their own, by the number of cards:
 * 0.50, 0.60, 0.60 and 0.86 at two; 0.15, 0.36, 0.56, 0.58, 0.58, 0.59 and 0.64 at four; 0.04, 0.31,
 * 0.35 (0.60 tuned), 0.44, 0.62 and 0.65 at eight. The lowest route through the CPU's memory, the
 * highest through switches, with the same cards: a host that nobody measured may be any of them.
 * Source: aiconfigurator's tables of NCCL and oneCCL; voipmonitor/rtx6kpro, hardware/pcie-bandwidth.md;
 * NVIDIA/nccl issue 1639
 */
const PEERS_USUAL: Host["peers"] = [
  { ranks: 2, share: 0.6 },
  { ranks: 4, share: 0.58 },
  { ranks: 8, share: 0.44 },
];

/** A host of which nothing is known but that it is a usual one. */
export const HOST_USUAL: Host = { peers: PEERS_USUAL, launch: 1 };

/** Share at `ranks` devices, between measured numbers on both logarithms, held beyond them; 1 where none was. */
export function peerShare(peers: Host["peers"], ranks: number): Fraction {
  const above = peers.findIndex((peer) => peer.ranks >= ranks);
  const high = peers[above === -1 ? peers.length - 1 : above];
  if (high === undefined) return 1;
  const low = above > 0 ? (peers[above - 1] as typeof high) : high;
  if (low === high || high.ranks === ranks) return high.share;
  const part = Math.log(ranks / low.ranks) / Math.log(high.ranks / low.ranks);
  return low.share * power(high.share / low.share, part);
}
