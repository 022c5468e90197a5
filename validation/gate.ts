/** The gate on accuracy: errors on the figures that tenlane carries, by publication and family. */
import { collection } from "./row.ts";
import { shippedTruth } from "./truth.ts";
import { groupErrors, validate, type Checked, type GroupErrors } from "./validate.ts";
import { shippedWorld } from "./world.ts";

/** Every carried figure beside its prediction. */
export function carriedTruth(): readonly Checked[] {
  return validate(shippedTruth(), shippedWorld());
}

/** Errors by group, as "trtl, offline throughput". */
export function gatedErrors(checked: readonly Checked[]): Readonly<Record<string, GroupErrors>> {
  return groupErrors(checked, ({ row, family }) => `${collection(row)}, ${family}`);
}
