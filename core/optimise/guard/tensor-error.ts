/** How far an output of a candidate is from the reference's, over several samples. */
import { random } from "../../random.ts";
import type { HostTensor } from "../runner.ts";
import { isFloating, numbersOf } from "./host-numbers.ts";

/** Decibels of an output without any error: no float tells more. */
export const DECIBELS_EQUAL = 200;

export interface TensorError {
  readonly output: string;
  /** Energy of the reference over energy of the difference, in decibels, all samples together; 200 is equal. */
  readonly decibels: number;
  /** Its lower end: 19 of 20 draws of as many samples lie above. */
  readonly decibelsLower: number;
  readonly cosine: number;
  readonly absoluteMax: number;
  /** Largest difference over the largest value of the reference. */
  readonly relativeMax: number;
  /** Share of elements that are equal to the bit. */
  readonly equal: number;
  readonly isFloat: boolean;
  readonly samples: number;
  /** What makes any measure void: another shape or type, a value that is no number. */
  readonly fault?: string;
}

/** Of the output of floats that is furthest, in decibels; of a fault 0. Whole numbers are equal or not, however large. */
export function decibelsWorst(errors: readonly TensorError[]): number {
  const telling = errors.filter(({ isFloat, fault }) => isFloat || fault !== undefined);
  return Math.min(DECIBELS_EQUAL, ...telling.map(({ decibels }) => decibels));
}

interface Sums {
  readonly signal: number;
  readonly noise: number;
  readonly dot: number;
  readonly other: number;
  readonly absoluteMax: number;
  readonly valueMax: number;
  readonly equal: number;
  readonly count: number;
}

/** `reference` and `candidate` hold one tensor a sample, in the same order. */
export function tensorError(
  output: string,
  reference: readonly HostTensor[],
  candidate: readonly HostTensor[],
): TensorError {
  const sums: Sums[] = [];
  let fault: string | null = reference.length === candidate.length ? null : "fewer samples";
  for (const [index, wanted] of reference.entries()) {
    const got = candidate[index];
    if (got === undefined || fault !== null) break;
    const found = compared(wanted, got);
    if (typeof found === "string") fault = found;
    else sums.push(found);
  }
  const total = sums.reduce(added, NOTHING);
  return {
    output,
    decibels: fault === null ? decibels(total) : 0,
    decibelsLower: fault === null ? lowerEnd(sums) : 0,
    cosine: cosine(total),
    absoluteMax: total.absoluteMax,
    relativeMax: total.valueMax === 0 ? total.absoluteMax : total.absoluteMax / total.valueMax,
    equal: total.count === 0 ? 1 : total.equal / total.count,
    isFloat: reference.every(isFloating),
    samples: reference.length,
    ...(fault === null ? {} : { fault }),
  };
}

const NOTHING: Sums = {
  signal: 0,
  noise: 0,
  dot: 0,
  other: 0,
  absoluteMax: 0,
  valueMax: 0,
  equal: 0,
  count: 0,
};

function added(a: Sums, b: Sums): Sums {
  return {
    signal: a.signal + b.signal,
    noise: a.noise + b.noise,
    dot: a.dot + b.dot,
    other: a.other + b.other,
    absoluteMax: Math.max(a.absoluteMax, b.absoluteMax),
    valueMax: Math.max(a.valueMax, b.valueMax),
    equal: a.equal + b.equal,
    count: a.count + b.count,
  };
}

/** Sums over one sample, or why there are none. */
function compared(wanted: HostTensor, got: HostTensor): Sums | string {
  if (wanted.type !== got.type) return `element type ${got.type} instead of ${wanted.type}`;
  if (wanted.dims.join() !== got.dims.join()) {
    return `shape [${got.dims.join(", ")}] instead of [${wanted.dims.join(", ")}]`;
  }
  const [a, b] = [numbersOf(wanted), numbersOf(got)];
  if (a === null || b === null) return bytesCompared(wanted.bytes, got.bytes);
  const sums = { ...NOTHING, count: a.length };
  for (let index = 0; index < a.length; index += 1) {
    const [x = 0, y = 0] = [a[index], b[index]];
    if (Object.is(x, y) || x === y) sums.equal += 1;
    else if (!Number.isFinite(x) || !Number.isFinite(y)) return `${y} where the reference has ${x}`;
    // What is not finite in both alike has no energy to compare.
    if (!Number.isFinite(x)) continue;
    sums.signal += x * x;
    sums.noise += (x - y) ** 2;
    sums.dot += x * y;
    sums.other += y * y;
    sums.absoluteMax = Math.max(sums.absoluteMax, Math.abs(x - y));
    sums.valueMax = Math.max(sums.valueMax, Math.abs(x));
  }
  return sums;
}

/** Types without numbers, as strings, are equal or they are not. */
function bytesCompared(wanted: Uint8Array, got: Uint8Array): Sums | string {
  const isEqual =
    wanted.length === got.length && wanted.every((byte, index) => byte === got[index]);
  return isEqual ? { ...NOTHING, equal: 1, count: 1 } : "other contents of a type without numbers";
}

/** Whether results tell anything: floats other than zero, whole numbers that are not all the same. */
export function isTelling(tensors: readonly HostTensor[]): boolean {
  const lists = tensors.map(numbersOf);
  const first = tensors.every(isFloating) ? 0 : lists.find((list) => list?.length !== 0)?.[0];
  return lists.some((list) => list === null || hasOther(list, first));
}

function hasOther(list: ArrayLike<number>, than: number | undefined): boolean {
  for (let index = 0; index < list.length; index += 1) {
    if (list[index] !== than && Number.isFinite(list[index])) return true;
  }
  return false;
}

/** A reference of zeros alone has no energy: any difference from it counts in full. */
function decibels({ signal, noise }: Sums): number {
  if (noise === 0) return DECIBELS_EQUAL;
  if (signal === 0) return 0;
  return Math.min(DECIBELS_EQUAL, 10 * Math.log10(signal / noise));
}

function cosine({ dot, signal, other }: Sums): number {
  if (signal === 0 && other === 0) return 1;
  return signal === 0 || other === 0 ? 0 : dot / Math.sqrt(signal * other);
}

const DRAWS = 400;
const SEED = 1;

/** The 5 % quantile of a bootstrap over samples. */
function lowerEnd(sums: readonly Sums[]): number {
  if (sums.length === 0) return DECIBELS_EQUAL;
  const draw = random(SEED);
  const drawn = Array.from({ length: DRAWS }, () => {
    let total = NOTHING;
    for (const _ of sums) total = added(total, sums[Math.floor(draw() * sums.length)] ?? NOTHING);
    return decibels(total);
  });
  return drawn.sort((a, b) => a - b)[Math.floor(DRAWS / 20)] ?? 0;
}
