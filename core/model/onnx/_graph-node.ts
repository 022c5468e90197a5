/** One node of a graph as the rules of operators see it: inputs by place, attributes by name. */
import type { AttributeProto, GraphProto, NodeProto, TensorProto, TypeProto } from "onnx-buf";
import type { Dim } from "./_dim.ts";
import { elements, numbers, type Value } from "./_value.ts";

/** What a rule may ask of the graph around its node. */
export interface Surroundings {
  /** Version of the operator set the node is of. */
  readonly version: number;
  /** Notes what is wrong with the node; the first of all notes becomes the refusal. */
  readonly refuse: (expected: string, got: unknown) => void;
  /** A size that only a run decides: `most`, where sizes have to be numbers, else a new symbol. */
  readonly undecided: (most: Dim) => Dim;
  /** Contents and type of a tensor that the node itself holds. */
  readonly tensor: (proto: TensorProto) => Value;
  readonly type: (proto: TypeProto | undefined) => Value;
}

export class GraphNode {
  readonly operator: string;
  readonly inputs: readonly (Value | null)[];
  readonly outputCount: number;
  readonly #attributes: ReadonlyMap<string, AttributeProto>;
  readonly #around: Surroundings;

  constructor(
    proto: NodeProto,
    given: {
      readonly operator: string;
      readonly inputs: readonly (Value | null)[];
      readonly attributes: ReadonlyMap<string, AttributeProto>;
      readonly around: Surroundings;
    },
  ) {
    this.operator = given.operator;
    this.inputs = given.inputs;
    this.outputCount = proto.output.length;
    this.#attributes = given.attributes;
    this.#around = given.around;
  }

  get version(): number {
    return this.#around.version;
  }

  has(name: string): boolean {
    return this.#attributes.has(name);
  }

  /** Attributes by name, as the schema's messages. */
  get attributes(): ReadonlyMap<string, AttributeProto> {
    return this.#attributes;
  }

  whole(name: string, otherwise: number): number {
    const attribute = this.#attributes.get(name);
    return attribute === undefined ? otherwise : Number(attribute.i);
  }

  wholes(name: string): readonly number[] | null {
    return this.#attributes.get(name)?.ints.map(Number) ?? null;
  }

  real(name: string, otherwise: number): number {
    return this.#attributes.get(name)?.f ?? otherwise;
  }

  reals(name: string): readonly number[] | null {
    return this.#attributes.get(name)?.floats ?? null;
  }

  text(name: string, otherwise: string): string {
    const bytes = this.#attributes.get(name)?.s;
    return bytes === undefined ? otherwise : new TextDecoder().decode(bytes);
  }

  graph(name: string): GraphProto | undefined {
    return this.#attributes.get(name)?.g;
  }

  tensor(name: string): Value | null {
    const proto = this.#attributes.get(name)?.t;
    return proto === undefined ? null : this.#around.tensor(proto);
  }

  typeOf(name: string): Value {
    return this.#around.type(this.#attributes.get(name)?.tp);
  }

  input(place: number): Value | null {
    return this.inputs[place] ?? null;
  }

  shape(place: number): readonly Dim[] | null {
    return this.inputs[place]?.shape ?? null;
  }

  type(place: number): number {
    return this.inputs[place]?.type ?? 0;
  }

  /** Whole numbers of an input, or of the attribute that older versions had in its place. */
  list(place: number, name: string): readonly number[] | null {
    const input = this.input(place);
    return input === null ? this.wholes(name) : numbers(input);
  }

  /** Contents of an input, symbols included, or of the attribute that stood in its place. */
  dims(place: number, name: string): readonly Dim[] | null {
    const input = this.input(place);
    return input === null ? this.wholes(name) : (input.contents ?? null);
  }

  elements(place: number): number {
    return elements(this.input(place)) ?? 0;
  }

  refuse(expected: string, got: unknown): void {
    this.#around.refuse(expected, got);
  }

  undecided(most: Dim): Dim {
    return this.#around.undecided(most);
  }

  /** `axis` counted from the front; refuses one that `rank` has not. */
  axis(axis: number, rank: number): number {
    const place = axis < 0 ? axis + rank : axis;
    if (Number.isInteger(place) && place >= 0 && place < Math.max(rank, 1)) return place;
    this.refuse(`an axis of ${rank} dimensions`, axis);
    return 0;
  }
}

/** What an operator writes; null where nothing is known of it. */
export type Rule = (node: GraphNode) => readonly Value[] | null;
export type Rules = readonly (readonly [operators: string, rule: Rule])[];

/** Attributes of a node by name, those that refer to the function around it as they are bound. */
export function boundAttributes(
  own: readonly AttributeProto[],
  outer: ReadonlyMap<string, AttributeProto>,
): ReadonlyMap<string, AttributeProto> {
  const bound = own.flatMap((each): [string, AttributeProto][] => {
    const meant = each.refAttrName === "" ? each : outer.get(each.refAttrName);
    return meant === undefined ? [] : [[each.name, meant]];
  });
  return new Map(bound);
}
