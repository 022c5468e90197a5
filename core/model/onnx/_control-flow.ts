/** Operators that hold graphs of their own: their bodies are walked, and counted as often as they run. */
import type { GraphProto } from "onnx-buf";
import { isSameDim, times, type Dim } from "./_dim.ts";
import { TYPE } from "./_element-type.ts";
import type { GraphNode } from "./_graph-node.ts";
import { known, tensor, type Value } from "./_value.ts";

/** What a body is walked by. */
export interface Bodies {
  /** Walks a graph on `inputs`, all its nodes `count` times; what it writes. */
  readonly walk: (graph: GraphProto, inputs: readonly Value[], count: number) => readonly Value[];
  /** Of several graphs the one with the most work, which alone is counted. */
  readonly largest: (graphs: readonly GraphProto[]) => readonly Value[];
  /** Passes over a graph that does not run. */
  readonly skip: (graph: GraphProto) => void;
  /** Notes something assumed. */
  readonly assume: (text: string) => void;
}

type Flow = (node: GraphNode, bodies: Bodies) => readonly Value[];

const condition: Flow = (node, bodies) => {
  const [then, otherwise] = [node.graph("then_branch"), node.graph("else_branch")];
  if (then === undefined || otherwise === undefined) {
    node.refuse("two branches", "none");
    return [];
  }
  const test = node.input(0)?.contents?.[0];
  if (typeof test === "number") {
    bodies.skip(test === 0 ? then : otherwise);
    return bodies.walk(test === 0 ? otherwise : then, [], 1);
  }
  bodies.assume("of branches whose condition is not known the one with more work is counted");
  return bodies.largest([then, otherwise]);
};

/** A trip count this large says that the condition decides. */
const TRIPS_MAX = 2 ** 31;

const loop: Flow = (node, bodies) => {
  const body = node.graph("body");
  if (body === undefined) {
    node.refuse("a body", "none");
    return [];
  }
  const trips = node.input(0)?.contents?.[0];
  const isKnown = typeof trips === "number" && trips < TRIPS_MAX;
  if (!isKnown) bodies.assume("a loop whose trip count is not known is counted once");
  const carried = node.inputs.slice(2).map((input) => input ?? tensor(0, null));
  const count = isKnown ? Math.max(0, trips) : 1;
  const iteration = known(TYPE.int64, [], [node.undecided(count)]);
  const inputs = [iteration, tensor(TYPE.bool, []), ...carried.map(unknowing)];
  const results = bodies.walk(body, inputs, count).slice(1);
  const states = results.slice(0, carried.length);
  const stacked = results.slice(carried.length);
  const steps: Dim = isKnown ? count : node.undecided(1);
  return [
    ...states.map((state, index) => settled(state, carried[index])),
    ...stacked.map(({ type, shape }) => tensor(type, shape && [steps, ...shape])),
  ];
};

/** A value that changes from run to run: its contents are those of the first run only. */
function unknowing({ type, shape, length }: Value): Value {
  return { type, shape, ...(length === undefined ? {} : { length }) };
}

/** The shape after the last run, where it is the shape before the first. */
function settled(after: Value, before: Value | undefined): Value {
  const { type, length } = after;
  const sizes = after.shape;
  const same =
    sizes !== null &&
    sizes.length === before?.shape?.length &&
    sizes.every((size, axis) => isSameDim(size, before.shape?.[axis] ?? -1));
  return { type, shape: same ? sizes : null, ...(length === undefined ? {} : { length }) };
}

/** Up to version 8 there is a batch, each of whose sequences is scanned. */
const scan: Flow = (node, bodies) => {
  const body = node.graph("body");
  if (body === undefined) {
    node.refuse("a body", "none");
    return [];
  }
  const isEarly = node.version < 9;
  const inputs = node.inputs.slice(isEarly ? 1 : 0).map((input) => input ?? tensor(0, null));
  const scanned = node.whole("num_scan_inputs", inputs.length);
  const first = inputs.length - scanned;
  const batch = isEarly ? inputs[0]?.shape?.[0] : undefined;
  const axes = node.wholes("scan_input_axes") ?? [];
  const axisOf = (place: number, rank: number) => (isEarly ? 1 : node.axis(axes[place] ?? 0, rank));
  const steps = inputs.slice(first).map(({ shape }, place) => shape?.[axisOf(place, shape.length)]);
  const length = steps.find((size) => typeof size === "number") ?? steps[0] ?? node.undecided(1);
  const own = inputs.map(({ type, shape }, index) => {
    if (shape === null) return tensor(type, null);
    const rest = index < first ? shape : shape.toSpliced(axisOf(index - first, shape.length), 1);
    return tensor(type, isEarly ? rest.slice(1) : rest);
  });
  const count = times(length, batch ?? 1);
  const results = bodies.walk(body, own, typeof count === "number" ? count : 1);
  const outside = batch === undefined ? [] : [batch];
  const outAxes = node.wholes("scan_output_axes") ?? [];
  return results.map(({ type, shape }, index) => {
    if (shape === null) return tensor(type, null);
    if (index < first) return tensor(type, [...outside, ...shape]);
    const place = isEarly ? 0 : node.axis(outAxes[index - first] ?? 0, shape.length + 1);
    return tensor(type, [...outside, ...shape.toSpliced(place, 0, length)]);
  });
};

const sequenceMap: Flow = (node, bodies) => {
  const body = node.graph("body");
  if (body === undefined) {
    node.refuse("a body", "none");
    return [];
  }
  const inputs = node.inputs.map((input) => input ?? tensor(0, null));
  const length = inputs[0]?.length ?? 1;
  const results = bodies.walk(
    body,
    inputs.map(({ type, shape }) => tensor(type, shape)),
    typeof length === "number" ? length : 1,
  );
  return results.map(({ type, shape }) => ({ type, shape, length }));
};

/** By operator. */
export const FLOWS: ReadonlyMap<string, Flow> = new Map([
  ["If", condition],
  ["Loop", loop],
  ["Scan", scan],
  ["SequenceMap", sequenceMap],
]);
