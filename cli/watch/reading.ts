/** What sensors say at one moment, named as the usual exporters of Prometheus name it. */

export interface Reading {
  /** Of DCGM-exporter, AMD's device metrics exporter or node-exporter, in the unit that name has there. */
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface Sample {
  /** Wall clock, ms since 1970. */
  readonly at: number;
  /** A clock that never steps, s. */
  readonly elapsed: number;
  readonly readings: readonly Reading[];
}

/** The newest last; never empty. */
export type Recent = readonly Sample[];

export function named({ readings }: Sample, name: string): readonly Reading[] {
  return readings.filter((each) => each.name === name);
}

/** The reading `name` of what `of` speaks of. */
export function beside(sample: Sample, of: Reading, name: string): number | undefined {
  const wanted = seriesOf({ ...of, name });
  return sample.readings.find((each) => each.name === name && seriesOf(each) === wanted)?.value;
}

/** One series: a name and its labels, in one order. */
export function seriesOf({ name, labels }: Reading): string {
  const parts = Object.entries(labels)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(
      ([key, value]) => `${key}="${value.replaceAll(/[\\"\n]/gu, (each) => ESCAPES[each] ?? "")}"`,
    );
  return parts.length === 0 ? name : `${name}{${parts.join(",")}}`;
}

const ESCAPES: Readonly<Record<string, string>> = { "\\": "\\\\", '"': '\\"', "\n": "\\n" };

/** The reading of a number, or nothing where the sensor says "[N/A]", "", or no number. */
export function reading(
  name: string,
  labels: Readonly<Record<string, string>>,
  text: string | undefined,
  factor = 1,
): readonly Reading[] {
  const value = Number(text?.trim());
  if (text === undefined || text.trim() === "" || !Number.isFinite(value)) return [];
  return [{ name, labels, value: value * factor }];
}
