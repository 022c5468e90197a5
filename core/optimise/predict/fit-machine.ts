/**
 * The prices of a machine from runs of models: each operator's time where an engine's profile tells it, and the
 * processor time of the whole run, which other programs disturb less.
 */
import type { Bytes, Seconds } from "../../units.ts";
import { loadOf, runTime, termsOf, type Kernel, type Machine } from "./machine.ts";
import { nonNegative, type Row } from "./_nonnegative.ts";

export interface MachineRun {
  readonly name: string;
  /** Runs of one model at several sizes are left out together; the name unless said. */
  readonly family?: string;
  /** With the time of each, once a run. */
  readonly kernels: readonly (Kernel & { readonly time: Seconds })[];
  /** Of the whole run, all threads together. */
  readonly processorTime: Seconds;
  readonly resultBytes: Bytes;
}

interface About {
  /** For a person. */
  readonly about: string;
  readonly threads: number;
}

/** The family of runs that are there for every model: never left out, for nobody is without them. */
export const PROBES = "probes";

/**
 * How far prices were off on 15 families of models left out in turn, beside probes, and how many models of your own
 * weigh as much: a machine's prices may be better or worse than those of the one it was measured on.
 *
 * Source: bench/RESULTS.md, "Time of a model before it runs"; notes/067-prices.md
 */
const USUAL = { spread: 0.2, models: 4 };

/** The prices that fit `runs` best, and how far such prices are off on models that they were not learnt on. */
export function fitMachine(about: About, runs: readonly MachineRun[]): Machine {
  const errors = [...leftOut(about, runs)].map(([run, time]) => Math.log(run.processorTime / time));
  const square = errors.reduce(
    (sum, error) => sum + error * error,
    USUAL.models * USUAL.spread ** 2,
  );
  const spread = Math.sqrt(square / (USUAL.models + errors.length));
  return { ...pricesOf(about, runs), spread };
}

/** Time of each run but probes', by prices that were learnt without its family. */
export function leftOut(
  about: About,
  runs: readonly MachineRun[],
): ReadonlyMap<MachineRun, Seconds> {
  const families = new Set(runs.map(familyOf).filter((family) => family !== PROBES));
  const times = [...families].flatMap((family) => {
    const others = pricesOf(
      about,
      runs.filter((run) => familyOf(run) !== family),
    );
    return runs
      .filter((run) => familyOf(run) === family)
      .map((run) => [run, runTime(run, others).time] as const);
  });
  return new Map(times);
}

function familyOf({ family, name }: MachineRun): string {
  return family ?? name;
}

/** A run whose time as a whole nobody knows: its operators' times are taken as they are. */
type PartRun = Omit<MachineRun, "processorTime"> & Partial<MachineRun>;

/** As {@link fitMachine}, without asking how far off it is. */
export function pricesOf(about: About, runs: readonly PartRun[]): Machine {
  const table = new Columns();
  const rows = runs.flatMap((run) => rowsOf(run, table));
  const found = nonNegative(rows, table.count);
  return {
    ...about,
    prices: table.prices(found),
    shared: {
      run: found[RUN] ?? 0,
      resultByte: found[RESULT] ?? 0,
      cold: found[COLD] ?? 0,
      coldByte: found[COLD_BYTE] ?? 0,
      farByte: found[FAR_BYTE] ?? 0,
    },
    spread: 0,
    runs: runs.length,
  };
}

/** Columns that are no kind's; timing one operator takes time that a run without it does not. */
const [RUN, RESULT, COLD, COLD_BYTE, FAR_BYTE, TIMING] = [0, 1, 2, 3, 4, 5] as const;

/** Where the prices of each kind stand among the unknowns. */
class Columns {
  readonly #from = new Map<string, { readonly first: number; readonly length: number }>();
  count = 6;

  first(kind: string, length: number): number {
    const known = this.#from.get(kind);
    if (known !== undefined) return known.first;
    const first = this.count;
    this.#from.set(kind, { first, length });
    this.count += length;
    return first;
  }

  prices(found: Float64Array): Readonly<Record<string, readonly number[]>> {
    const entries = [...this.#from].map(
      ([kind, { first, length }]) =>
        [kind, Array.from(found.slice(first, first + length))] as const,
    );
    return Object.fromEntries(entries);
  }
}

/** Weight of a whole run beside that of all its operators together. */
const WHOLE = 1;
/** An operator longer than this may have waited for a processor, where all add up to more than the run took. */
const LONG: Seconds = 1.5e-3;
const WAITED = 1.05;

function rowsOf(run: PartRun, table: Columns): readonly Row[] {
  const { kernels, cold } = loadOf(run.kernels);
  const timed = run.kernels.reduce((sum, { time }) => sum + time, 0);
  const { processorTime } = run;
  const isDisturbed = processorTime !== undefined && timed > WAITED * processorTime;
  const timing = processorTime === undefined ? 0 : 1;
  const whole = new Map<number, number>([
    [RUN, 1],
    [RESULT, run.resultBytes],
  ]);
  const rows: Row[] = [];
  for (const [index, kernel] of kernels.entries()) {
    const terms = termsOf(kernel);
    const first = table.first(kernel.kind, terms.length);
    const own: (readonly [number, number])[] = [
      ...terms.map((term, place) => [first + place, term] as const),
      [COLD, cold],
      [COLD_BYTE, cold * kernel.held],
      [FAR_BYTE, kernel.far],
    ];
    for (const [column, term] of own) whole.set(column, (whole.get(column) ?? 0) + term);
    const time = run.kernels[index]?.time ?? 0;
    if (time === 0 || (isDisturbed && time > LONG)) continue;
    rows.push({ terms: [...own, [TIMING, timing]], value: time, weight: Math.sqrt(time / timed) });
  }
  if (processorTime === undefined) return rows;
  return [...rows, { terms: [...whole], value: processorTime, weight: WHOLE }];
}
