/** Nodes and attributes as rewrites read and write them. */
import { create } from "@bufbuild/protobuf";
import {
  AttributeProto_AttributeType as Kind,
  AttributeProtoSchema,
  NodeProtoSchema,
  type AttributeProto,
  type NodeProto,
} from "onnx-buf";
import type { Draft } from "../draft.ts";

/** A whole number, a list of such, a text, or a float that is marked as such. */
export type Setting = number | readonly number[] | string | { readonly real: number };

/** Whether `node` is one of these operators of the standard. */
export function isOperator(node: NodeProto, ...names: readonly string[]): boolean {
  return isStandard(node) && names.includes(node.opType);
}

/** Whether a node is the standard's. */
export function isStandard({ domain }: NodeProto): boolean {
  return domain === "" || domain === "ai.onnx";
}

export interface Made {
  readonly operator: string;
  readonly inputs: readonly string[];
  /** Names of values, that the node is named after. */
  readonly outputs: readonly string[];
  readonly settings?: Readonly<Record<string, Setting>>;
  readonly attributes?: readonly AttributeProto[];
  readonly domain?: string;
}

/** A node with a name of its own; `attributes` are taken over, `settings` stand before them. */
export function madeNode(draft: Draft, made: Made): NodeProto {
  const { operator, inputs, outputs, settings = {}, attributes = [], domain = "" } = made;
  const own = Object.entries(settings).map(([name, value]) => attributeOf(name, value));
  const set = new Set(own.map(({ name }) => name));
  return create(NodeProtoSchema, {
    opType: operator,
    domain,
    name: draft.fresh(`${outputs[0] ?? ""}/${operator}`),
    input: [...inputs],
    output: [...outputs],
    attribute: [...own, ...attributes.filter(({ name }) => !set.has(name))],
  });
}

/** A node as `node` with other inputs and outputs; its attributes are shared. */
export function rewired(
  draft: Draft,
  node: NodeProto,
  names: { readonly inputs?: readonly string[]; readonly outputs?: readonly string[] },
): NodeProto {
  const { inputs = node.input, outputs = node.output } = names;
  const { opType: operator, domain, attribute: attributes } = node;
  return madeNode(draft, { operator, inputs, outputs, attributes, domain });
}

function attributeOf(name: string, value: Setting): AttributeProto {
  if (typeof value === "number") {
    return create(AttributeProtoSchema, { name, type: Kind.INT, i: BigInt(value) });
  }
  if (typeof value === "string") {
    const s = Uint8Array.from(value, (letter) => letter.codePointAt(0) ?? 0);
    return create(AttributeProtoSchema, { name, type: Kind.STRING, s });
  }
  return "real" in value
    ? create(AttributeProtoSchema, { name, type: Kind.FLOAT, f: value.real })
    : create(AttributeProtoSchema, { name, type: Kind.INTS, ints: value.map(BigInt) });
}

export function attributeNamed(node: NodeProto, name: string): AttributeProto | undefined {
  return node.attribute.find((each) => each.name === name);
}

export function wholeSetting(node: NodeProto, name: string, otherwise: number): number {
  const found = attributeNamed(node, name);
  return found === undefined ? otherwise : Number(found.i);
}

export function realSetting(node: NodeProto, name: string, otherwise: number): number {
  return attributeNamed(node, name)?.f ?? otherwise;
}

export function wholesSetting(node: NodeProto, name: string): readonly number[] | null {
  return attributeNamed(node, name)?.ints.map(Number) ?? null;
}

export function textSetting(node: NodeProto, name: string, otherwise: string): string {
  const bytes = attributeNamed(node, name)?.s;
  return bytes === undefined ? otherwise : new TextDecoder().decode(bytes);
}
