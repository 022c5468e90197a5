/**
 * A graph walked node by node, in an order that runs: what each value is, and what each node computes.
 *
 * As with `Fields`, the first thing wrong is noted, values are unknown from then on, and loops ask
 * {@link Walk.problem}. The number of nodes walked is bounded, so that functions that call functions end.
 */
import type {
  AttributeProto,
  FunctionProto,
  GraphProto,
  ModelProto,
  NodeProto,
  TensorProto,
  TypeProto,
  ValueInfoProto,
} from "onnx-buf";
import { refuse, type DecodeError } from "../../result.ts";
import { FLOWS, type Bodies } from "./_control-flow.ts";
import { dimText, symbol, valueOf, type Dim } from "./_dim.ts";
import { isParameter, TYPE } from "./_element-type.ts";
import { Emissions, workOf } from "./_emitted.ts";
import { functionKey, functionsOf, versionsOf } from "./_functions.ts";
import { boundAttributes, GraphNode, type Surroundings } from "./_graph-node.ts";
import { inOrder } from "./_order.ts";
import { ruleOf } from "./_rules.ts";
import { Scope } from "./_scope.ts";
import { namedSize, tensorValue, typeValue } from "./_tensor.ts";
import { elements, merged, tensor, type Stored, type Value } from "./_value.ts";
import { isOnlyShaped, isView } from "./_work.ts";

export interface WalkOptions {
  /** Sizes of symbols, by name. */
  readonly sizes: ReadonlyMap<string, number>;
  /** Sizes that contents decide are taken at their most, so that all are numbers. */
  readonly isNumeric: boolean;
  /** No tensor of the file itself is larger. */
  readonly bytesMax: number;
  /** Collects the values of every graph walked, inner ones included; a name has one meaning in a model. */
  readonly seen?: Map<string, Value>;
}

type Path = readonly (string | number)[];

/** Where a node stands: its names, its operator sets, and how often it runs. */
interface Place {
  readonly scope: Scope;
  readonly versions: ReadonlyMap<string, number>;
  /** Of the function it is in: what its nodes refer to. */
  readonly attributes: ReadonlyMap<string, AttributeProto>;
  readonly times: number;
  readonly path: Path;
  readonly depth: number;
}

const NODES_MAX = 300_000;
const DEPTH_MAX = 40;
const TIMES_MAX = 2 ** 53;
/** Operators that give other values each time. */
const RANDOM = /^(?:Random|Bernoulli|Multinomial)/u;

export class Walk {
  readonly emissions: Emissions = new Emissions();
  readonly assumptions: Set<string> = new Set<string>();
  /** All tensors of the graphs that were walked. */
  readonly stored: Stored[] = [];
  readonly #model: ModelProto;
  readonly #options: WalkOptions;
  readonly #functions: ReadonlyMap<string, FunctionProto>;
  #problem: DecodeError | null = null;
  #visited = 0;
  /** A size was taken at its most, so that others may be larger than a run's. */
  #hasGuessed = false;
  readonly #most = new Map<string, number>();

  constructor(model: ModelProto, options: WalkOptions) {
    this.#model = model;
    this.#options = options;
    this.#functions = functionsOf(model);
  }

  get problem(): DecodeError | null {
    return this.#problem;
  }

  /** Values by name of the main graph, its inputs and results included. */
  main(graph: GraphProto): Scope {
    const scope = new Scope(null);
    this.#graph(graph, null, {
      scope,
      versions: versionsOf(this.#model.opsetImport),
      attributes: new Map(),
      times: 1,
      path: ["graph"],
      depth: 0,
    });
    return scope;
  }

  #graph(graph: GraphProto, inputs: readonly Value[] | null, place: Place): readonly Value[] {
    const { scope, path } = place;
    for (const [index, proto] of graph.initializer.entries()) {
      scope.set(proto.name, this.#held(proto, [...path, "initializer", index]));
    }
    for (const [index, { values, dims }] of graph.sparseInitializer.entries()) {
      if (values === undefined) continue;
      const held = this.#held(values, [...path, "sparse_initializer", index]);
      scope.set(values.name, { ...tensor(held.type, dims.map(Number)), stored: held.stored ?? [] });
    }
    for (const [index, proto] of graph.input.entries()) {
      if (scope.hasOwn(proto.name)) continue;
      const given = inputs?.[index];
      const declared = this.#declared(proto, path);
      scope.set(proto.name, given === undefined ? declared : merged(given, declared));
    }
    const declared = new Map<string, ValueInfoProto>();
    for (const proto of [...graph.valueInfo, ...graph.output]) declared.set(proto.name, proto);
    this.#nodes(inOrder(graph.node), declared, place);
    for (const [name, value] of scope.entries()) this.#options.seen?.set(name, value);
    return graph.output.map(({ name }, index) => {
      const value = scope.get(name);
      if (value === undefined)
        this.#refuse([...path, "output", index], "a value that a node writes", name);
      return value ?? tensor(0, null);
    });
  }

  #nodes(
    nodes: readonly NodeProto[],
    declared: ReadonlyMap<string, ValueInfoProto>,
    place: Place,
  ): void {
    for (const [index, proto] of nodes.entries()) {
      if (this.#problem !== null) return;
      this.#visited += 1;
      const path = [...place.path, "node", index, ...(proto.name === "" ? [] : [proto.name])];
      if (this.#visited > NODES_MAX) this.#refuse(path, `at most ${NODES_MAX} nodes`, "more");
      this.#node(proto, declared, { ...place, path });
    }
  }

  #node(proto: NodeProto, declared: ReadonlyMap<string, ValueInfoProto>, place: Place): void {
    const { scope, path } = place;
    const inputs = proto.input.map((name, index) => {
      if (name === "") return null;
      const value = scope.get(name);
      if (value === undefined) {
        const expected = "a value that is given, or that an earlier node writes";
        this.#refuse([...path, "input", index], expected, name);
      }
      return value ?? null;
    });
    const domain = proto.domain === "ai.onnx" ? "" : proto.domain;
    const around = this.#around(place, domain);
    const attributes = boundAttributes(proto.attribute, place.attributes);
    const node = new GraphNode(proto, { operator: proto.opType, inputs, attributes, around });
    const found = this.#outputs(node, proto, place);
    const outputs = proto.output.map((name, index) => {
      const own = found?.[index] ?? tensor(0, null);
      const said = declared.get(name);
      if (said === undefined) return this.#settled(own);
      return this.#settled(merged(own, this.#declared(said, path), !this.#hasGuessed));
    });
    const isCounted = FLOWS.has(proto.opType) || this.#functionOf(proto) !== undefined;
    const settled = isCounted ? outputs : this.#counted(node, outputs, { proto, place, found });
    for (const [index, name] of proto.output.entries()) {
      if (name === "") continue;
      if (scope.hasOwn(name)) this.#refuse([...path, "output", index], "a name written once", name);
      scope.set(name, settled[index] ?? tensor(0, null));
    }
  }

  /** Null where the operator is not modelled. */
  #outputs(node: GraphNode, proto: NodeProto, place: Place): readonly Value[] | null {
    const flow =
      proto.domain === "" || proto.domain === "ai.onnx" ? FLOWS.get(proto.opType) : undefined;
    if (flow !== undefined) return flow(node, this.#bodies(place));
    const called = this.#functionOf(proto);
    if (called !== undefined) return this.#call(called, node, place);
    const rule = ruleOf(proto.domain, proto.opType);
    return this.#problem === null && rule !== null ? rule(node) : null;
  }

  /** A function of the model, unless the operator itself is modelled. */
  #functionOf({ domain, opType, overload }: NodeProto): FunctionProto | undefined {
    if (ruleOf(domain, opType) !== null) return undefined;
    return this.#functions.get(functionKey(domain, opType, overload));
  }

  /** Results of a node, which can be computed beforehand, are views, or are counted as work. */
  #counted(
    node: GraphNode,
    outputs: readonly Value[],
    given: {
      readonly proto: NodeProto;
      readonly place: Place;
      readonly found: readonly Value[] | null;
    },
  ): readonly Value[] {
    const { proto, place, found } = given;
    const stored = this.#foldable(node, outputs, [...place.path]);
    if (stored !== null) {
      const isHeld = node.operator === "Constant";
      return outputs.map((output) => ({ ...output, stored, isHeld }));
    }
    if (isView(node, outputs)) {
      const { origin } = node.input(0) ?? {};
      return origin === undefined ? outputs : outputs.map((output) => ({ ...output, origin }));
    }
    this.#checkCount(outputs, place.path);
    const named = outputs.filter((_, index) => proto.output[index] !== "");
    const isUnmodelled = found === null || isOnlyShaped(proto.opType);
    const { times } = place;
    const plain = proto.domain === "" ? proto.opType : `${proto.domain}.${proto.opType}`;
    const name = isUnmodelled ? `${plain} (not modelled)` : plain;
    const origin = this.emissions.add(node, named, { times, name, isUnmodelled });
    return outputs.map((output) => ({ ...output, origin }));
  }

  /** Tensors that results depend on, where they depend on nothing else; null where they do not. */
  #foldable(node: GraphNode, outputs: readonly Value[], path: Path): readonly Stored[] | null {
    const { operator } = node;
    if (operator === "Constant") return this.#generated(outputs, held(outputs));
    if (operator === "Shape" || operator === "Size") {
      return outputs[0]?.contents?.every((each) => typeof each === "number") === true ? [] : null;
    }
    const given = node.inputs.filter((input) => input !== null);
    if (given.length === 0 || RANDOM.test(operator)) return null;
    const all = new Set<Stored>();
    for (const { stored } of given) {
      if (stored === undefined) return null;
      for (const each of stored) all.add(each);
    }
    if (all.size > 1000) return null;
    if (operator !== "ConstantOfShape" || node.input(0)?.isHeld !== true) return [...all];
    this.#checkCount(outputs, path);
    return this.#generated(outputs, held(outputs));
  }

  #generated(outputs: readonly Value[], stored: Stored): readonly Stored[] {
    if (outputs.length > 0) this.stored.push(stored);
    return [stored];
  }

  #checkCount(outputs: readonly Value[], path: Path): void {
    for (const output of outputs) {
      const count = elements(output) ?? 0;
      const isNegative =
        output.shape?.some((size) => typeof size === "number" && size < 0) === true;
      if (isNegative || !Number.isSafeInteger(Math.ceil(count))) {
        this.#refuse(
          path,
          "sizes from 0 whose product is below 2^53",
          output.shape?.map(dimText).join(" × "),
        );
      }
    }
  }

  #bodies(place: Place): Bodies {
    const inside = (count: number): Place => ({
      ...place,
      scope: new Scope(place.scope),
      times: place.times * count,
      depth: place.depth + 1,
    });
    return {
      walk: (graph, inputs, count) => this.#inner(graph, inputs, inside(count)),
      largest: (graphs) => this.#largest(graphs, () => inside(1)),
      skip: (graph) => this.#skip(graph, place.path),
      assume: (text) => void this.assumptions.add(text),
    };
  }

  #inner(graph: GraphProto, inputs: readonly Value[], place: Place): readonly Value[] {
    if (place.depth > DEPTH_MAX)
      this.#refuse(place.path, `at most ${DEPTH_MAX} nested graphs`, "more");
    if (place.times > TIMES_MAX) this.#refuse(place.path, "at most 2^53 runs", place.times);
    if (this.#problem !== null) return [];
    this.emissions.breakChain();
    const results = this.#graph(graph, inputs, place);
    this.emissions.breakChain();
    return results;
  }

  /** Counts the tensors of a graph that does not run: a device holds them all the same. */
  #skip(graph: GraphProto, path: Path): void {
    for (const proto of graph.initializer) this.#held(proto, path);
    for (const { attribute, opType } of graph.node) {
      for (const { name, t, g, floats } of attribute) {
        if (g !== undefined) this.#skip(g, path);
        if (opType !== "Constant") continue;
        if (t !== undefined) this.#held(t, path);
        const count = name === "value_float" ? 1 : floats.length;
        this.stored.push({ elements: count, type: TYPE.float });
      }
    }
  }

  /** A branch that cannot run on these sizes is left out, unless no other can. */
  #largest(graphs: readonly GraphProto[], inside: () => Place): readonly Value[] {
    const walked = graphs.map((graph) => {
      const [before, held] = [this.#problem, this.stored.length];
      const { result, nodes } = this.emissions.apart(() => this.#inner(graph, [], inside()));
      const problem = this.#problem;
      this.#problem = before;
      if (problem !== null) {
        this.stored.length = held;
        this.#skip(graph, []);
      }
      return { result, nodes, problem, work: workOf(nodes) };
    });
    const sound = walked.filter(({ problem }) => problem === null);
    const [best] = sound.toSorted((a, b) => b.work - a.work);
    if (best === undefined) this.#problem ??= walked[0]?.problem ?? null;
    this.emissions.append(best?.nodes ?? []);
    return best?.result ?? [];
  }

  #call(called: FunctionProto, node: GraphNode, place: Place): readonly Value[] {
    const depth = place.depth + 1;
    if (depth > DEPTH_MAX) {
      this.#refuse(place.path, `at most ${DEPTH_MAX} nested functions`, called.name);
      return [];
    }
    const scope = new Scope(null);
    for (const [index, name] of called.input.entries()) {
      scope.set(name, node.input(index) ?? tensor(0, null));
    }
    const attributes = new Map<string, AttributeProto>();
    for (const each of called.attributeProto) attributes.set(each.name, each);
    for (const [name, each] of node.attributes) attributes.set(name, each);
    const versions = versionsOf(called.opsetImport);
    const declared = new Map(called.valueInfo.map((each) => [each.name, each]));
    this.#nodes(called.node, declared, { ...place, scope, versions, attributes, depth });
    return called.output.map((name) => scope.get(name) ?? tensor(0, null));
  }

  #around(place: Place, domain: string): Surroundings {
    const { path } = place;
    return {
      version: place.versions.get(domain) ?? 1,
      refuse: (expected, got) => this.#refuse(path, expected, got),
      undecided: (most) => this.#undecided(most),
      tensor: (proto) => this.#read(proto, path).value,
      type: (proto) => this.#typed(proto, "", path),
    };
  }

  #undecided(most: Dim): Dim {
    const name = `unknown${this.#most.size + 1}`;
    this.#most.set(name, typeof most === "number" ? most : 1);
    return symbol(name);
  }

  /** Sizes that only a run decides at their most, where sizes are to be numbers and nobody said more. */
  #settled(value: Value): Value {
    const { shape } = value;
    if (!this.#options.isNumeric || shape === null) return value;
    if (shape.every((size) => typeof size === "number")) return value;
    const sizes = shape.map((size) => valueOf(size, this.#most));
    if (sizes.every((size, axis) => size === shape[axis])) return value;
    this.#hasGuessed = true;
    this.assumptions.add("sizes that contents decide are taken at their most");
    return { ...value, shape: sizes };
  }

  #held(proto: TensorProto, path: Path): Value {
    const { value, stored } = this.#read(proto, path);
    this.stored.push(stored);
    return { ...value, stored: [stored], isHeld: true };
  }

  #read(proto: TensorProto, path: Path): ReturnType<typeof tensorValue> {
    const named = proto.name === "" ? path : [...path, proto.name];
    return tensorValue(proto, this.#options.bytesMax, (place, expected, got) =>
      this.#refuse([...named, ...place], expected, got),
    );
  }

  #declared(proto: ValueInfoProto, path: Path): Value {
    return this.#typed(proto.type, proto.name, path);
  }

  #typed(proto: TypeProto | undefined, name: string, path: Path): Value {
    const sizeOf = (text: string): Dim =>
      namedSize(text, (own) => this.#options.sizes.get(own) ?? symbol(own));
    return typeValue(proto, name, sizeOf, (place, expected, got) =>
      this.#refuse([...path, ...place], expected, got),
    );
  }

  #refuse(path: Path, expected: string, got: unknown): void {
    this.#problem ??= refuse(path, expected, got).error;
  }
}

function held([output]: readonly Value[]): Stored {
  const { type = 0 } = output ?? {};
  return { elements: isParameter(type) ? (elements(output) ?? 0) : 0, type };
}
