import type { LawName } from "../estimate/laws/index.ts";
import type { Sample } from "./sample.ts";

/** Samples by device id, in order of first appearance. */
export function byDevice(samples: readonly Sample[]): ReadonlyMap<string, readonly Sample[]> {
  const groups = new Map<string, Sample[]>();
  for (const sample of samples) {
    const group = groups.get(sample.device.id);
    if (group === undefined) groups.set(sample.device.id, [sample]);
    else group.push(sample);
  }
  return groups;
}

/** Samples of one law by device id. */
export function samplesByDevice(
  law: LawName,
  samples: readonly Sample[],
): ReadonlyMap<string, readonly Sample[]> {
  return byDevice(samples.filter((sample) => sample.law === law));
}
