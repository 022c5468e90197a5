/** Every row predicted, and the errors by family, device, model and engine. */
import type { Basis } from "../core/interval.ts";
import { summarise, type Pair, type Summary } from "./compare.ts";
import { familyOf, type Family } from "./family.ts";
import { unitFactor } from "./metric.ts";
import { predict } from "./predict.ts";
import type { Row } from "./row.ts";
import type { World } from "./world.ts";

/** One row with its prediction, in SI units; `unanswered` is the reason where there is none. */
export interface Checked {
  readonly id: string;
  readonly family: Family;
  readonly metric: string;
  readonly measured: number;
  readonly p10: number | null;
  readonly p50: number | null;
  readonly p90: number | null;
  readonly basis: Basis | null;
  readonly unanswered: string | null;
}

export interface GroupErrors extends Omit<Summary, "count"> {
  readonly rows: number;
  readonly answered: number;
}

export interface Validation {
  readonly rows: readonly Checked[];
  readonly families: Readonly<Record<string, GroupErrors>>;
}

/** Each row checked, and the errors of each family that has rows. */
export function validate(rows: readonly Row[], world: World): Validation {
  const checked = rows.map((row) => check(row, world));
  return { rows: checked, families: groupErrors(checked, (row) => row.family) };
}

export function check(row: Row, world: World): Checked {
  const answer = predict(row, world);
  const interval = "interval" in answer ? answer.interval : null;
  return {
    id: row.id,
    family: familyOf(row),
    metric: row.metric,
    measured: row.value * (unitFactor(row.unit) ?? 1),
    p10: interval?.p10 ?? null,
    p50: interval?.p50 ?? null,
    p90: interval?.p90 ?? null,
    basis: interval?.basis ?? null,
    unanswered: "unanswered" in answer ? answer.unanswered : null,
  };
}

/** Errors of rows that share a name, most rows first. */
export function groupErrors<T extends Checked>(
  rows: readonly T[],
  name: (row: T) => string,
): Readonly<Record<string, GroupErrors>> {
  const groups = new Map<string, T[]>();
  for (const row of rows) {
    const members = groups.get(name(row));
    if (members === undefined) groups.set(name(row), [row]);
    else members.push(row);
  }
  const errors = [...groups].map(([key, members]) => [key, errorsOf(members)] as const);
  return Object.fromEntries(errors.toSorted(([, a], [, b]) => b.rows - a.rows));
}

export function errorsOf(rows: readonly Checked[]): GroupErrors {
  const pairs = rows.flatMap(pairOf);
  const { count, ...errors } = summarise(pairs);
  return { rows: rows.length, answered: count, ...errors };
}

export function pairOf({ measured, p10, p50, p90 }: Checked): readonly Pair[] {
  return p10 === null || p50 === null || p90 === null
    ? []
    : [{ measured, predicted: { p10, p50, p90 } }];
}
