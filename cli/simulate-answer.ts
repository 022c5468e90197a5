/** One simulation, for programs and for people. */
import {
  billAt,
  intervalText,
  placementDevices,
  quantityText,
  runCount,
  significant,
  type Distribution,
  type Doubted,
  type Infeasible,
  type Metrics,
  type Prepared,
  type QuantityKind,
  type SeriesRow,
  type Table,
} from "../core/index.ts";
import type { Answer } from "./answer.ts";
import { infeasibleText } from "./estimate-answer.ts";
import { laidOut } from "./layout.ts";
import { numbered } from "./numbered.ts";
import { paidText } from "./paid-text.ts";
import { paint } from "./paint.ts";
import type { BadLines } from "./replay-input.ts";
import type { Shell } from "./shell.ts";
import { wrapped } from "./wrapped.ts";

export type ClockName = "client" | "engine";

export interface Simulated extends Doubted {
  readonly prepared: Prepared;
  readonly clock: ClockName;
  /** Runs that the intervals rest on. */
  readonly runs: number;
  /** At the wall, over the whole run: joules, and their mean in watts. */
  readonly energy: number;
  readonly power: number;
  readonly series: readonly SeriesRow[];
  /** A trace was asked for, and did not take all events. */
  readonly traceCut: boolean;
  /** Null where no log was replayed. */
  readonly bad: BadLines | null;
}

export function refusedAnswer(infeasible: Infeasible): Answer {
  return { json: infeasible, text: (shell) => infeasibleText(infeasible, shell) };
}

export function simulateAnswer(simulated: Simulated): Answer {
  const { metrics, intervals, clock, runs, energy, power, series, bad, prepared } = simulated;
  const spent = spentOn(simulated);
  const method = methodText(simulated);
  return {
    json: {
      kind: "simulation",
      clock,
      metrics,
      intervals,
      runs,
      method,
      energy: { total: energy, power, perOutputToken: perToken(simulated) },
      spent,
      series,
      bad,
      assumptions: prepared.assumptions,
    },
    text: (shell) =>
      [
        paint(shell, "bold", titleOf(prepared)),
        stateText(metrics, shell),
        ...(spent.costPerHour === null
          ? []
          : [wrapped(`paid: ${paidText(prepared.system, shell)}`, shell.columns, 2)]),
        "",
        ...(metrics.measured === 0
          ? []
          : [laidOut(timeTable(simulated), shell), laidOut(serviceTable(simulated), shell)]),
        ...warnings(simulated).map((text) => `${paint(shell, "yellow", "note")} ${text}`),
        `Times by the ${clock}'s clock. ${method}`,
        ...prepared.assumptions.map((text) => `${paint(shell, "yellow", "assumed")} ${text}`),
        "",
      ].join("\n"),
  };
}

export function titleOf(prepared: Prepared): string {
  const { model, system, placement } = prepared;
  const { numerics, engine } = placement;
  const devices = devicesOf(prepared);
  return `${model.name} (${numerics.name}) on ${devices} × ${system.device.name}, ${engine.name}`;
}

function devicesOf({ placement, prefill }: Prepared): number {
  const prompting = prefill === null ? {} : { prefill: prefill.placement };
  return placementDevices({ ...placement, ...prompting });
}

/** Dollars and grams at the run's mean power: an hour, and an output token; null where no price or place is known. */
interface Spent {
  readonly costPerHour: number | null;
  readonly costPerOutputToken: number | null;
  readonly carbonPerOutputToken: number | null;
}

/**
 * Rent is paid for replicas while they are asked for. What is bought is there all the time, and priced as if all of
 * it were at work.
 */
function spentOn({ prepared, power, metrics: { outputRate, paid } }: Simulated): Spent {
  if (outputRate === 0) return NOTHING_SPENT;
  const { system } = prepared;
  const whole = billAt(system, devicesOf(prepared), power / paid);
  const isRented = system.offer?.dollarsPerHour !== undefined;
  const part = (amount: number | null, share: number) => (amount === null ? null : share * amount);
  const costPerHour = part(whole.costPerHour, isRented ? paid : 1);
  const gramsPerSecond = part(whole.gramsPerSecond, paid);
  const each = (perSecond: number | null) => (perSecond === null ? null : perSecond / outputRate);
  return {
    costPerHour,
    costPerOutputToken: each(costPerHour === null ? null : costPerHour / SECONDS_PER_HOUR),
    carbonPerOutputToken: each(gramsPerSecond),
  };
}

/** No answer, no step: nobody was served. */
const NOTHING_SPENT: Spent = {
  costPerHour: null,
  costPerOutputToken: null,
  carbonPerOutputToken: null,
};

const SECONDS_PER_HOUR = 3600;
const MILLION = 1e6;

const STATE_COLOURS = { stable: "green", backlogged: "yellow", overloaded: "red" } as const;

function stateText(metrics: Metrics, shell: Shell): string {
  const { state, measured, sent, duration } = metrics;
  if (sent === 0) return paint(shell, "red", "the log holds no request");
  if (measured === 0) return paint(shell, "red", `none of ${sent} requests was measured`);
  const run = `${measured} of ${sent} requests measured over ${quantityText(duration, "time")}`;
  return `${paint(shell, STATE_COLOURS[state], state)}: ${run}`;
}

const TIMES = [
  ["time to first token", "ttft"],
  ["time per output token", "tpot"],
  ["request end to end", "latency"],
  ["waiting to be admitted", "queueing"],
] as const;

const STATISTICS: readonly (readonly [string, keyof Distribution])[] = [
  ["mean", "mean"],
  ["p50", "p50"],
  ["p90", "p90"],
  ["p99", "p99"],
  ["p99.9", "p999"],
];

/** Statistics whose intervals are worth their room: limits are set on the 99th percentile. */
const IN_FULL: ReadonlySet<keyof Distribution> = new Set(["mean", "p99"]);

/** Over the seeds where there are intervals, so that the columns are of the same runs. */
function timeTable({ metrics, intervals }: Simulated): Table {
  const inFull = (statistic: keyof Distribution) => intervals !== null && IN_FULL.has(statistic);
  const timeOf = (key: (typeof TIMES)[number][1], statistic: keyof Distribution) => {
    if (intervals === null) return quantityText(metrics[key][statistic], "time");
    const interval = intervals[key][statistic];
    return inFull(statistic) ? intervalText(interval, "time") : quantityText(interval.p50, "time");
  };
  return {
    columns: [
      { title: "quantity", align: "left" },
      ...STATISTICS.map(([title, statistic]) => ({
        title: inFull(statistic) ? `${title} [p10–p90]` : title,
        align: "right" as const,
      })),
    ],
    rows: TIMES.map(([name, key]) => [
      name,
      ...STATISTICS.map(([, statistic]) => timeOf(key, statistic)),
    ]),
  };
}

function serviceTable(simulated: Simulated): Table {
  const { metrics, intervals, power } = simulated;
  const rate = (key: "requestRate" | "outputRate" | "goodput", kind: QuantityKind) =>
    intervals === null ? quantityText(metrics[key], kind) : intervalText(intervals[key], kind);
  return {
    columns: [
      { title: "service", align: "left" },
      { title: "value", align: "right" },
    ],
    rows: [
      ["requests", rate("requestRate", "requestRate")],
      ["within the limits", rate("goodput", "requestRate")],
      ["share within the limits", quantityText(metrics.good, "fraction")],
      ["output", rate("outputRate", "tokenRate")],
      ["running on a lane", significant(metrics.running)],
      ["time in which a step ran", quantityText(metrics.utilisation, "fraction")],
      ["KV cache in use", quantityText(metrics.occupancy, "fraction")],
      ["prompt tokens found in cache", quantityText(metrics.cachedShare, "fraction")],
      ["replicas that were up", quantityText(metrics.availability, "fraction")],
      ...(metrics.paid < 1
        ? [["replicas that were paid for", quantityText(metrics.paid, "fraction")] as const]
        : []),
      ["preemptions", quantityText(metrics.preemptions, "count")],
      ["power at the wall", quantityText(power, "power")],
      ["energy per output token", quantityText(perToken(simulated), "energy")],
      ...spentRows(spentOn(simulated)),
    ],
  };
}

function spentRows(spent: Spent): readonly (readonly [string, string])[] {
  const written = (value: number | null, kind: QuantityKind) =>
    value === null ? "no price or place known" : quantityText(value, kind);
  const million = (value: number | null) => (value === null ? null : MILLION * value);
  return [
    ["cost per hour", written(spent.costPerHour, "money")],
    ["cost per million output tokens", written(million(spent.costPerOutputToken), "money")],
    ["carbon per million output tokens", written(million(spent.carbonPerOutputToken), "carbon")],
  ];
}

function perToken({ metrics, power }: Simulated): number {
  return metrics.outputRate > 0 ? power / metrics.outputRate : 0;
}

/** Mean times of a request, below which a run shows a service that fills and empties. */
const LATENCIES_MIN = 8;

function warnings({ metrics, bad, traceCut }: Simulated): readonly string[] {
  const { refused, cut, state, duration, latency } = metrics;
  const lasted = duration / latency.mean;
  return [
    ...(state === "stable" && lasted < LATENCIES_MIN
      ? [
          `the run lasted ${significant(lasted)} times as long as a request: a service that fills and empties; more --requests show it full`,
        ]
      : []),
    ...(traceCut ? ["the trace ends before the run: viewers hold a file whole"] : []),
    ...(refused > 0
      ? [`${numbered(refused, "request")} refused: longer than the KV cache or the context`]
      : []),
    ...(cut === "queue" ? ["traffic ended early: the queue only grew"] : []),
    ...(cut === "events" ? ["the run ended early: it took too many events"] : []),
    ...(bad === null || bad.count === 0
      ? []
      : [`${numbered(bad.count, "bad line")} skipped: ${bad.named.join("; ")}`]),
  ];
}

/** Beyond it, as a share of a token's time, the digits that a clock of so long a run has are too few. */
const DIGITS_LOST_MAX = 1e-3;

function methodText(simulated: Simulated): string {
  const { duration, tpot } = simulated.metrics;
  const rounding = duration * Number.EPSILON;
  return rounding <= DIGITS_LOST_MAX * tpot.mean
    ? intervalMethod(simulated)
    : `${intervalMethod(simulated)} At the end of so long a run times are rounded to ${quantityText(rounding, "time")}: ask for fewer requests, or a higher rate.`;
}

function intervalMethod({ intervals, runs, bad, metrics }: Simulated): string {
  if (metrics.measured === 0) return "One run; nothing to give an interval of.";
  if (intervals === null) return "One run; no interval, for the estimate refuses such requests.";
  const hasDraws = bad === null && runs > runCount(1);
  const draws = hasDraws ? "other draws, and each step" : "each step as estimated, and";
  return `Intervals over ${runs} runs: ${draws} at its p10 and p90.`;
}
