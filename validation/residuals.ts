/** Checked rows as residuals that corrections and interval widths are fitted to. */
import type { RowResidual } from "../core/calibrate/index.ts";
import { SHIPPED, UNCORRECTED } from "../core/estimate/index.ts";
import { metricOf, type Quantity } from "./metric.ts";
import { collection } from "./row.ts";
import type { Row } from "./row.ts";
import { validate, type Checked } from "./validate.ts";
import { shippedWorld } from "./world.ts";

/** A row's residual with what it can be left out by. */
export interface CheckedResidual extends RowResidual {
  readonly checked: Checked;
  readonly model: string;
  readonly source: string;
  /** Whether it counts in the errors of its family: the closed form behind a run does not. */
  readonly isScored: boolean;
}

/** Of what physics alone says. */
export function uncorrectedResiduals(rows: readonly Row[]): readonly CheckedResidual[] {
  return residualsOf(validate(rows, shippedWorld({ ...SHIPPED, corrections: UNCORRECTED })));
}

/** Of rows whose interval has a width of its own, in the sense of a time. */
export function residualsOf(checked: readonly Checked[]): readonly CheckedResidual[] {
  return checked.flatMap((each) => {
    const { row, device, measured, interval, closed, spread, traits } = each;
    if (interval === null || spread === null) return [];
    const source = collection(row);
    const { model, hardware, engine } = row;
    const group = [source, model, hardware, engine].join("|");
    const sense = isRate(each) ? -1 : 1;
    const of = { checked: each, traits: traits ?? {}, group, device, model, source };
    const answered = {
      ...of,
      name: spread,
      basis: interval.basis,
      error: sense * Math.log(measured / interval.p50),
      isScored: true,
    };
    if (closed === null) return [answered];
    const error = Math.log(measured / closed.p50);
    return [
      answered,
      { ...of, name: "first" as const, basis: closed.basis, error, isScored: false },
    ];
  });
}

const RATES: ReadonlySet<Quantity> = new Set([
  "output-rate",
  "total-rate",
  "sample-rate",
  "flops-rate",
  "bandwidth",
  "bus-bandwidth",
  "utilisation",
  "samples-joule",
]);

/** Whether the row's figure falls as its time grows. */
export function isRate({ row }: Checked): boolean {
  return RATES.has(metricOf(row.metric, row.phase, row.unit).quantity);
}
