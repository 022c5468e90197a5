/**
 * What one step asks of a device's arithmetic and memory, for those who add up millions of steps.
 *
 * Shares of the peaks add over steps, and power is a function of their mean over a time: so a run
 * keeps two sums, and asks for watts once an interval.
 *
 * Source: peak-time.ts; laws/power.ts; system-draw.ts
 */
import type { Interval } from "../interval.ts";
import { correctedDraw, deviceDraw } from "./device-draw.ts";
import { draw } from "./system-draw.ts";
import { gridded } from "./gridded.ts";
import type { Utilisation } from "./laws/index.ts";
import { poolDevices } from "./pool-size.ts";
import type { Prepared } from "./prepare.ts";
import type { StepCost } from "./step-cost.ts";
import { type PeakTime, peakTime } from "./peak-time.ts";
import type { OperatorTime } from "./types.ts";

/** Seconds at peak of one device that takes part in a step, on grids like those of its time. */
export type StepUse = Readonly<Record<keyof PeakTime, Pick<StepCost, "rest" | "attention">>>;

export function stepUse(prepared: Prepared): StepUse {
  const of = (which: keyof PeakTime) => useOfPeak(prepared, which);
  return { compute: of("compute"), memory: of("memory"), busy: of("busy") };
}

function useOfPeak({ cost, target }: Prepared, which: keyof PeakTime): StepCost {
  const used = (times: readonly OperatorTime[]) => peakTime(times, target)[which];
  return gridded({
    ...cost,
    rest: ({ tokens, sequences }) => {
      const alike = { sequences, query: tokens / sequences, prefix: 0 };
      return used(cost.operators({ segments: [alike] }).filter((each) => !isOfSegment(each)));
    },
    attention: (segment) => used(cost.operators({ segments: [segment] }).filter(isOfSegment)),
  });
}

function isOfSegment({ operator: { work }, drafting }: OperatorTime): boolean {
  return drafting === true || work.kind === "attention" || work.kind === "scan";
}

/** Watts at the wall of all devices of a placement and their hosts, at a mean use of each device. */
export function wallPower(prepared: Prepared, used: Utilisation): Interval {
  const { system, placement, laws, coefficients } = prepared;
  const physics = deviceDraw(used, system.device, laws);
  const one = correctedDraw(physics, coefficients.corrections, prepared.traits, system.device.id);
  return draw(system, poolDevices(placement), one.power).wall;
}
