/**
 * Energy over time: what the steps of an interval asked of the devices, as shares of their peaks, and the watts of that use at the wall.
 */
import { poolLanes, type Prepared, type StepUse, stepUse, wallPower } from "../estimate/index.ts";
import type { Joules, Seconds, Watts } from "../units.ts";
import type { Observer, Stepped } from "./observer.ts";
import { timeline } from "./series.ts";
import { decodeSegment } from "./worker.ts";

export interface EnergyMeter {
  readonly observer: Observer;
  /** Mean power of the interval that holds `time`; null after the last step. */
  readonly powerAt: (time: Seconds) => Watts | null;
  /** Of the run, warm-up included: from time zero to its last step. */
  readonly energy: () => Joules;
  /** Its mean over that time. */
  readonly power: () => Watts;
}

/** Seconds at peak, of running kernels, and that were paid for, summed over the lanes of a pool. */
type Peaks = Record<keyof StepUse | "paid", number>;

interface Metered {
  readonly prepared: Prepared;
  readonly use: StepUse;
  /** Numbers of its lanes: from `first` up to but not with `end`. */
  readonly first: number;
  readonly end: number;
}

/** Watches a placement, whose prompt lanes are numbered after the others. */
export function energyMeter(prepared: Prepared): EnergyMeter {
  const pools = meteredPools(prepared);
  const line = timeline(
    () => pools.map((): Peaks => ({ compute: 0, memory: 0, busy: 0, paid: 0 })),
    (a, b) => a.map((peaks, pool) => added(peaks, b[pool])),
  );
  let last: Seconds = 0;
  const lasted = (index: number) => Math.min(line.width(), last - index * line.width());
  const watts = (slot: readonly Peaks[], index: number) =>
    pools.reduce((sum, pool, which) => sum + drawn(pool, slot[which], lasted(index)), 0);
  const energy = () =>
    line.slots().reduce((sum, slot, index) => sum + watts(slot, index) * lasted(index), 0);
  return {
    observer: {
      stepped: (step) => {
        last = Math.max(last, step.end);
        const slot = line.at((step.start + step.end) / 2);
        const which = pools.findIndex(({ end }) => step.lane < end);
        const [pool, peaks] = [pools[which], slot[which]];
        if (pool === undefined || peaks === undefined) return;
        peaks.compute += used(pool.use.compute, step);
        peaks.memory += used(pool.use.memory, step);
        peaks.busy += used(pool.use.busy, step);
      },
      stood: ({ first, paid, ...span }) => {
        const which = pools.findIndex((pool) => first < pool.end);
        line.over(span, (slot, time) => {
          const peaks = slot[which];
          if (peaks !== undefined) peaks.paid += time * paid;
        });
      },
    },
    powerAt: (time) => {
      const index = Math.floor(time / line.width());
      const slot = line.slots()[index];
      return slot === undefined ? null : watts(slot, index);
    },
    energy,
    power: () => (last > 0 ? energy() / last : 0),
  };
}

function meteredPools(prepared: Prepared): readonly Metered[] {
  const lanes = poolLanes(prepared.placement);
  const own = { prepared, use: stepUse(prepared), first: 0, end: lanes };
  const { prefill } = prepared;
  if (prefill === null) return [own];
  const end = lanes + poolLanes(prefill.placement);
  return [own, { prepared: prefill, use: stepUse(prefill), first: lanes, end }];
}

/** Seconds at peak of one device of the stages that compute the step. */
function used(use: StepUse["compute"], step: Stepped): number {
  const { steps, chunks, decodes, computed, context } = step;
  let tokens = decodes * computed;
  let peak = 0;
  for (const { query, prefix } of chunks) {
    tokens += query;
    peak += use.attention({ sequences: 1, query, prefix });
  }
  if (decodes > 0) peak += use.attention(decodeSegment(decodes, context, computed));
  return steps * (peak + use.rest({ tokens, sequences: chunks.length + decodes * computed }));
}

/**
 * A device takes part in the steps of its group's lanes: as many as there are pipeline stages. Replicas that nobody
 * pays for draw nothing.
 */
function drawn({ prepared, first, end }: Metered, peaks: Peaks | undefined, time: Seconds): Watts {
  if (peaks === undefined || time <= 0 || peaks.paid === 0) return 0;
  const { pipeline } = prepared.placement.parallel;
  const share = (peak: number) => Math.min(1, (peak * pipeline) / peaks.paid);
  const { compute, memory, busy } = peaks;
  const shares = { compute: share(compute), memory: share(memory), busy: share(busy) };
  return Math.min(1, peaks.paid / ((end - first) * time)) * wallPower(prepared, shares).p50;
}

function added(a: Peaks, b: Peaks | undefined): Peaks {
  if (b === undefined) return a;
  const of = (key: keyof Peaks) => a[key] + b[key];
  return { compute: of("compute"), memory: of("memory"), busy: of("busy"), paid: of("paid") };
}
