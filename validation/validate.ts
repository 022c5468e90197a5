/** Every row predicted, and the errors of rows that belong together. */
import type { Basis, Interval } from "../core/index.ts";
import type { SpreadName, Traits } from "../core/estimate/index.ts";
import { reasonKind, unanswered, type Answer } from "./answer.ts";
import { summarise, type Pair, type Summary } from "./compare.ts";
import { wholeDevice } from "./configured.ts";
import { contradicted, SET_ASIDE } from "./contradicted.ts";
import { familyOf, type Family } from "./family.ts";
import { unitFactor } from "./metric.ts";
import { OUTRUN, outrun } from "./outrun.ts";
import { predict } from "./predict.ts";
import type { Row } from "./row.ts";
import type { World } from "./world.ts";

/** A row with what was predicted for it. */
export interface Checked {
  readonly row: Row;
  readonly family: Family;
  /** Its id in the catalogue, or what the row calls it where it is not there. */
  readonly device: string;
  /** In SI units, as the interval is. */
  readonly measured: number;
  readonly interval: Interval | null;
  /** Which system width the interval has; null where it has none of its own. */
  readonly spread: SpreadName | null;
  /** First token by the closed form, where a run answered. */
  readonly closed: Interval | null;
  /** What its corrections and its width were looked up by; null where it has none. */
  readonly traits: Traits | null;
  /** Why there is no interval. */
  readonly unanswered: string | null;
}

/** What a program reads of a checked row. */
export interface CheckedJson {
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

/** Errors of a group: `rows` it has, of which `answered`. */
export interface GroupErrors extends Omit<Summary, "count"> {
  readonly rows: number;
  readonly answered: number;
}

export interface ValidationJson {
  readonly rows: readonly CheckedJson[];
  readonly families: Readonly<Record<string, GroupErrors>>;
}

/** Each row with its prediction; `reach` hears how many are done. */
export function validate(
  rows: readonly Row[],
  world: World,
  reach: (done: number) => void = () => {},
): readonly Checked[] {
  const aside = new Map([
    ...[...outrun(rows, ({ hardware }) => world.device(hardware))].map(
      (id) => [id, OUTRUN] as const,
    ),
    ...[...contradicted(rows)].map((id) => [id, SET_ASIDE] as const),
  ]);
  return rows.map((row, index) => {
    if (index % ROWS_BETWEEN_REPORTS === 0) reach(index);
    const reason = aside.get(row.id);
    const answer = reason === undefined ? predicted(row, world) : unanswered(reason);
    const device = world.device(wholeDevice(row));
    return checkedRow(row, device?.id ?? row.hardware, answer);
  });
}

const ROWS_BETWEEN_REPORTS = 256;

/** A mistake of ours in one row is that row's reason, not the end of thousands of others. */
function predicted(row: Row, world: World): Answer {
  try {
    return predict(row, world);
  } catch (error) {
    return unanswered(`${OUR_FAILURE} (${String(error)})`);
  }
}

/** What begins the reason of a row that tenlane failed at. */
export const OUR_FAILURE = "failure of tenlane";

function checkedRow(row: Row, device: string, answer: Answer): Checked {
  return {
    row,
    family: familyOf(row),
    device,
    measured: row.value * (unitFactor(row.unit) ?? 1),
    interval: "interval" in answer ? answer.interval : null,
    spread: "interval" in answer ? (answer.spread ?? null) : null,
    closed: "interval" in answer ? (answer.closed ?? null) : null,
    traits: "interval" in answer ? (answer.traits ?? null) : null,
    unanswered: "unanswered" in answer ? answer.unanswered : null,
  };
}

export function validationJson(checked: readonly Checked[]): ValidationJson {
  return { rows: checked.map(checkedJson), families: groupErrors(checked, (each) => each.family) };
}

function checkedJson({ row, family, measured, interval, unanswered }: Checked): CheckedJson {
  return {
    id: row.id,
    family,
    metric: row.metric,
    measured,
    p10: interval?.p10 ?? null,
    p50: interval?.p50 ?? null,
    p90: interval?.p90 ?? null,
    basis: interval?.basis ?? null,
    unanswered,
  };
}

/** Errors of rows that share a name, most rows first. */
export function groupErrors(
  checked: readonly Checked[],
  name: (checked: Checked) => string,
): Readonly<Record<string, GroupErrors>> {
  const groups = new Map<string, Checked[]>();
  for (const each of checked) {
    const members = groups.get(name(each));
    if (members === undefined) groups.set(name(each), [each]);
    else members.push(each);
  }
  const errors = [...groups].map(([key, members]) => [key, errorsOf(members)] as const);
  return Object.fromEntries(errors.toSorted(([, a], [, b]) => b.rows - a.rows));
}

export function errorsOf(checked: readonly Checked[]): GroupErrors {
  const { count, ...errors } = summarise(checked.flatMap(pairOf));
  return { rows: checked.length, answered: count, ...errors };
}

function pairOf({ measured, interval }: Checked): readonly Pair[] {
  return interval === null ? [] : [{ measured, predicted: interval }];
}

/** Reasons of rows that were not answered, with how many rows each, most first. */
export function unansweredReasons(
  checked: readonly Checked[],
): readonly (readonly [reason: string, rows: number])[] {
  const counts = new Map<string, number>();
  for (const { unanswered } of checked) {
    if (unanswered === null) continue;
    const kind = reasonKind(unanswered);
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return [...counts].toSorted(([, a], [, b]) => b - a);
}
