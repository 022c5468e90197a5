/**
 * Arithmetic and memory traffic of a second of serving, on one device, as shares of its peaks.
 *
 * A device computes its stage of every lane of its pipeline. Mixed steps hold decodes too, so a
 * prompt's own work is the mixed step's less the decode step's.
 *
 * Source: definition of model FLOPs utilisation, Chowdhery et al. 2022, "PaLM", appendix B
 */
import type { Fraction } from "../units.ts";
import type { Target, Utilisation } from "./laws/index.ts";
import type { OperatorTime } from "./types.ts";

/** Seconds of a step in which arithmetic, and memory, would be busy at their peak rates, and in which any kernel runs. */
export type PeakTime = Readonly<Record<keyof Utilisation, number>>;

export function peakTime(times: readonly OperatorTime[], target: Target): PeakTime {
  let compute = 0;
  let memory = 0;
  let busy = 0;
  for (const { operator, time, overhead } of times) {
    const { work, count, flops, read, written } = operator;
    busy += count * (time - overhead);
    if (work.kind === "collective") continue;
    memory += (count * (read + written)) / target.bandwidth;
    const format = "compute" in work ? target.formats[work.compute] : null;
    if (format !== null) compute += (count * flops) / format.peak;
  }
  return { compute, memory, busy };
}

/** What `whole` takes beyond `part`. */
export function less(whole: PeakTime, part: PeakTime): PeakTime {
  return {
    compute: Math.max(0, whole.compute - part.compute),
    memory: Math.max(0, whole.memory - part.memory),
    busy: Math.max(0, whole.busy - part.busy),
  };
}

/** Shares in use when `parts` happen so many times a second. */
export function utilisation(
  parts: readonly { readonly peak: PeakTime; readonly perSecond: number }[],
): Utilisation {
  const share = (which: keyof PeakTime): Fraction =>
    Math.min(
      1,
      parts.reduce((sum, { peak, perSecond }) => sum + peak[which] * perSecond, 0),
    );
  return { compute: share("compute"), memory: share("memory"), busy: share("busy") };
}
