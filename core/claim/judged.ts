/** A verdict on "A is N times B", from bounds, predictions and published figures alone. */
import type { Claim } from "./claim.ts";
import type { FigureRatio } from "./compare.ts";
import type { ClaimPrediction } from "./predictions.ts";
import type { PublishedRatio } from "./published.ts";

export interface Judged {
  readonly verdict: Exclude<Claim["verdict"], "outdated">;
  readonly because: string;
}

/** What is known of a pair. */
export interface Known {
  readonly figures: readonly FigureRatio[];
  readonly predicted: readonly ClaimPrediction[];
  readonly published: readonly PublishedRatio[];
}

/**
 * It holds where every workload reaches `times`, in part where some do: a prediction does with the upper end of its
 * interval, a publication with the median of its workloads, to within what submitters of one round differ by. Null where nothing is known.
 */
export function judged(times: number, { figures, predicted, published }: Known): Judged | null {
  const ends = predicted.flatMap(({ answer }) => ("reason" in answer ? [] : [answer.p90]));
  const medians = published.map(({ median }) => median);
  if (ends.length + medians.length === 0) return null;
  const foreseen = ends.filter((most) => most >= times).length;
  const measured = medians.filter((median) => median >= times / NOISE).length;
  const reached = foreseen + measured;
  const known = ends.length + medians.length;
  const bound = Math.max(...figures.map(({ ratio }) => ratio));
  const counts = `${foreseen} of ${ends.length} predictions and ${measured} of ${medians.length} publications reach ${times} times`;
  return {
    verdict: reached === known ? "holds" : reached === 0 ? "does not hold" : "holds in part",
    because:
      figures.length > 0 && bound < times
        ? `${counts}; no ratio of their datasheets is above ${Number(bound.toPrecision(3))}`
        : counts,
  };
}

/** Ratio of two submitters' results of one round of MLPerf on equal machines, median. Source: validation/REPORT.md, noise floor (9 % in training time, 7 % in offline inference) */
const NOISE = 1.09;
