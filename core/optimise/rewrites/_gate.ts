/** `clip(slope * x + offset, lower, upper)` as graphs spell it out in small nodes. */
import type { NodeProto } from "onnx-buf";
import type { GraphDraft } from "../graph-draft.ts";
import { floatsOf } from "../tensor.ts";
import { affineStep, type Lay } from "./_affine.ts";
import { attributeNamed, isOperator, realSetting } from "./_nodes.ts";

export interface Gate {
  /** From x on, in order. */
  readonly nodes: readonly NodeProto[];
  readonly slope: number;
  readonly offset: number;
  readonly lower: number;
  readonly upper: number;
}

type State = Omit<Gate, "nodes">;

const OPEN: State = { slope: 1, offset: 0, lower: -Infinity, upper: Infinity };
const NODES_MAX = 8;

/** What makes `gate` of `x`; null where that is no such function, or others read what lies between. */
export function gateOf(graph: GraphDraft, x: string, gate: string, lay: Lay): Gate | null {
  const nodes: NodeProto[] = [];
  let value = gate;
  while (value !== x) {
    const node = graph.producer(value);
    const isAlone = value === gate || graph.onlyConsumer(value) !== null;
    if (node === null || nodes.length === NODES_MAX || !isAlone) return null;
    nodes.unshift(node);
    const next = node.input.find((name) => name !== "" && graph.constant(name) === null);
    if (next === undefined) return null;
    value = next;
  }
  let state: State | null = OPEN;
  for (const node of nodes) {
    if (state === null) return null;
    state = after(graph, state, node, { value, lay });
    value = node.output[0] ?? "";
  }
  if (state === null || nodes.length === 0) return null;
  const isBounded = Number.isFinite(state.lower) && Number.isFinite(state.upper);
  return isBounded && state.slope !== 0 ? { ...state, nodes } : null;
}

function after(
  graph: GraphDraft,
  state: State,
  node: NodeProto,
  { value, lay }: { readonly value: string; readonly lay: Lay },
): State | null {
  if (isOperator(node, "HardSigmoid")) {
    const inner = scaled(state, realSetting(node, "alpha", 0.2), realSetting(node, "beta", 0.5));
    return clipped(inner, 0, 1);
  }
  const bounds = clipBounds(graph, node, value);
  if (bounds !== null) return clipped(state, bounds.lower, bounds.upper);
  const step = affineStep(graph, node, value, lay);
  if (step === null || step.scale.length > 1 || step.offset.length > 1) return null;
  return scaled(state, step.scale[0] ?? 1, step.offset[0] ?? 0);
}

function scaled(state: State, scale: number, offset: number): State {
  const ends = [state.lower, state.upper].map((end) => end * scale + offset);
  return {
    slope: state.slope * scale,
    offset: state.offset * scale + offset,
    lower: Math.min(...ends),
    upper: Math.max(...ends),
  };
}

function clipped(state: State, lower: number, upper: number): State {
  const inside = (end: number) => Math.min(Math.max(end, lower), upper);
  return { ...state, lower: inside(state.lower), upper: inside(state.upper) };
}

/** Whether `node` clips `value`, or a line of it, between bounds that no run changes. */
export function isClipped(graph: GraphDraft, node: NodeProto, value: string): boolean {
  return isOperator(node, "HardSigmoid") || clipBounds(graph, node, value) !== null;
}

/** The bounds of a Clip or Relu of `value` that no run changes; null of others. */
function clipBounds(
  graph: GraphDraft,
  node: NodeProto,
  value: string,
): { readonly lower: number; readonly upper: number } | null {
  if (node.input[0] !== value) return null;
  if (isOperator(node, "Relu")) return { lower: 0, upper: Infinity };
  if (!isOperator(node, "Clip")) return null;
  const bound = (place: number, attribute: string, otherwise: number) => {
    const name = node.input[place] ?? "";
    if (name === "") return attributeNamed(node, attribute)?.f ?? otherwise;
    const tensor = graph.constant(name);
    const values = tensor === null ? null : floatsOf(tensor);
    return values?.length === 1 ? (values[0] ?? null) : null;
  };
  const [lower, upper] = [bound(1, "min", -Infinity), bound(2, "max", Infinity)];
  return lower === null || upper === null || lower > upper ? null : { lower, upper };
}
