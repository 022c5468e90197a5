/** What this machine reaches at best with some threads, by the same engine: the fastest of some short runs. */
import { create, toBinary, type MessageInitShape } from "@bufbuild/protobuf";
import {
  GraphProtoSchema,
  ModelProtoSchema,
  NodeProtoSchema,
  OperatorSetIdProtoSchema,
  type NodeProto,
} from "onnx-buf";
import {
  ELEMENT,
  elementCount,
  floatTensor,
  rawTensor,
  wholeTensor,
  type Ceilings,
  type HostTensor,
  type Outcome,
  type Profile,
  type Runner,
  type Session,
} from "../../core/optimise/index.ts";

/** Side of the matrices: large enough for the best rate, small enough for a run of milliseconds. */
const SIDE = 512;
/** Bytes that an element-wise operator reads and writes: in a near cache, in a shared one, in memory. */
const SIZES = [2 ** 18, 2 ** 22, 2 ** 28] as const;
const FLOPS = 2 * SIDE ** 3;

export async function measuredCeilings(
  runner: Runner,
  session: Session,
): Promise<Outcome<Ceilings>> {
  const a = tensor(ELEMENT.float, [SIDE, SIDE], 4);
  const q = tensor(ELEMENT.uint8, [SIDE, SIDE], 1);
  const feeds = [{ a, q, s: tensor(ELEMENT.float, [1], 4) }];
  const profile = await runner.profile({ model: probe(), feeds, session });
  return profile.kind === "failed" ? profile : { kind: "done", value: ceilingsOf(profile.value) };
}

function ceilingsOf({ operators }: Profile): Ceilings {
  const time = (name: string) => operators.find((each) => each.name === name)?.least ?? Number.NaN;
  return {
    fp32: FLOPS / time("float"),
    int8: FLOPS / time("whole"),
    bandwidths: SIZES.map((size) => ({ size, rate: size / time(`relu-${size}`) })),
  };
}

/** Products by constants, which an engine may pack; fields that are made inside and of which little leaves. */
function probe(): Uint8Array {
  const fields = SIZES.flatMap((size) => [
    node("Expand", `s dims-${size}`, `x-${size}`),
    node("Relu", `x-${size}`, `y-${size}`, `relu-${size}`),
    node("Slice", `y-${size} zero one`, `f-${size}`),
  ]);
  const outputs = ["c", "i", ...SIZES.map((size) => `f-${size}`)];
  const graph: MessageInitShape<typeof GraphProtoSchema> = {
    input: [
      value("a", ELEMENT.float, [SIDE, SIDE]),
      value("q", ELEMENT.uint8, [SIDE, SIDE]),
      value("s", ELEMENT.float, [1]),
    ],
    output: outputs.map((name) => value(name, name === "i" ? ELEMENT.int32 : ELEMENT.float)),
    initializer: [
      floatTensor("w", [SIDE, SIDE], new Float32Array(SIDE ** 2).fill(0.5)),
      rawTensor("v", ELEMENT.int8, [SIDE, SIDE], new Uint8Array(SIDE ** 2).fill(3)),
      wholeTensor("zero", [0]),
      wholeTensor("one", [1]),
      ...SIZES.map((size) => wholeTensor(`dims-${size}`, [size / 8])),
    ],
    node: [
      node("MatMul", "a w", "c", "float"),
      node("MatMulInteger", "q v", "i", "whole"),
      ...fields,
    ],
  };
  const model = create(ModelProtoSchema, {
    irVersion: 10n,
    opsetImport: [create(OperatorSetIdProtoSchema, { domain: "", version: 17n })],
    graph: create(GraphProtoSchema, graph),
  });
  return toBinary(ModelProtoSchema, model);
}

function node(opType: string, inputs: string, output: string, name = output): NodeProto {
  return create(NodeProtoSchema, { opType, input: inputs.split(" "), output: [output], name });
}

function value(name: string, elemType: number, dims?: readonly number[]) {
  const dim = (dims ?? []).map((size) => ({
    value: { case: "dimValue" as const, value: BigInt(size) },
  }));
  const type = dims === undefined ? { elemType } : { elemType, shape: { dim } };
  return { name, type: { value: { case: "tensorType" as const, value: type } } };
}

function tensor(type: number, dims: readonly number[], width: number): HostTensor {
  return { type, dims, bytes: new Uint8Array(elementCount(dims) * width) };
}
