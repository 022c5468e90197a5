/**
 * A model as the list of what an engine has to run at given sizes: what can be computed beforehand is left out,
 * the branches of conditions that do most stand in the place of the condition.
 */
import type { GraphProto, ModelProto, NodeProto } from "onnx-buf";
import { inferValues, innerGraphs } from "../../model/onnx/index.ts";
import { ok, type Result } from "../../result.ts";
import { elementCount } from "../tensor.ts";

export interface Operand {
  readonly name: string;
  readonly dims: readonly number[];
  /** Number of the schema's element types. */
  readonly type: number;
  /** Known before the model runs. */
  readonly isConstant: boolean;
}

export interface Step {
  readonly operator: string;
  readonly inputs: readonly (Operand | null)[];
  readonly outputs: readonly Operand[];
  /** The node of the file that it was; null where an engine made it. */
  readonly node: NodeProto | null;
}

export interface Steps {
  readonly steps: readonly Step[];
  readonly results: readonly Operand[];
}

/**
 * The steps of `model`, its open sizes as `sizes` says; one that is still open is taken as 1.
 *
 * Errors: a graph that is not in order, sizes that do not fit together.
 */
export function stepsOf(model: ModelProto, sizes: Readonly<Record<string, number>>): Result<Steps> {
  const sized = inferValues(model, sizes);
  if (!sized.ok) return sized;
  const open = inferValues(model);
  const isFixed = (name: string) =>
    open.ok && open.value.get(name)?.shape?.every((size) => typeof size === "number") === true;
  const reading: Reading = {
    constants: new Set(),
    aliases: new Map(),
    steps: [],
    isFixed,
    operand: (name) => {
      const { type = 0, shape = null } = sized.value.get(name) ?? {};
      const dims = (shape ?? []).map((size) => (typeof size === "number" ? size : 1));
      return { name, dims, type, isConstant: reading.constants.has(name) };
    },
  };
  const { graph } = model;
  if (graph !== undefined) addGraph(graph, reading);
  const results = (graph?.output ?? []).map(({ name }) => reading.operand(aliasOf(name, reading)));
  return ok({ steps: reading.steps, results });
}

interface Reading {
  readonly constants: Set<string>;
  /** Values that are another value. */
  readonly aliases: Map<string, string>;
  readonly steps: Step[];
  /** Whether a value's shape is written in the file. */
  readonly isFixed: (name: string) => boolean;
  readonly operand: (name: string) => Operand;
}

function aliasOf(name: string, { aliases }: Reading): string {
  let own = name;
  for (let next = aliases.get(own); next !== undefined; next = aliases.get(own)) own = next;
  return own;
}

function addGraph(graph: GraphProto, reading: Reading): void {
  const given = new Set(graph.input.map(({ name }) => name));
  for (const { name } of graph.initializer) if (!given.has(name)) reading.constants.add(name);
  for (const node of graph.node) addNode(node, reading);
}

function addNode(node: NodeProto, reading: Reading): void {
  const inputs = node.input.map((name) => (name === "" ? "" : aliasOf(name, reading)));
  const [first = ""] = inputs;
  const inner = innerGraphs(node);
  if (inner.length > 0) {
    const most = inner.toSorted((a, b) => b.node.length - a.node.length)[0];
    if (most === undefined) return;
    addGraph(most, reading);
    for (const [index, { name }] of most.output.entries()) {
      const own = node.output[index];
      if (own !== undefined) reading.aliases.set(own, aliasOf(name, reading));
    }
    return;
  }
  const isKnown =
    inputs.every((name) => name === "" || reading.constants.has(name)) ||
    (SIZES.has(node.opType) && reading.isFixed(first));
  if (isKnown) {
    for (const name of node.output) reading.constants.add(name);
    return;
  }
  if (PASSING.has(node.opType)) {
    reading.aliases.set(node.output[0] ?? "", first);
    return;
  }
  reading.steps.push({
    operator: node.opType,
    inputs: inputs.map((name) => (name === "" ? null : reading.operand(name))),
    outputs: node.output.filter((name) => name !== "").map(reading.operand),
    node,
  });
}

const SIZES: ReadonlySet<string> = new Set(["Shape", "Size"]);
const PASSING: ReadonlySet<string> = new Set(["Identity", "Dropout"]);

export function valuesOf(operand: Operand | null | undefined): number {
  return operand === null || operand === undefined ? 0 : elementCount(operand.dims);
}
