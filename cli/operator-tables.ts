/** Tables of operators: one by one, by group, and by how they grow. */
import {
  quantityText,
  significant,
  type Growth,
  type NetworkGrowth,
  type Operator,
  type Table,
  type Work,
} from "../core/index.ts";

/** What a list of operators costs on one device, `count` included. */
export interface Cost {
  readonly flops: number;
  readonly read: number;
  readonly written: number;
  /** Collective payload of one device. */
  readonly sent: number;
}

export function costOf(operators: readonly Operator[]): Cost {
  const sum = (value: (operator: Operator) => number): number =>
    operators.reduce((total, operator) => total + operator.count * value(operator), 0);
  return {
    flops: sum(({ flops }) => flops),
    read: sum(({ work, read }) => (work.kind === "collective" ? 0 : read)),
    written: sum(({ work, written }) => (work.kind === "collective" ? 0 : written)),
    sent: sum(({ work }) => (work.kind === "collective" ? work.bytes : 0)),
  };
}

const COST_COLUMNS = ["FLOP", "read", "written", "FLOP/B"].map((title) => ({
  title,
  align: "right" as const,
}));

export function operatorTable(operators: readonly Operator[]): Table {
  return {
    columns: [
      { title: "operator", align: "left", flexible: true },
      { title: "times", align: "right" },
      { title: "shape", align: "left", flexible: true },
      ...COST_COLUMNS,
    ],
    rows: operators.map((operator) => [
      operator.name,
      significant(operator.count),
      shapeText(operator.work),
      ...costCells(operator),
    ]),
  };
}

export function groupTable(operators: readonly Operator[]): Table {
  const groups = [...new Set(operators.map(({ group }) => group))];
  const rows = groups.map((group) => {
    const members = operators.filter((operator) => operator.group === group);
    return [group, ...costCells(costOf(members))];
  });
  return {
    columns: [{ title: "group", align: "left" }, ...COST_COLUMNS],
    rows: [...rows, ["total", ...costCells(costOf(operators))]],
  };
}

export function growthTable({ doubled }: Growth | NetworkGrowth): Table {
  const times = (ratio: number): string => `× ${significant(ratio)}`;
  return {
    columns: [
      { title: "twice the", align: "left" },
      { title: "parameters", align: "right" },
      { title: "FLOP", align: "right" },
      { title: "traffic", align: "right" },
    ],
    rows: Object.entries(doubled).map(([dimension, { parameters, flops, bytes }]) => [
      dimension,
      times(parameters),
      times(flops),
      times(bytes),
    ]),
  };
}

function costCells(cost: Pick<Cost, "flops" | "read" | "written">): readonly string[] {
  const bytes = cost.read + cost.written;
  return [
    quantityText(cost.flops, "work"),
    quantityText(cost.read, "size"),
    quantityText(cost.written, "size"),
    bytes === 0 ? "" : significant(cost.flops / bytes),
  ];
}

function shapeText(work: Work): string {
  switch (work.kind) {
    case "matmul":
      return `${work.batch > 1 ? `${work.batch} × ` : ""}[${work.m}, ${work.k}]·[${work.k}, ${work.n}] ${work.compute}`;
    case "convolution":
      return `[${work.m}, ${work.k}]·[${work.k}, ${work.n}] in ${work.groups} groups ${work.compute}`;
    case "grouped-matmul":
      return `${significant(work.pairs)} pairs on ${significant(work.touched)} of ${work.experts} experts ${work.compute}`;
    case "attention":
      return `${work.sequences} × ${work.query} on ${work.context}, ${work.heads}/${work.kvHeads} heads of ${work.headDim}`;
    case "scan":
      return `${work.sequences} × ${work.query}, state ${work.state}`;
    case "recurrent":
      return `${work.steps} × [${work.m}, ${work.k}]·[${work.k}, ${work.n}]`;
    case "gather":
      return `${work.lookups} rows of ${quantityText(work.rowBytes, "size")}`;
    case "collective":
      return `${work.pattern} of ${quantityText(work.bytes, "size")} on ${work.ranks}`;
    case "elementwise":
    case "host":
      return `${significant(work.elements)} values`;
  }
}
