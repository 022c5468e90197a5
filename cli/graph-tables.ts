/** A graph that was read: what goes in and out, and which operators do its work. */
import {
  networkMacs,
  nodeMacs,
  quantityText,
  type Network,
  type NetworkNode,
  type Table,
} from "../core/index.ts";

export function graphOverview(model: Network): readonly (readonly [string, string])[] {
  const { opsets = [], inputs, outputs = [] } = model;
  return [
    ...(opsets.length === 0
      ? []
      : [
          ["operators", opsets.map((each) => `${each.domain} ${each.version}`).join(", ")] as const,
        ]),
    ...inputs.map(({ name, shape }) => ["input", `${name} [${shape.join(", ")}]`] as const),
    ...outputs.map((output) => ["output", outputText(output)] as const),
    [
      "FLOPs",
      `${quantityText(2 * networkMacs(model), "work")} in matrix products and convolutions`,
    ],
  ];
}

/** Sizes in the graph's own names, where they say more than the numbers. */
function outputText({ name, shape, sizes }: NonNullable<Network["outputs"]>[number]): string {
  const plain = `[${shape.join(", ")}]`;
  const named = `[${sizes.join(", ")}]`;
  return named === plain ? `${name} ${plain}` : `${name} ${plain} = ${named}`;
}

interface Kind {
  readonly name: string;
  nodes: number;
  parameters: number;
  flops: number;
  values: number;
}

/** Operators by kind, most arithmetic first; what is not modelled says so. */
export function graphTable(model: Network): Table {
  const kinds = new Map<string, Kind>();
  for (const node of model.nodes) {
    const name = model.opsets === undefined ? withoutSizes(node.name) : node.name;
    const kind = kinds.get(name) ?? emptyKind(name);
    kinds.set(name, kind);
    kind.nodes += node.count;
    kind.parameters += node.shared === true ? 0 : node.count * node.parameters;
    kind.flops += flopsOf(node);
    kind.values += valuesOf(node);
  }
  const all = [...kinds.values()].toSorted((a, b) => b.flops - a.flops || b.values - a.values);
  const idle = model.idle ?? 0;
  const rest = idle === 0 ? [] : [{ ...emptyKind("in no node that runs"), parameters: idle }];
  const [flops, values] = [sum(all, "flops"), sum(all, "values")];
  return {
    columns: [
      { title: "operator", align: "left", flexible: true },
      { title: "times", align: "right" },
      { title: "parameters", align: "right" },
      { title: "FLOPs", align: "right" },
      { title: "share", align: "right" },
      { title: "traffic share", align: "right" },
    ],
    rows: [...all, ...rest].map((kind) => [
      kind.name,
      quantityText(kind.nodes, "count"),
      quantityText(kind.parameters, "count"),
      quantityText(kind.flops, "work"),
      quantityText(flops === 0 ? 0 : kind.flops / flops, "fraction"),
      quantityText(values === 0 ? 0 : kind.values / values, "fraction"),
    ]),
  };
}

/** "batch norm" of "batch norm 64, 56×56": nodes that were drawn have their sizes behind what they are. */
function withoutSizes(name: string): string {
  return /^[^\d,]+/u.exec(name)?.[0].trim() ?? name;
}

function emptyKind(name: string): Kind {
  return { name, nodes: 0, parameters: 0, flops: 0, values: 0 };
}

function sum(kinds: readonly Kind[], part: "flops" | "values"): number {
  return kinds.reduce((total, kind) => total + kind[part], 0);
}

function flopsOf(node: NetworkNode): number {
  const own = node.work.kind === "elementwise" ? node.count * node.work.flops : 0;
  return 2 * nodeMacs(node) + own;
}

/** Values read and written, weights included; of a table no more than the rows that are looked up. */
function valuesOf({ work, count, parameters }: NetworkNode): number {
  return count * ((work.kind === "gather" ? 0 : parameters) + moved(work));
}

function moved(work: NetworkNode["work"]): number {
  const size = (sizes: readonly number[]) => sizes.reduce((total, each) => total * each, 1);
  switch (work.kind) {
    case "convolution":
      return work.channelsIn * size(work.input) + work.channelsOut * size(work.output);
    case "matmul": {
      const second = work.constant ? 0 : work.k * work.n;
      return work.batch * (work.m * work.k + second + work.m * work.n);
    }
    case "attention": {
      const { queries, keys, heads, kvHeads = heads, headDim, valueDim, windows } = work;
      const values = queries * heads * (headDim + valueDim) + keys * kvHeads * (headDim + valueDim);
      return windows * values;
    }
    case "recurrent":
      return work.steps * (work.input + work.directions * work.hidden);
    case "gather":
      return 2 * work.lookups * work.width;
    case "elementwise":
      return work.read + work.written;
    case "host":
      return work.elements;
  }
}
