/**
 * Prices of a machine: what each kind of kernel costs to start and for each amount of work, as fitted on runs of it.
 *
 * Coefficients are a measured profile of one machine, one engine and one number of threads, and hold for no other.
 */
import * as z from "zod";
import { decode } from "../../decode.ts";
import type { Result } from "../../result.ts";
import type { Bytes, Seconds } from "../../units.ts";
import { pricedOf, type Priced } from "./_kinds.ts";

export interface Machine {
  /** What it was measured on, for a person. */
  readonly about: string;
  readonly threads: number;
  /** By kind of kernel, in seconds: starting it, then of each amount. */
  readonly prices: Readonly<Record<string, readonly number[]>>;
  /** What all kinds share. */
  readonly shared: Shared;
  /** Standard deviation of log(measured / predicted) over models left out of the fit. */
  readonly spread: number;
  /** Runs that it rests on. */
  readonly runs: number;
}

/** Prices in seconds. */
export interface Shared {
  /** Of a run. */
  readonly run: Seconds;
  /** Of a byte of its results, which are allocated anew. */
  readonly resultByte: Seconds;
  /** Of a kernel whose code and descriptions have left the caches. */
  readonly cold: Seconds;
  /** Of a byte of weights that has left them. */
  readonly coldByte: Seconds;
  /** Of a byte of tensors that did not stay in them. */
  readonly farByte: Seconds;
}

const price = z.number().nonnegative().max(10);

const schema: z.ZodType<Machine> = z.strictObject({
  about: z.string().max(2000),
  threads: z.int().positive(),
  prices: z.record(z.string().max(100), z.array(price).max(16)),
  shared: z.strictObject({
    run: price,
    resultByte: price,
    cold: price,
    coldByte: price,
    farByte: price,
  }),
  spread: z.number().nonnegative().max(10),
  runs: z.int().nonnegative(),
});

/** The machine of a file. Errors: the first field that is wrong. */
export function decodeMachine(json: unknown): Result<Machine> {
  return decode(schema, json);
}

/** An operator as an engine runs it. */
export interface Kernel {
  readonly operator: string;
  readonly inputs: readonly (readonly number[])[];
  readonly outputs: readonly (readonly number[])[];
}

/** Kernels of a run with what their times grow with. */
export interface Load {
  readonly kernels: readonly Priced[];
  /** Share of the caches' contents that one run replaces before the next: 0 is none. */
  readonly cold: number;
}

/** Second-level cache of a core, over which weights and the largest tensors fall out of it from run to run. */
const KEPT: Bytes = 2e6;
/** How sharply they do. */
const FALL = 4;
const WIDTH = 4;

export function loadOf(kernels: readonly Kernel[]): Load {
  const priced = kernels.map(({ operator, inputs, outputs }) =>
    pricedOf(operator, inputs, outputs),
  );
  const held = priced.reduce((sum, each) => sum + each.held, 0);
  const largest = kernels.reduce((most, { outputs }) => Math.max(most, ...outputs.map(size)), 0);
  const touched = held + 2 * WIDTH * largest;
  return { kernels: priced, cold: touched ** FALL / (touched ** FALL + KEPT ** FALL) };
}

function size(dims: readonly number[]): number {
  return dims.reduce((product, each) => product * each, 1);
}

/** What the prices of a kernel's kind are multiplied by. */
export function termsOf({ amounts }: Priced): readonly number[] {
  return [1, ...amounts];
}

/** Time of one kernel; null where the machine was never seen to run its kind. */
function kernelTime(kernel: Priced, cold: number, { prices, shared }: Machine): Seconds | null {
  const own = prices[kernel.kind];
  if (own === undefined) return null;
  const common =
    shared.cold * cold + shared.coldByte * cold * kernel.held + shared.farByte * kernel.far;
  return termsOf(kernel).reduce((sum, term, index) => sum + term * (own[index] ?? 0), common);
}

export interface RunTime {
  readonly time: Seconds;
  /** Kinds that the machine was never seen to run: counted as other work of their amounts. */
  readonly unknown: readonly string[];
  /** Of each kernel, in their order. */
  readonly kernels: readonly Seconds[];
}

const OTHER = "other";

/** Time of one run of `kernels` whose results are of `resultBytes`. */
export function runTime(
  run: { readonly kernels: readonly Kernel[]; readonly resultBytes: Bytes },
  machine: Machine,
): RunTime {
  const { kernels, cold } = loadOf(run.kernels);
  const unknown = new Set<string>();
  const times = kernels.map((kernel) => {
    const known = kernelTime(kernel, cold, machine);
    if (known !== null) return known;
    unknown.add(kernel.kind);
    return kernelTime({ ...kernel, kind: OTHER }, cold, machine) ?? 0;
  });
  const { shared } = machine;
  const around = shared.run + shared.resultByte * run.resultBytes;
  const time = times.reduce((sum, each) => sum + each, around);
  return { time, unknown: [...unknown], kernels: times };
}
