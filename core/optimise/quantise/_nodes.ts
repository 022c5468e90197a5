/** Nodes and attributes as quantisers read and write them. */
import { create } from "@bufbuild/protobuf";
import {
  AttributeProto_AttributeType as Kind,
  AttributeProtoSchema,
  NodeProtoSchema,
  type AttributeProto,
  type NodeProto,
} from "onnx-buf";

/** Attributes that quantisers write: whole numbers, and floats that are marked as such. */
export type Settings = Readonly<Record<string, number | { readonly real: number }>>;

/** Domain of the operators that ONNX Runtime adds to the standard's. */
export const CONTRIB = "com.microsoft";

export function operatorNode(
  opType: string,
  name: string,
  input: readonly string[],
  output: readonly string[],
  settings: Settings = {},
  domain = "",
): NodeProto {
  return create(NodeProtoSchema, {
    opType,
    domain,
    name,
    input: [...input],
    output: [...output],
    attribute: Object.entries(settings).map(([each, value]) => attribute(each, value)),
  });
}

function attribute(name: string, value: Settings[string]): AttributeProto {
  return create(
    AttributeProtoSchema,
    typeof value === "number"
      ? { name, type: Kind.INT, i: BigInt(value) }
      : { name, type: Kind.FLOAT, f: value.real },
  );
}

/** `node` with other inputs and outputs; its attributes are shared. */
export function rewired(
  node: NodeProto,
  input: readonly string[],
  output: readonly string[],
): NodeProto {
  return create(NodeProtoSchema, { ...node, input: [...input], output: [...output] });
}

export function wholeSetting(node: NodeProto, name: string, otherwise: number): number {
  const found = node.attribute.find((each) => each.name === name);
  return found === undefined ? otherwise : Number(found.i);
}

export function realSetting(node: NodeProto, name: string, otherwise: number): number {
  return node.attribute.find((each) => each.name === name)?.f ?? otherwise;
}

export function wholesSetting(node: NodeProto, name: string): readonly number[] | null {
  return node.attribute.find((each) => each.name === name)?.ints.map(Number) ?? null;
}

/** Whether a node is the standard's. */
export function isStandard({ domain }: NodeProto): boolean {
  return domain === "" || domain === "ai.onnx";
}

/** What a node is called to people: its name, else what it writes. */
export function label(node: NodeProto): string {
  return node.name === "" ? (node.output[0] ?? "") : node.name;
}
