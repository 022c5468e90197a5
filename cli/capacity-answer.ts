/** How much a service sustains, for programs and for people. */
import {
  intervalText,
  quantityText,
  SETTLED_AFTER,
  type Basis,
  type Capacity,
  type Interval,
  type Prepared,
  type RequestLimits,
  type Table,
  type Trial,
} from "../core/index.ts";
import type { Answer } from "./answer.ts";
import { type Spent, spentTable } from "./estimate-answer.ts";
import { laidOut } from "./layout.ts";
import { paidText } from "./paid-text.ts";
import { paint } from "./paint.ts";
import { titleOf } from "./simulate-answer.ts";
import { wrapped } from "./wrapped.ts";

/** What is counted: so many as were given, and the serving replicas and all devices of each. */
export interface Copies {
  readonly count: number;
  readonly replicas: number;
  readonly devices: number;
}

export interface Sought {
  readonly prepared: Prepared;
  /** The demand; null where the largest was sought. */
  readonly rate: number | null;
  readonly copies: Copies;
  readonly percentile: number;
  readonly limits: RequestLimits;
  /** With steps as estimated, and at their p10 and p90; null where nothing held. */
  readonly searches: {
    readonly middle: Capacity;
    readonly fast: Capacity | null;
    readonly slow: Capacity | null;
  };
  readonly basis: Basis;
  /** Of what was found, under that load; null where nothing held or no closed form answers. */
  readonly spent: Spent | null;
}

export function capacityAnswer(sought: Sought): Answer {
  const { prepared, rate, limits, percentile, searches, copies } = sought;
  const { best, trials } = searches.middle;
  const answer = best === null ? null : intervalOf(sought, best.value);
  const count = rate === null ? exactly(copies.count, sought.basis) : answer;
  return {
    json: {
      kind: "capacity",
      sought: rate === null ? "rate" : "replicas",
      rate: rate === null ? answer : exactly(rate, "measured"),
      replicas: count && multiplied(count, copies.replicas),
      devices: count && multiplied(count, copies.devices),
      limits,
      percentile,
      spent: sought.spent,
      metrics: best?.metrics ?? null,
      trials: trials.map(({ value, metrics, holds }) => ({
        value,
        holds,
        good: metrics.good,
        state: metrics.state,
        ttft: metrics.ttft.p90,
        tpot: metrics.tpot.p90,
      })),
    },
    text: (shell) =>
      [
        paint(shell, "bold", titleOf(prepared)),
        answer === null
          ? `${paint(shell, "yellow", "not feasible")}: nothing that was tried keeps the limits`
          : foundText(sought, answer),
        ...((sought.spent?.costPerHour ?? null) === null
          ? []
          : [wrapped(`paid: ${paidText(prepared.system, shell)}`, shell.columns, 2)]),
        "",
        ...(sought.spent === null ? [] : [laidOut(spentTable(sought.spent), shell)]),
        laidOut(trialTable(sought, trials), shell),
        `${trials.length} rates or counts tried on equal draws, each for ${SETTLED_AFTER} mean times of a request or more; interval from steps at their p10 and p90.`,
        "",
      ].join("\n"),
  };
}

/** A service whose steps are faster sustains more, or needs fewer; where a search found nothing, its end is the middle. */
function intervalOf({ searches: { fast, slow }, basis }: Sought, p50: number): Interval {
  const ends = [fast?.best?.value ?? p50, slow?.best?.value ?? p50];
  return { p10: Math.min(p50, ...ends), p50, p90: Math.max(p50, ...ends), basis };
}

function exactly(value: number, basis: Basis): Interval {
  return { p10: value, p50: value, p90: value, basis };
}

export function multiplied({ p10, p50, p90, basis }: Interval, times: number): Interval {
  return { p10: p10 * times, p50: p50 * times, p90: p90 * times, basis };
}

function foundText({ rate, copies, percentile }: Sought, answer: Interval): string {
  const share = `${quantityText(percentile, "fraction")} of requests within the limits`;
  if (rate === null) return `up to ${intervalText(answer, "requestRate")}, ${share}`;
  const devices = intervalText(multiplied(answer, copies.devices), "count");
  const count = intervalText(multiplied(answer, copies.replicas), "count");
  const replicas = `${count} replicas (${devices} devices)`;
  return `${replicas} serve ${quantityText(rate, "requestRate")}, ${share}`;
}

function trialTable({ rate }: Sought, trials: readonly Trial[]): Table {
  const kind = rate === null ? "requestRate" : "count";
  return {
    columns: [
      { title: rate === null ? "rate" : "replicas", align: "right" },
      { title: "within limits", align: "right" },
      { title: "first token, p90", align: "right" },
      { title: "per token, p90", align: "right" },
      { title: "state", align: "left" },
      { title: "holds", align: "left" },
    ],
    rows: trials
      .toSorted((a, b) => a.value - b.value)
      .map(({ value, metrics, holds }) => [
        quantityText(value, kind),
        quantityText(metrics.good, "fraction"),
        quantityText(metrics.ttft.p90, "time"),
        quantityText(metrics.tpot.p90, "time"),
        metrics.state,
        holds ? "yes" : "no",
      ]),
  };
}
