/** A share of equal answers, and what so many answers can say. */

/** Two-sided 95 %. */
const Z = 1.959964;

export interface Share {
  readonly middle: number;
  readonly lower: number;
  readonly upper: number;
  /** How many answers it rests on. */
  readonly count: number;
}

/**
 * The share of `hits` in `count` with Wilson's interval of 95 %, which is honest at the ends: 60 of 60 are at least
 * 94 %, not 100 %.
 *
 * Source: Wilson 1927, "Probable inference, the law of succession, and statistical inference"
 */
export function shareOf(hits: number, count: number): Share {
  if (count === 0) return { middle: 1, lower: 0, upper: 1, count };
  const share = hits / count;
  const spread = 1 + (Z * Z) / count;
  const centre = (share + (Z * Z) / (2 * count)) / spread;
  const half =
    (Z / spread) * Math.sqrt((share * (1 - share)) / count + (Z * Z) / (4 * count * count));
  return {
    middle: share,
    lower: hits === 0 ? 0 : centre - half,
    upper: hits === count ? 1 : centre + half,
    count,
  };
}

/** Answers, all of them equal, that it takes before the lower end reaches `share`. */
export function countToProve(share: number): number {
  return Math.ceil((share / (1 - share)) * Z * Z);
}
