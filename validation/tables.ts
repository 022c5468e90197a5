/** Tables of errors, for a terminal and for REPORT.md. */
import type { Column, Table } from "../core/index.ts";
import { FAMILIES } from "./family.ts";
import { isMedian, metricOf } from "./metric.ts";
import { collection, type Row } from "./row.ts";
import { groupErrors, unansweredReasons, type Checked, type GroupErrors } from "./validate.ts";

const FIGURES: readonly Column[] = ["rows", "answered", "median", "p90", "bias", "covered"].map(
  (title) => ({ title, align: "right" }),
);

/** Errors by family, in the order of {@link FAMILIES}. */
export function familyTable(checked: readonly Checked[]): Table {
  const errors = groupErrors(checked, ({ family }) => family);
  const named = FAMILIES.flatMap((family) => {
    const group = errors[family];
    return group === undefined ? [] : [[family, group] as const];
  });
  return errorTable("family", named);
}

/** Errors of times under traffic by where in their distribution they lie: each from the requests of a simulation. */
export function percentileTable(checked: readonly Checked[]): Table {
  const tails = checked.filter(({ row }) => {
    const { quantity, statistic } = metricOf(row.metric, row.phase, row.unit);
    const isTime = quantity === "ttft" || quantity === "tpot" || quantity === "latency";
    return (
      row.phase === "online_serving" && isTime && (statistic !== "typical" || isMedian(row.metric))
    );
  });
  const name = ({ row }: Checked) => {
    const { quantity, statistic } = metricOf(row.metric, row.phase, row.unit);
    const from = collection(row);
    return `${quantity.toUpperCase()} ${isMedian(row.metric) ? "p50" : statistic}, ${from}`;
  };
  return errorTable("percentile, collection", Object.entries(groupErrors(tails, name)));
}

/** Errors by what a column of the rows says, the `most` largest groups of them. */
export function columnTable(
  checked: readonly Checked[],
  column: "hardware" | "model" | "engine",
  most: number,
): Table {
  const name = ({ row }: Checked): string => shortName(row, column);
  const groups = Object.entries(groupErrors(checked, name));
  return errorTable(column === "hardware" ? "device" : column, groups.slice(0, most));
}

/** Kernels are one group a kind, not one a shape. */
function shortName(row: Row, column: "hardware" | "model" | "engine"): string {
  const text = row[column] === "" ? "not stated" : row[column];
  return column === "model" && row.phase === "op_kernel" ? text.replaceAll(/\d+/g, "#") : text;
}

export function reasonTable(checked: readonly Checked[], most: number): Table {
  return {
    columns: [
      { title: "not answered because", align: "left", flexible: true },
      { title: "rows", align: "right" },
    ],
    rows: unansweredReasons(checked)
      .slice(0, most)
      .map(([reason, rows]) => [reason, String(rows)]),
  };
}

function errorTable(title: string, groups: readonly (readonly [string, GroupErrors])[]): Table {
  return {
    columns: [{ title, align: "left", flexible: true }, ...FIGURES],
    rows: groups.map(([name, errors]) => [name, ...figuresOf(errors)]),
  };
}

function figuresOf({ rows, answered, median, p90, bias, coverage }: GroupErrors): string[] {
  const sign = bias !== null && bias > 0 ? "+" : "";
  return [
    String(rows),
    String(answered),
    percentText(median),
    percentText(p90),
    bias === null ? "" : sign + percentText(bias),
    percentText(coverage),
  ];
}

export function percentText(share: number | null): string {
  return share === null ? "" : `${(100 * share).toFixed(1)} %`;
}
