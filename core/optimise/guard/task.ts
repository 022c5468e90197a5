/** What an output is for, told from the operators that end in it and from its shape. */
import type { GraphProto, NodeProto } from "onnx-buf";
import { ELEMENT } from "../tensor.ts";

/**
 * - `classes`: scores over one axis, of which the largest counts.
 * - `tokens`: the same over a vocabulary, at each position of a text.
 * - `text`: scores at each step, read as text the way connectionist temporal classification does.
 * - `mask`: a map of shares.
 * - `marks`: shares that each say yes or no.
 * - `boxes`: rows of four corners and what stands in them.
 * - `embedding`: a vector whose direction counts.
 * - `regression`: numbers as such.
 */
export type TaskKind =
  | "classes"
  | "tokens"
  | "text"
  | "mask"
  | "marks"
  | "boxes"
  | "embedding"
  | "regression";

export interface Task {
  readonly output: string;
  readonly kind: TaskKind;
  /** Axis of the scores, of the coordinates of boxes. */
  readonly axis: number;
}

interface Ending {
  readonly last: string;
  readonly dims: readonly number[];
  readonly hasTokens: boolean;
  readonly name: string;
}

const VOCABULARY_LEAST = 1000;
const ALPHABET_LEAST = 10;
const MAP_SIDE_LEAST = 8;
const BOXES_LEAST = 50;

/** The task of an output of `graph` whose values are floats and have the sizes `dims`. */
export function taskOf(graph: GraphProto, output: string, dims: readonly number[]): Task {
  const ending = {
    last: lastOperator(graph, output),
    dims,
    hasTokens: takesTokens(graph),
    name: output,
  };
  return { output, ...kindOf(ending) };
}

type Kind = Pick<Task, "kind" | "axis">;

const REGRESSION: Kind = { kind: "regression", axis: -1 };

function kindOf(ending: Ending): Kind {
  const { last, dims } = ending;
  if (dims.length < 2 && last !== "Sigmoid") return REGRESSION;
  if (last === "Sigmoid") return isMap(dims) ? { kind: "mask", axis: -1 } : markKind(ending);
  if (last === "Softmax" || last === "LogSoftmax") return scoreKind(ending);
  if (isBoxes(ending)) return { kind: "boxes", axis: boxAxis(dims) };
  if (VECTOR_ENDS.has(last) && isVector(dims)) return { kind: "embedding", axis: dims.length - 1 };
  if (PRODUCTS.has(last)) return productKind(ending);
  return REGRESSION;
}

const PRODUCTS: ReadonlySet<string> = new Set(["Gemm", "MatMul", "MatMulNBits", "MatMulInteger"]);
const VECTOR_ENDS: ReadonlySet<string> = new Set([
  "ReduceMean",
  "GlobalAveragePool",
  "LpNormalization",
  "LayerNormalization",
  "BatchNormalization",
  "Div",
  "Tanh",
]);

/** A sigmoid's numbers, where they are no map: those of boxes share their axis with corners. */
function markKind(ending: Ending): Kind {
  return isBoxes(ending)
    ? { kind: "boxes", axis: boxAxis(ending.dims) }
    : { kind: "marks", axis: -1 };
}

function scoreKind({ dims, hasTokens }: Ending): Kind {
  const axis = dims.length === 4 ? 1 : dims.length - 1;
  const count = dims[axis] ?? 0;
  if (dims.length !== 3) return { kind: "classes", axis };
  if (hasTokens) return { kind: count >= VOCABULARY_LEAST ? "tokens" : "classes", axis };
  return { kind: (dims[1] ?? 0) > 1 && count >= ALPHABET_LEAST ? "text" : "classes", axis };
}

/** The last product's numbers are scores, unless their count is one that vectors have. */
function productKind(ending: Ending): Kind {
  const { dims, name, hasTokens } = ending;
  const count = dims.at(-1) ?? 0;
  const isScores = /logit|score|prob|class|cls/iu.test(name);
  const isNamedVector = /embed|feature|vector|hidden|pool/iu.test(name);
  const isWide = count % 64 === 0 && !(hasTokens && count >= 8 * VOCABULARY_LEAST);
  if (!isScores && (isNamedVector || isWide)) {
    return isVector(dims) ? { kind: "embedding", axis: dims.length - 1 } : REGRESSION;
  }
  return count < 2 || dims.length > 3 ? REGRESSION : scoreKind(ending);
}

function isVector(dims: readonly number[]): boolean {
  return dims.filter((size) => size > 1).length <= 2 && Math.max(...dims) >= 16;
}

function isMap(dims: readonly number[]): boolean {
  const [height = 0, width = 0] = dims.slice(-2);
  return dims.length >= 3 && height >= MAP_SIDE_LEAST && width >= MAP_SIDE_LEAST;
}

/** Rows of 4 corners, or of corners and scores, of which there are many more than numbers in a row. */
function isBoxes({ dims, hasTokens }: Ending): boolean {
  if (dims.length !== 3 || hasTokens) return false;
  const [few, many] = [Math.min(...dims.slice(1)), Math.max(...dims.slice(1))];
  return few >= 4 && few <= 300 && many >= BOXES_LEAST && many >= 4 * few;
}

function boxAxis(dims: readonly number[]): number {
  return (dims[1] ?? 0) < (dims[2] ?? 0) ? 1 : 2;
}

/** A graph that reads whole numbers in rows, as of a text. */
function takesTokens(graph: GraphProto): boolean {
  const held = new Set(graph.initializer.map(({ name }) => name));
  return graph.input.some(({ name, type }) => {
    if (held.has(name) || type?.value.case !== "tensorType") return false;
    const { elemType, shape } = type.value.value;
    return (
      (elemType === ELEMENT.int64 || elemType === ELEMENT.int32) && (shape?.dim.length ?? 0) >= 2
    );
  });
}

/** Operators that neither move what is largest nor bend a direction. */
const CARRIERS: ReadonlySet<string> = new Set([
  "Cast",
  "DequantizeLinear",
  "Flatten",
  "Gather",
  "Identity",
  "QuantizeLinear",
  "Reshape",
  "Slice",
  "Squeeze",
  "Transpose",
  "Unsqueeze",
]);

/** The operator that makes the values of `output`, through those that only carry them and through a bias. */
function lastOperator(graph: GraphProto, output: string): string {
  const producers = new Map<string, NodeProto>();
  for (const node of graph.node) for (const name of node.output) producers.set(name, node);
  const held = new Set(graph.initializer.map(({ name }) => name));
  let name = output;
  for (let steps = 0; steps <= graph.node.length; steps += 1) {
    const node = producers.get(name);
    if (node === undefined) return "";
    const open = node.input.filter((each) => each !== "" && !held.has(each));
    const isBias = node.opType === "Add" && open.length === 1;
    if (!CARRIERS.has(node.opType) && !isBias) return node.opType;
    name = open[0] ?? "";
  }
  return "";
}
