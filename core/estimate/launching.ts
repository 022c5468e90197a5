/**
 * What the host of a framework takes to launch a model operator by operator, ahead of the device.
 *
 * Source: catalogue/engines (seconds an operator, near machines of 2018); assumption for later hosts, set by hand
 * between A100 and B200 (diffusers takes 1.2 s for fifty steps of PixArt on H100 and on B200)
 */
import type { Device } from "../catalogue/index.ts";
import type { Seconds } from "../units.ts";
import type { Traits } from "./log-linear.ts";
import { total } from "./step-cost.ts";
import type { Engine, OperatorTime } from "./types.ts";

/** Share by which a core is faster each year. */
const FASTER_YEARLY = 0.07;
const YEAR_MEASURED = 2018;
const YEAR_FIRST = 2017;
const YEAR_LAST = 2024;

/** 0 where graphs are replayed. A device stands in a host of its year. */
export function launchTime(
  { launch = 0 }: Engine,
  { launched }: Device,
  operators: readonly OperatorTime[],
): Seconds {
  const year = Number(launched?.slice(0, 4) ?? YEAR_MEASURED);
  const years = Math.min(YEAR_LAST, Math.max(YEAR_FIRST, year)) - YEAR_MEASURED;
  return launch * operatorCount(operators) * Math.exp(-FASTER_YEARLY * years);
}

/** ln of the time to launch over the device's to compute: above 0, the host decides. */
export function launchTraits(
  engine: Engine,
  device: Device,
  operators: readonly OperatorTime[],
): Traits {
  const time = launchTime(engine, device, operators);
  return time === 0 ? {} : { launching: Math.log(time / total(operators)) };
}

/** Each as often as a pass repeats it. */
export function operatorCount(operators: readonly OperatorTime[]): number {
  return operators.reduce((sum, { operator }) => sum + operator.count, 0);
}
