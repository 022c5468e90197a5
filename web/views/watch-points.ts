/** Readings of sensors as shares of a whole over time. */
export interface Reading {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** What was read at one time, in milliseconds since 1970. */
export interface Sample {
  readonly at: number;
  readonly readings: readonly Reading[];
}

export interface Point {
  readonly at: Date;
  readonly of: string;
  readonly share: number;
}

/** Modes of a processor that does nothing. */
const IDLE = new Set(["idle", "iowait"]);

/** Shares of a whole: of processor time since the sample before, of memory now, of each GPU as its driver says. */
export function pointsOf(
  samples: readonly Sample[],
  names: {
    readonly processors: string;
    readonly memory: string;
    readonly gpu: (id: string) => string;
  },
): readonly Point[] {
  return samples.flatMap((sample, index): readonly Point[] => {
    const at = new Date(sample.at);
    const value = (name: string) => sample.readings.find((each) => each.name === name)?.value;
    const total = value("node_memory_MemTotal_bytes");
    const available = value("node_memory_MemAvailable_bytes");
    const before = samples[index - 1];
    const busy = before === undefined ? null : busyShare(before, sample);
    return [
      ...(busy === null ? [] : [{ at, of: names.processors, share: busy }]),
      ...(total === undefined || available === undefined
        ? []
        : [{ at, of: names.memory, share: 1 - available / total }]),
      ...sample.readings
        .filter(({ name }) => name === "DCGM_FI_DEV_GPU_UTIL" || name === "gpu_gfx_activity")
        .map(({ labels, value: percent }) => ({
          at,
          of: names.gpu(labels["gpu"] ?? labels["gpu_id"] ?? ""),
          share: percent / 100,
        })),
    ];
  });
}

/** Null where no time has gone by. */
function busyShare(before: Sample, now: Sample): number | null {
  const seconds = (sample: Sample, isCounted: (mode: string) => boolean): number =>
    sample.readings
      .filter(
        ({ name, labels }) => name === "node_cpu_seconds_total" && isCounted(labels["mode"] ?? ""),
      )
      .reduce((sum, { value }) => sum + value, 0);
  const passed = seconds(now, () => true) - seconds(before, () => true);
  const isIdle = (mode: string): boolean => IDLE.has(mode);
  return passed > 0 ? 1 - (seconds(now, isIdle) - seconds(before, isIdle)) / passed : null;
}
