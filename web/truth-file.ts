/** Published figures beside predictions, as the page loads them: `data/truth.json`, written when the page is built. */
import type { Table } from "../core/index.ts";
import type { Family } from "../validation/family.ts";

export interface TruthRow {
  readonly id: string;
  readonly family: Family;
  readonly metric: string;
  readonly model: string;
  readonly device: string;
  readonly engine: string;
  /** Of its publication, and the place in it. */
  readonly source: string;
  readonly place: string;
  readonly date: string;
  /** SI units, as the interval. */
  readonly measured: number;
  /** Null where nothing is predicted, with the reason why. */
  readonly predicted: { readonly p10: number; readonly p50: number; readonly p90: number } | null;
  readonly unanswered: string | null;
}

export interface TruthFile {
  readonly rows: readonly TruthRow[];
  /** Errors of the whole evidence on what was left out of the fit. */
  readonly generalisation: Table;
  /** Errors on the rows that another tool answers too, beside its own; null where the report has none. */
  readonly peers: Table | null;
}
