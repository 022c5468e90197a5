/**
 * Exchanges over a torus: a chip is joined to its neighbours along each axis, an axis that closes is a ring used both ways.
 *
 * Rings along all axes run at once, each with its share of the payload. An axis that does not close leaves the chips at its
 * ends one link, and takes twice as long. What everyone sends to everyone crosses the middle of the longest axis: half of
 * each chip's payload, over the links that are cut there, so that it takes the longer the longer that axis is.
 *
 * A group is taken for a slice of its own, as near to a cube as its number allows; a group that lies along one axis of a
 * larger slice has fewer links, and may be a ring. Twisted tori (1.3 to 1.6 times the rate of all-to-all) are not counted.
 *
 * Source: jax-ml/scaling-book, sharding.md ("How long does this take?", "AllToAll") and tpus.md, "TPU Networking" (which axes
 * close); Jouppi et al. 2023 (arXiv 2304.01433), sections 2 and 3 (cubes joined by optical switches, bisection)
 */
import type { Device } from "../../catalogue/index.ts";
import type { Collective } from "../../operators/index.ts";
import type { Bytes, BytesPerSecond, Fraction, Seconds } from "../../units.ts";

export type Torus = NonNullable<NonNullable<Device["link"]>["torus"]>;

interface Slice {
  readonly torus: Torus;
  /** Chips along each axis, the longest last. */
  readonly sides: readonly number[];
  /** All links of a chip, one direction. */
  readonly bandwidth: BytesPerSecond;
}

/** One hop. Source: jax-ml/scaling-book, sharding.md, "A note on ICI latency" (about 1 µs) */
const HOP: Seconds = 1e-6;
/** Starting an exchange. Source: jax-ml/scaling-book, sharding.md, AllGather of 131 kB along 4 chips: 8 µs measured, 3 of hops */
const START: Seconds = 5e-6;
/** Share of a link that payloads reach. Source: jax-ml/scaling-book, sharding.md, AllGather measured on v5e 8x16 (about 95 %) */
const REACH: Fraction = 0.95;

/** Sides of a slice of `chips`, as near to each other as its factors allow. */
export function torusSides(chips: number, { axes }: Torus): readonly number[] {
  const sides = Array.from({ length: axes }, () => 1);
  for (const factor of factors(chips)) {
    const [shortest = 1, ...others] = sides;
    sides.splice(0, axes, ...[shortest * factor, ...others].toSorted((a, b) => a - b));
  }
  return sides;
}

/** Prime factors, the largest first. */
function factors(chips: number): readonly number[] {
  const found: number[] = [];
  let rest = Math.ceil(chips);
  for (let each = 2; each * each <= rest; each++) {
    for (; rest % each === 0; rest /= each) found.unshift(each);
  }
  return rest > 1 ? [rest, ...found] : found;
}

/** Time of an exchange of `bytes` among all chips of a slice; the hops of the longest way are its latency. */
export function torusTime(
  pattern: Collective["pattern"],
  bytes: Bytes,
  slice: Slice,
): { readonly overhead: Seconds; readonly link: Seconds } {
  const { sides, torus, bandwidth } = slice;
  const rate = (bandwidth / (2 * torus.axes)) * REACH;
  const used = sides.filter((side) => side > 1);
  const ways = used.map((side) => (isRing(side, slice) ? 2 : 1));
  const links = ways.reduce((sum, each) => sum + each, 0);
  const chips = used.reduce((product, side) => product * side, 1);
  const hops = used.reduce((sum, side, axis) => sum + (side - 1) / (ways[axis] ?? 1), 0);
  const gathered = (((chips - 1) / chips) * bytes) / (links * rate);
  const middle = ((used.at(-1) ?? 1) * bytes) / 4 / ((ways.at(-1) ?? 1) * rate);
  switch (pattern) {
    case "all-reduce":
      return { overhead: START + 2 * hops * HOP, link: 2 * gathered };
    case "all-gather":
    case "reduce-scatter":
      return { overhead: START + hops * HOP, link: gathered };
    case "all-to-all":
      return { overhead: START + hops * HOP, link: middle };
    case "send":
      return { overhead: START + HOP, link: bytes / rate };
  }
}

/** Sides that are multiples of a ring close; where cubes are joined by switches, only slices of whole cubes have any. */
function isRing(side: number, { sides, torus: { axes, ring } }: Slice): boolean {
  const all = axes > 2 ? sides : [side];
  return all.every((each) => each % ring === 0);
}
