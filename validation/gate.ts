/** The gate on accuracy: errors on the figures that tenlane carries, by publication and family. */
import { collection } from "./row.ts";
import { shippedTruth } from "./truth.ts";
import { groupErrors, validate, type Checked, type GroupErrors } from "./validate.ts";
import { shippedWorld } from "./world.ts";

/** What a group of figures must hold: rows, and errors where it has rows enough to say. */
export type Tolerance = Readonly<Record<"rows" | "answered", number>> &
  Readonly<Partial<Record<"median" | "p90", number>>>;

/** Every carried figure beside its prediction. */
export function carriedTruth(): readonly Checked[] {
  return validate(shippedTruth(), shippedWorld());
}

/** Errors by group, as "trtl, offline throughput". */
export function gatedErrors(checked: readonly Checked[]): Readonly<Record<string, GroupErrors>> {
  return groupErrors(checked, ({ row, family }) => `${collection(row)}, ${family}`);
}
