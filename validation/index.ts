/** Predictions against published figures. */
export { wholeDevice } from "./configured.ts";
export { familyOf } from "./family.ts";
export { publishedRates } from "./published-rates.ts";
export { readRows, type ReadRows } from "./read-rows.ts";
export { shippedLeftOutTable } from "./left-out.ts";
export type { Row } from "./row.ts";
export { columnTable, familyTable, reasonTable } from "./tables.ts";
export { shippedTruth } from "./truth.ts";
export {
  OUR_FAILURE,
  validate,
  validationJson,
  type Checked,
  type ValidationJson,
} from "./validate.ts";
export { shippedWorld, type World } from "./world.ts";
