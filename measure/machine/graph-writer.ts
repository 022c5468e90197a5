/** Writes an ONNX graph node by node, with the names and the spelling of torch's exporter. */
import { create, toBinary } from "@bufbuild/protobuf";
import {
  AttributeProto_AttributeType as Kind,
  AttributeProtoSchema,
  GraphProtoSchema,
  ModelProtoSchema,
  NodeProtoSchema,
  ValueInfoProtoSchema,
} from "onnx-buf";
import type { AttributeProto, NodeProto, TensorProto, ValueInfoProto } from "onnx-buf";
import { ELEMENT, floatTensor, rawTensor, wholeTensor } from "../../core/optimise/index.ts";

type Setting = string | number | readonly number[] | { readonly float: number } | TensorProto;
type Size = number | string;

export class GraphWriter {
  readonly #nodes: NodeProto[] = [];
  readonly #stored: TensorProto[] = [];
  readonly #inputs: ValueInfoProto[] = [];
  readonly #outputs: ValueInfoProto[] = [];
  readonly #counts = new Map<string, number>();
  #scope = "";

  /** What `write` adds is named below `scope`: "/encoder/layer.0". */
  within<T>(scope: string, write: () => T): T {
    const outer = this.#scope;
    this.#scope = `${outer}/${scope}`;
    const result = write();
    this.#scope = outer;
    return result;
  }

  input(name: string, sizes: readonly Size[], type: number = ELEMENT.float): string {
    this.#inputs.push(declared(name, sizes, type));
    return name;
  }

  /** Declares `value` a result of the model, by the name `name`. */
  output(name: string, value: string, sizes: readonly Size[]): void {
    const writer = this.#nodes.find(({ output }) => output.includes(value));
    if (writer === undefined) throw new Error(`nothing writes ${value}`);
    const renamed = (names: readonly string[]) =>
      names.map((each) => (each === value ? name : each));
    writer.output = renamed(writer.output);
    for (const reader of this.#nodes) reader.input = renamed(reader.input);
    this.#outputs.push(declared(name, sizes, ELEMENT.float));
  }

  /** Adds a node; its first output. An operator of another domain is written "com.microsoft:Gelu". */
  op(operator: string, inputs: readonly string[], settings: Settings = {}): string {
    return this.split(operator, inputs, 1, settings)[0] ?? "";
  }

  /** Adds a node of several outputs. */
  split(
    operator: string,
    inputs: readonly string[],
    outputs: number,
    settings: Settings = {},
  ): readonly string[] {
    const [opType = "", domain = ""] = operator.split(":").toReversed();
    const name = this.#named(opType);
    const output = Array.from({ length: outputs }, (_, index) => `${name}_output_${index}`);
    const attribute = Object.entries(settings).map(([key, value]) => attributeOf(key, value));
    this.#nodes.push(
      create(NodeProtoSchema, {
        name,
        opType,
        ...(domain === "" ? {} : { domain }),
        input: [...inputs],
        output,
        attribute,
      }),
    );
    return output;
  }

  /** Whole numbers as exporters write them where they are used: by a Constant node. */
  whole(values: readonly number[] | number): string {
    const list = typeof values === "number" ? [values] : values;
    const dims = typeof values === "number" ? [] : [list.length];
    return this.op("Constant", [], { value: wholeTensor("", list, dims) });
  }

  scalar(value: number): string {
    return this.op("Constant", [], { value: floatTensor("", [], Float32Array.of(value)) });
  }

  /** Whole numbers of 8 bits. */
  storedBytes(
    name: string,
    dims: readonly number[],
    values: Uint8Array<ArrayBuffer>,
    type: number,
  ): string {
    return this.#kept(rawTensor(this.#below(name), type, dims, values));
  }

  stored(name: string, dims: readonly number[], values: Float32Array): string {
    return this.#kept(floatTensor(this.#below(name), dims, values));
  }

  storedWholes(name: string, dims: readonly number[], values: readonly number[]): string {
    return this.#kept(wholeTensor(this.#below(name), values, dims));
  }

  /** The size of `value` along `axis`, as a list of one. */
  sizeOf(value: string, axis: number): string {
    const size = this.op("Gather", [this.op("Shape", [value]), this.whole(axis)], { axis: 0 });
    return this.op("Unsqueeze", [size, this.whole([0])]);
  }

  file(name: string, opset: number, domains: Readonly<Record<string, number>> = {}): Uint8Array {
    return toBinary(
      ModelProtoSchema,
      create(ModelProtoSchema, {
        irVersion: 8n,
        producerName: "tenlane",
        opsetImport: Object.entries({ "": opset, ...domains }).map(([domain, version]) => ({
          domain,
          version: BigInt(version),
        })),
        graph: create(GraphProtoSchema, {
          name,
          node: this.#nodes,
          initializer: this.#stored,
          input: this.#inputs,
          output: this.#outputs,
        }),
      }),
    );
  }

  #kept(tensor: TensorProto): string {
    this.#stored.push(tensor);
    return tensor.name;
  }

  /** "encoder.layer.0.weight" */
  #below(name: string): string {
    return `${this.#scope}/${name}`.slice(1).replaceAll("/", ".");
  }

  #named(operator: string): string {
    const stem = `${this.#scope}/${operator}`;
    const count = this.#counts.get(stem) ?? 0;
    this.#counts.set(stem, count + 1);
    return count === 0 ? stem : `${stem}_${count}`;
  }
}

type Settings = Readonly<Record<string, Setting>>;

function attributeOf(name: string, value: Setting): AttributeProto {
  if (typeof value === "number")
    return create(AttributeProtoSchema, { name, type: Kind.INT, i: BigInt(value) });
  if (typeof value === "string")
    return create(AttributeProtoSchema, {
      name,
      type: Kind.STRING,
      s: Uint8Array.from(value, (letter) => letter.codePointAt(0) ?? 0),
    });
  if ("float" in value)
    return create(AttributeProtoSchema, { name, type: Kind.FLOAT, f: value.float });
  if ("dataType" in value)
    return create(AttributeProtoSchema, { name, type: Kind.TENSOR, t: value });
  return create(AttributeProtoSchema, { name, type: Kind.INTS, ints: value.map(BigInt) });
}

function declared(name: string, sizes: readonly Size[], elemType: number): ValueInfoProto {
  const dim = sizes.map((size) => ({
    value:
      typeof size === "number"
        ? { case: "dimValue" as const, value: BigInt(size) }
        : { case: "dimParam" as const, value: size },
  }));
  return create(ValueInfoProtoSchema, {
    name,
    type: { value: { case: "tensorType", value: { elemType, shape: { dim } } } },
  });
}
