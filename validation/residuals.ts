/** Checked rows as residuals that interval widths are fitted to. */
import type { IntervalResidual } from "../core/calibrate/index.ts";
import { SHIPPED_WIDTHS } from "../core/estimate/index.ts";
import { collection } from "./row.ts";
import type { Checked } from "./validate.ts";

/** Standard normal quantile of 0.9. */
const Z90 = 1.2815515655446004;

/** One a row whose interval has a system width of its own, with its family. */
export function residualsOf(
  checked: readonly Checked[],
): readonly (IntervalResidual & { readonly family: string })[] {
  return checked.flatMap(({ row, family, measured, interval, spread }) => {
    if (interval === null || spread === null) return [];
    const { p50, p90, basis } = interval;
    const whole = Math.log(p90 / p50) / Z90;
    const system = SHIPPED_WIDTHS[spread][basis];
    const operators = Math.sqrt(Math.max(0, whole ** 2 - system ** 2));
    const group = [collection(row), row.model, row.hardware, row.engine].join("|");
    return [{ name: spread, basis, error: Math.log(measured / p50), operators, group, family }];
  });
}
