/**
 * Where the time of a step goes: by part of the model, by resource, and against the roofline.
 *
 * Source: Williams, Waterman and Patterson 2009, "Roofline"
 */
import type { Group } from "../operators/index.ts";
import type { FlopsPerByte, FlopsPerSecond, Fraction, Seconds } from "../units.ts";
import type { Bound, Estimate, OperatorTime } from "./types.ts";

export interface Portion<Name> {
  readonly name: Name;
  readonly time: Seconds;
  readonly share: Fraction;
}

/** Time of one step by part of the model, largest first. */
export function byGroup(times: readonly OperatorTime[]): readonly Portion<Group>[] {
  return portions(times, ({ operator }) => operator.group);
}

/** Time of one step by the resource that each operator waits for, largest first. */
export function byBound(times: readonly OperatorTime[]): readonly Portion<Bound>[] {
  return portions(times, ({ bound }) => bound);
}

export interface RooflinePoint {
  readonly name: string;
  readonly phase: "prefill" | "decode";
  readonly group: Group;
  /** FLOPs a byte of device memory. */
  readonly intensity: FlopsPerByte;
  readonly rate: FlopsPerSecond;
  readonly bound: Bound;
  /** Of its phase's time. */
  readonly share: Fraction;
}

/** Every operator that computes, where a roofline plot puts it. */
export function rooflinePoints(of: Pick<Estimate, "prefill" | "decode">): readonly RooflinePoint[] {
  return (["prefill", "decode"] as const).flatMap((phase) => {
    const times = of[phase];
    const whole = times.reduce((sum, each) => sum + spent(each), 0);
    return times
      .filter(({ operator }) => operator.flops > 0 && operator.read + operator.written > 0)
      .map((each) => {
        const { name, group, flops, read, written } = each.operator;
        const place = { intensity: flops / (read + written), rate: flops / each.time };
        return { name, phase, group, ...place, bound: each.bound, share: spent(each) / whole };
      });
  });
}

/** One part of the model in one phase, all its operators together. */
export type RooflineGroup = Omit<RooflinePoint, "name" | "bound">;

/** Every part of the model that computes, where a roofline plot puts it; the slowest of a phase first. */
export function rooflineGroups(estimate: Estimate): readonly RooflineGroup[] {
  return (["prefill", "decode"] as const).flatMap((phase) => {
    const times = estimate[phase];
    return byGroup(times).flatMap(({ name: group, time, share }) => {
      const mine = times.filter(({ operator }) => operator.group === group);
      const total = (of: (each: OperatorTime["operator"]) => number) =>
        mine.reduce((sum, { operator }) => sum + operator.count * of(operator), 0);
      const flops = total((each) => each.flops);
      const bytes = total(({ read, written }) => read + written);
      if (flops === 0 || bytes === 0) return [];
      return [{ phase, group, intensity: flops / bytes, rate: flops / time, share }];
    });
  });
}

function portions<Name extends string>(
  times: readonly OperatorTime[],
  nameOf: (each: OperatorTime) => Name,
): readonly Portion<Name>[] {
  const sums = new Map<Name, Seconds>();
  let whole = 0;
  for (const each of times) {
    whole += spent(each);
    sums.set(nameOf(each), (sums.get(nameOf(each)) ?? 0) + spent(each));
  }
  return [...sums]
    .map(([name, time]) => ({ name, time, share: whole > 0 ? time / whole : 0 }))
    .toSorted((a, b) => b.time - a.time);
}

function spent({ operator, time }: OperatorTime): Seconds {
  return operator.count * time;
}
