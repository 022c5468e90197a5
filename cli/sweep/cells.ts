/** A sweep in short: each plan under each load, over its seeds. */
import type { Basis, Distribution, Interval, Metrics } from "../../core/index.ts";
import type { Load } from "./flags.ts";
import type { SweepLine } from "./outcome.ts";

const TIMES = ["ttft", "tpot", "latency"] as const;
const RATES = ["requestRate", "outputRate", "goodput"] as const;
const STATISTICS = ["mean", "p90"] as const;

type Spread = Readonly<Record<(typeof STATISTICS)[number], Interval>>;

export interface Cell
  extends
    Readonly<Record<(typeof TIMES)[number], Spread>>,
    Readonly<Record<(typeof RATES)[number], Interval>> {
  readonly kind: "cell";
  readonly plan: string;
  readonly load: Load;
  readonly seeds: number;
  /** Share of the requests that kept every limit: the least of a seed, their mean, and the most. */
  readonly good: { readonly least: number; readonly mean: number; readonly most: number };
  readonly states: Readonly<Record<Metrics["state"], number>>;
}

export interface RefusedCell {
  readonly kind: "infeasible";
  readonly plan: string;
  readonly load: Load;
  readonly reason: string;
  readonly message: string;
}

export interface Cells {
  readonly see: (line: SweepLine) => void;
  readonly all: () => readonly (Cell | RefusedCell)[];
}

/** Lines must come in order: seeds of a cell side by side. */
export function cells(): Cells {
  const done: (Cell | RefusedCell)[] = [];
  let open: Tally | null = null;
  return {
    see: (line) => {
      if (open !== null && !open.isOf(line)) {
        done.push(open.cell());
        open = null;
      }
      if (line.outcome.kind === "failed") return;
      open ??= tally(line);
      open.add(line);
    },
    all: () => (open === null ? done : [...done, open.cell()]),
  };
}

interface Tally {
  readonly isOf: (line: SweepLine) => boolean;
  readonly add: (line: SweepLine) => void;
  readonly cell: () => Cell | RefusedCell;
}

function tally({ plan, load }: SweepLine): Tally {
  const named = JSON.stringify([plan, load]);
  const sums = new Map<string, Sum>();
  const states = { stable: 0, backlogged: 0, overloaded: 0 };
  let seeds = 0;
  let refused: RefusedCell | null = null;
  const sum = (name: string) => {
    const known = sums.get(name) ?? { low: Infinity, high: -Infinity, total: 0, basis: null };
    sums.set(name, known);
    return known;
  };
  const interval = (name: string): Interval => {
    const { low, high, total, basis } = sum(name);
    return { p10: low, p50: total / seeds, p90: high, basis: basis ?? "analytic" };
  };
  const spread = (name: string): Spread => ({
    mean: interval(`${name}.mean`),
    p90: interval(`${name}.p90`),
  });
  return {
    isOf: (line) => JSON.stringify([line.plan, line.load]) === named,
    add: ({ outcome }) => {
      if (outcome.kind === "failed") return;
      seeds += 1;
      if (outcome.kind === "infeasible") {
        const { reason, message } = outcome;
        refused = { kind: "infeasible", plan, load, reason, message };
        return;
      }
      const { metrics, intervals } = outcome;
      for (const name of TIMES) {
        for (const statistic of STATISTICS) {
          const at = (of: Readonly<Record<keyof Distribution, unknown>>) => of[statistic];
          const width = intervals && (at(intervals[name]) as Interval);
          add(sum(`${name}.${statistic}`), metrics[name][statistic], width);
        }
      }
      for (const name of RATES) add(sum(name), metrics[name], intervals && intervals[name]);
      add(sum("good"), metrics.good, null);
      states[metrics.state] += 1;
    },
    cell: () => {
      if (refused !== null) return refused;
      const { p10: least, p50: mean, p90: most } = interval("good");
      return {
        kind: "cell",
        plan,
        load,
        seeds,
        ttft: spread("ttft"),
        tpot: spread("tpot"),
        latency: spread("latency"),
        requestRate: interval("requestRate"),
        outputRate: interval("outputRate"),
        goodput: interval("goodput"),
        good: { least, mean, most },
        states,
      };
    },
  };
}

interface Sum {
  low: number;
  high: number;
  total: number;
  basis: Basis | null;
}

/** The mean over the seeds, between the lowest p10 and the highest p90 of any of them. */
function add(sum: Sum, value: number, width: Interval | null): void {
  sum.total += value;
  sum.low = Math.min(sum.low, width?.p10 ?? value);
  sum.high = Math.max(sum.high, width?.p90 ?? value);
  sum.basis = width?.basis ?? sum.basis;
}
