/** Whether the outputs of a candidate may stand in for the reference's. */
import type { GraphProto } from "onnx-buf";
import type { HostTensor, Tensors } from "../runner.ts";
import { isFloating, numbersOf } from "./host-numbers.ts";
import { LIMITS, type Limits } from "./limits.ts";
import { isKept, type Measure } from "./measure.ts";
import type { Sample } from "./_rows.ts";
import { scoreMeasures } from "./scores.ts";
import { boxMeasures, embeddingMeasures, markMeasures, maskMeasures } from "./shapes.ts";
import { countToProve } from "./share.ts";
import { taskOf, type Task } from "./task.ts";
import { decibelsWorst, isTelling, tensorError, type TensorError } from "./tensor-error.ts";
import { textMeasures } from "./text.ts";

export interface Evidence {
  /** Of the original, for what its outputs are for. */
  readonly graph: GraphProto;
  /** Outputs of the reference, a sample each; `candidate` in the same order. */
  readonly reference: readonly Tensors[];
  readonly candidate: readonly Tensors[];
  /** "lossless" claims equal outputs; "lossy" answers to the task. */
  readonly level: "lossless" | "lossy";
  /** Samples were made up, and not the user's. */
  readonly isGenerated: boolean;
  readonly metric?: Metric;
  readonly limits?: Limits;
}

/** What the user measures outputs by; more is better. */
export interface Metric {
  readonly name: string;
  readonly of: (outputs: readonly Tensors[]) => number;
  /** How much of it may be lost. */
  readonly dropMax: number;
}

export interface TaskMeasures {
  readonly output: string;
  readonly kind: Task["kind"];
  readonly measures: readonly Measure[];
}

export interface Verdict {
  readonly isSound: boolean;
  /** Why, in words. */
  readonly reason: string;
  readonly errors: readonly TensorError[];
  readonly tasks: readonly TaskMeasures[];
  readonly metric?: {
    readonly name: string;
    readonly reference: number;
    readonly candidate: number;
  };
}

/** Judges at three levels: tensors, the task that the graph shows, and the user's own metric. */
export function judge(evidence: Evidence): Verdict {
  const { reference, candidate, metric, limits = LIMITS } = evidence;
  const names = Object.keys(reference[0] ?? {});
  const errors = names.map((name) =>
    tensorError(name, tensorsOf(reference, name), tensorsOf(candidate, name)),
  );
  const isVoid = errors.some(({ fault }) => fault !== undefined);
  const tasks = isVoid ? [] : names.flatMap((name) => taskMeasures(evidence, name, limits));
  const measured =
    metric === undefined || isVoid
      ? null
      : {
          name: metric.name,
          reference: metric.of(reference),
          candidate: metric.of(candidate),
        };
  const found = { errors, tasks, ...(measured === null ? {} : { metric: measured }) };
  const fault = faultOf(evidence, found, limits);
  return { isSound: fault === null, reason: fault ?? praise(found), ...found };
}

type Found = Omit<Verdict, "isSound" | "reason">;

function tensorsOf(samples: readonly Tensors[], name: string): readonly HostTensor[] {
  return samples.flatMap((sample) => sample[name] ?? []);
}

function taskMeasures(evidence: Evidence, name: string, limits: Limits): readonly TaskMeasures[] {
  const wanted = tensorsOf(evidence.reference, name);
  const got = tensorsOf(evidence.candidate, name);
  const [first] = wanted;
  if (first === undefined || !isFloating(first)) return [];
  const samples = wanted.flatMap((each, index): readonly Sample[] => {
    const other = got[index];
    const [a, b] = [numbersOf(each), other === undefined ? null : numbersOf(other)];
    return a === null || b === null ? [] : [{ dims: each.dims, wanted: a, got: b }];
  });
  const task = taskOf(evidence.graph, name, first.dims);
  const measures = measuresOf(task, samples, limits);
  return [{ output: name, kind: task.kind, measures }];
}

function measuresOf(
  { kind, axis }: Task,
  samples: readonly Sample[],
  limits: Limits,
): readonly Measure[] {
  switch (kind) {
    case "classes":
    case "tokens":
      return scoreMeasures(samples, axis, limits);
    case "text":
      return textMeasures(samples, axis, limits);
    case "mask":
      return maskMeasures(samples, limits);
    case "marks":
      return markMeasures(samples, limits);
    case "boxes":
      return boxMeasures(samples, axis, limits);
    case "embedding":
      return embeddingMeasures(samples, axis, limits);
    case "regression":
      return [];
  }
}

/** The first thing wrong; null where nothing is. */
function faultOf(evidence: Evidence, found: Found, limits: Limits): string | null {
  const broken = found.errors.find(({ fault }) => fault !== undefined);
  if (broken !== undefined) return `output "${broken.output}": ${broken.fault}`;
  if (found.errors.length === 0) return "no outputs to compare";
  const { metric, level } = evidence;
  if (metric !== undefined && found.metric !== undefined) {
    const drop = found.metric.reference - found.metric.candidate;
    if (!(drop <= metric.dropMax)) {
      return `${metric.name} falls by ${figure(drop)}, more than ${figure(metric.dropMax)}`;
    }
  }
  return level === "lossless" ? changeOf(found, limits) : lossOf(evidence, found, limits);
}

function changeOf({ errors }: Found, { lossless }: Limits): string | null {
  const worst = errors.find(({ isFloat, decibels, equal }) =>
    isFloat ? decibels < lossless : equal < 1,
  );
  if (worst === undefined) return null;
  return worst.isFloat
    ? `output "${worst.output}" is ${figure(worst.decibels)} dB from the reference, equal ones are ${lossless} dB or more`
    : `output "${worst.output}" is equal in ${percent(worst.equal)} of its numbers`;
}

function lossOf({ isGenerated, reference }: Evidence, found: Found, limits: Limits): string | null {
  if (reference.length < limits.samples) {
    return `${reference.length} samples cannot exclude failure: it takes ${limits.samples}`;
  }
  if (!Object.keys(reference[0] ?? {}).some((name) => isTelling(tensorsOf(reference, name)))) {
    return "outputs are zero, empty or all the same on these samples, which excludes nothing";
  }
  const floor = isGenerated ? limits.floorGenerated : limits.floor;
  const basis = isGenerated ? " on generated samples" : "";
  const worstFirst = found.errors.toSorted((a, b) => a.decibels - b.decibels);
  for (const { output, isFloat, decibels, decibelsLower, equal } of worstFirst) {
    if (!isFloat && equal < limits.agreement) {
      return `output "${output}" is equal in ${percent(equal)} of its numbers`;
    }
    if (!isFloat) continue;
    if (decibels < floor) {
      return `output "${output}" is ${figure(decibels)} dB from the reference, less than ${floor} dB${basis}`;
    }
    if (decibelsLower < limits.floor) {
      return `output "${output}" is ${figure(decibels)} dB from the reference, and ${reference.length} samples cannot exclude ${figure(decibelsLower)} dB`;
    }
  }
  return taskLoss(found.tasks, isGenerated ? 0 : limits.sure);
}

/** A figure beyond its limit refuses; so does a share that answers so few leave open, where they are the user's. */
function taskLoss(tasks: readonly TaskMeasures[], sure: number): string | null {
  for (const { output, measures } of tasks) {
    for (const measure of measures) {
      const { value, isAtLeast, isShare, limit } = measure;
      if (limit === undefined || value.count === 0) continue;
      const found = `output "${output}": ${measureText(measure)}`;
      const least = isShare ? percent(limit) : limit;
      if (!isKept(measure)) return `${found}, ${isAtLeast ? "less" : "more"} than ${least}`;
      if (isShare && value.lower < sure) {
        return `${found} cannot exclude ${percent(value.lower)}: it takes ${countToProve(sure)} for ${percent(sure)}`;
      }
    }
  }
  return null;
}

function praise({ errors, tasks, metric }: Found): string {
  const hasFloats = errors.some(({ isFloat }) => isFloat);
  const parts = [hasFloats ? `${figure(decibelsWorst(errors))} dB` : "equal"];
  const [main] = tasks.flatMap(({ measures }) => measures);
  if (main !== undefined && main.value.count > 0) parts.push(measureText(main));
  if (metric !== undefined) parts.push(`${metric.name} ${figure(metric.candidate)}`);
  return parts.join(", ");
}

function measureText({ name, value: { middle, count }, isShare }: Measure): string {
  return isShare
    ? `${name} ${percent(middle)} of ${count}`
    : `${name} ${figure(middle)} of ${count}`;
}

function figure(value: number): string {
  return String(Number(value.toPrecision(3)));
}

function percent(share: number): string {
  return `${figure(100 * share)} %`;
}
