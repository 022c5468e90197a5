/** One graph of a {@link Draft}: who writes and reads its values, and edits that keep this true. */
import type { GraphProto, NodeProto, TensorProto, ValueInfoProto } from "onnx-buf";
import { assert } from "../assert.ts";
import { inOrder, innerGraphs, readsOf } from "../model/onnx/index.ts";

/** Takes note of an edit: its reason, its nodes, and what takes it back. */
export type Note = (
  why: string,
  change: { readonly removed: readonly NodeProto[]; readonly added: readonly NodeProto[] },
  undo: () => void,
) => void;

export class GraphDraft {
  readonly proto: GraphProto;
  readonly outer: GraphDraft | null;
  readonly #nodes: Set<NodeProto>;
  readonly #producers = new Map<string, NodeProto>();
  readonly #consumers = new Map<string, Set<NodeProto>>();
  readonly #constants = new Map<string, TensorProto>();
  readonly #tensors: TensorProto[];
  readonly #outputs: Set<string>;
  readonly #note: Note;

  constructor(proto: GraphProto, outer: GraphDraft | null, note: Note) {
    this.#note = note;
    this.proto = proto;
    this.outer = outer;
    this.#nodes = new Set(proto.node);
    this.#tensors = [...proto.initializer];
    this.#outputs = new Set(proto.output.map(({ name }) => name));
    for (const node of proto.node) this.#link(node);
    // An initialiser that is an input as well is a default that a caller may replace.
    const inputs = new Set(proto.input.map(({ name }) => name));
    for (const tensor of proto.initializer) {
      if (!inputs.has(tensor.name)) this.#constants.set(tensor.name, tensor);
    }
  }

  /** As they stand now: a list of its own. */
  get nodes(): readonly NodeProto[] {
    return [...this.#nodes];
  }

  has(node: NodeProto): boolean {
    return this.#nodes.has(node);
  }

  /** Every name of a value in this graph. */
  *names(): Iterable<string> {
    for (const { name } of this.proto.input) yield name;
    for (const { name } of this.proto.initializer) yield name;
    for (const { values } of this.proto.sparseInitializer)
      if (values !== undefined) yield values.name;
    for (const node of this.#nodes) yield* node.output;
  }

  /** The node of this graph that writes `value`. */
  producer(value: string): NodeProto | null {
    return this.#producers.get(value) ?? null;
  }

  /** Nodes of this graph that read `value`, those included that only their inner graphs let read it. */
  consumers(value: string): readonly NodeProto[] {
    return [...(this.#consumers.get(value) ?? [])];
  }

  isOutput(value: string): boolean {
    return this.#outputs.has(value);
  }

  /** The one node that reads `value`, directly and once, where nothing else sees it. */
  onlyConsumer(value: string): NodeProto | null {
    const [first, ...others] = this.consumers(value);
    if (first === undefined || others.length > 0 || this.isOutput(value)) return null;
    return first.input.filter((name) => name === value).length === 1 &&
      innerGraphs(first).length === 0
      ? first
      : null;
  }

  /** The tensor of that name which no run changes, of this graph or one around it. */
  constant(value: string): TensorProto | null {
    const own = this.#constants.get(value);
    if (own !== undefined) return own;
    return this.#producers.has(value) ? null : (this.outer?.constant(value) ?? null);
  }

  /** Adds a tensor under its own name, which must be fresh. */
  addConstant(tensor: TensorProto): string {
    assert(!this.#constants.has(tensor.name), `"${tensor.name}" is there already`);
    this.#tensors.push(tensor);
    this.proto.initializer.push(tensor);
    this.#constants.set(tensor.name, tensor);
    return tensor.name;
  }

  /** Names and tensors of this graph that no run changes. */
  get constants(): Iterable<readonly [string, TensorProto]> {
    return this.#constants;
  }

  /** Takes out a node whose only result is always `tensor`, which stands in the file from now on. */
  hold(node: NodeProto, tensor: TensorProto, why: string): void {
    const [name = ""] = node.output;
    const before = tensor.name;
    this.#remove(node);
    this.addConstant(Object.assign(tensor, { name }));
    this.#note(why, { removed: [node], added: [] }, () => {
      this.#swap(tensor, undefined);
      this.#constants.delete(name);
      tensor.name = before;
      this.#insert(node);
    });
  }

  /** Has a constant be `tensor`, which is called as it is. */
  swapConstant(tensor: TensorProto, why: string): void {
    const before = this.#constants.get(tensor.name);
    assert(before !== undefined, `"${tensor.name}" is no constant of this graph`);
    const set = (from: TensorProto, to: TensorProto) => {
      this.#swap(from, to);
      this.#constants.set(to.name, to);
    };
    set(before, tensor);
    this.#note(why, { removed: [], added: [] }, () => set(tensor, before));
  }

  /** Leaves out what the file says of values between nodes, where `isWrong` holds. */
  forget(isWrong: (declared: ValueInfoProto) => boolean, why: string): void {
    const { proto } = this;
    const before = proto.valueInfo;
    proto.valueInfo = before.filter((each) => !isWrong(each));
    if (proto.valueInfo.length === before.length) return;
    this.#note(why, { removed: [], added: [] }, () => void (proto.valueInfo = before));
  }

  /** Has all that reads `name` read `value`, which holds the same; false where graphs inside others do. */
  reread(name: string, value: string, why: string): boolean {
    const readers = this.consumers(name);
    if (readers.some((reader) => innerGraphs(reader).length > 0)) return false;
    const rewire = this.#rewiring(name);
    rewire(value);
    this.#note(why, { removed: [], added: [] }, () => rewire(name));
    return true;
  }

  /** What has those that read `output` now read another name. */
  #rewiring(output: string): (name: string) => void {
    const readers = this.consumers(output);
    const places = readers.flatMap((reader) =>
      reader.input.flatMap((name, index) => (name === output ? [[reader, index] as const] : [])),
    );
    return (name) => {
      for (const reader of readers) this.#unlink(reader);
      for (const [reader, index] of places) reader.input[index] = name;
      for (const reader of readers) this.#link(reader);
    };
  }

  /** Has an input be `tensor` from now on, or the tensor that the file gives it where none is said. */
  fixInput(name: string, why: string, tensor: TensorProto | null = null): void {
    const { proto } = this;
    const [inputs, before] = [proto.input, this.#tensors.find((each) => each.name === name)];
    const fixed = tensor ?? before;
    assert(fixed?.name === name, `"${name}" has no tensor of its name`);
    proto.input = inputs.filter((each) => each.name !== name);
    this.#swap(before, fixed);
    this.#constants.set(name, fixed);
    this.#note(why, { removed: [], added: [] }, () => {
      proto.input = inputs;
      this.#swap(fixed, before);
      this.#constants.delete(name);
    });
  }

  /** Has an input or output be declared as `declared` says. */
  declare(declared: ValueInfoProto, why: string): void {
    const { proto } = this;
    const [input, output] = [proto.input, proto.output];
    const settled = (each: ValueInfoProto) => (each.name === declared.name ? declared : each);
    proto.input = input.map(settled);
    proto.output = output.map(settled);
    this.#note(why, { removed: [], added: [] }, () => {
      proto.input = input;
      proto.output = output;
    });
  }

  /** Leaves out outputs that are not `kept`. */
  keepOutputs(kept: ReadonlySet<string>, why: string): void {
    this.#put(
      this.proto.output.filter(({ name }) => kept.has(name)),
      why,
    );
  }

  /** Has callers see more values. */
  addOutputs(declared: readonly ValueInfoProto[], why: string): void {
    this.#put([...this.proto.output, ...declared], why);
  }

  #put(outputs: ValueInfoProto[], why: string): void {
    const { proto } = this;
    const before = proto.output;
    const set = (list: ValueInfoProto[]) => {
      proto.output = list;
      this.#outputs.clear();
      for (const { name } of list) this.#outputs.add(name);
    };
    set(outputs);
    this.#note(why, { removed: [], added: [] }, () => set(before));
  }

  /**
   * Takes nodes out and puts others in. What the old ones wrote and others still read, the new ones must write.
   *
   * `why` is a sentence for people.
   */
  replace(removed: readonly NodeProto[], added: readonly NodeProto[], why: string): void {
    for (const node of removed) this.#remove(node);
    for (const node of added) this.#insert(node);
    this.#note(why, { removed, added }, () => {
      for (const node of added) this.#remove(node);
      for (const node of removed) this.#insert(node);
    });
  }

  /**
   * Removes `node` and has every reader of its first output read `value` instead. Where that is an output
   * of the graph, what writes `value` writes it under this name.
   *
   * False, and nothing done, where graphs inside others read it, or nothing here can take its name.
   */
  bypass(node: NodeProto, value: string, why: string): boolean {
    const [output = ""] = node.output;
    if (this.isOutput(output)) return this.#takeName(node, value, why);
    return this.#rewired(node, value, why);
  }

  #takeName(node: NodeProto, value: string, why: string): boolean {
    const [output = ""] = node.output;
    const writer = this.producer(value);
    const readers = this.consumers(value).filter((reader) => reader !== node);
    if (writer === null || writer === node || this.isOutput(value)) return false;
    if ([writer, ...readers].some((each) => innerGraphs(each).length > 0)) return false;
    const rename = (from: string, to: string) => {
      for (const each of [writer, ...readers]) this.#unlink(each);
      writer.output = writer.output.map((name) => (name === from ? to : name));
      for (const each of readers)
        each.input = each.input.map((name) => (name === from ? to : name));
      for (const each of [writer, ...readers]) this.#link(each);
    };
    this.#remove(node);
    rename(value, output);
    this.#note(why, { removed: [node], added: [] }, () => {
      rename(output, value);
      this.#insert(node);
    });
    return true;
  }

  #rewired(node: NodeProto, value: string, why: string): boolean {
    const [output = ""] = node.output;
    if (this.consumers(output).some((reader) => innerGraphs(reader).length > 0)) return false;
    const rewire = this.#rewiring(output);
    this.#remove(node);
    rewire(value);
    this.#note(why, { removed: [node], added: [] }, () => {
      rewire(output);
      this.#insert(node);
    });
    return true;
  }

  /** Writes the nodes back in an order that runs, and drops what nothing reads. */
  seal(): void {
    this.proto.node = inOrder([...this.#nodes]);
    const read = new Set([...this.#consumers].flatMap(([name, by]) => (by.size > 0 ? [name] : [])));
    const inputs = new Set(this.proto.input.map(({ name }) => name));
    const isKept = (name: string) => read.has(name) || this.#outputs.has(name) || inputs.has(name);
    this.proto.initializer = this.#tensors.filter(({ name }) => isKept(name));
    const alive = new Set(this.names());
    this.proto.valueInfo = this.proto.valueInfo.filter(({ name }) => alive.has(name));
  }

  /** Nodes whose results nothing reads, those after which only such come included. */
  unread(): readonly NodeProto[] {
    const dead = new Set<NodeProto>();
    const isDead = (node: NodeProto) =>
      node.output.every(
        (name) => !this.isOutput(name) && this.consumers(name).every((reader) => dead.has(reader)),
      );
    const open = [...this.#nodes];
    while (open.length > 0) {
      const node = open.pop();
      if (node === undefined || dead.has(node) || !isDead(node)) continue;
      dead.add(node);
      for (const name of readsOf(node)) {
        const writer = this.producer(name);
        if (writer !== null) open.push(writer);
      }
    }
    return [...dead];
  }

  #swap(before: TensorProto | undefined, after: TensorProto | undefined): void {
    if (before === after) return;
    if (before !== undefined) this.#tensors.splice(this.#tensors.indexOf(before), 1);
    if (after !== undefined) this.#tensors.push(after);
  }

  #insert(node: NodeProto): void {
    this.#nodes.add(node);
    this.#link(node);
  }

  #remove(node: NodeProto): void {
    assert(this.#nodes.delete(node), `${node.opType} "${node.name}" is not in this graph`);
    this.#unlink(node);
  }

  #link(node: NodeProto): void {
    for (const name of node.output) if (name !== "") this.#producers.set(name, node);
    for (const name of readsOf(node)) {
      const readers = this.#consumers.get(name);
      if (readers === undefined) this.#consumers.set(name, new Set([node]));
      else readers.add(node);
    }
  }

  #unlink(node: NodeProto): void {
    for (const name of node.output) {
      if (this.#producers.get(name) === node) this.#producers.delete(name);
    }
    for (const name of readsOf(node)) this.#consumers.get(name)?.delete(node);
  }
}
