/** What a caller says stays the same in every run is fixed: sizes that were open, inputs that never change. */
import { clone } from "@bufbuild/protobuf";
import { ValueInfoProtoSchema } from "onnx-buf";
import type { TensorProto, ValueInfoProto } from "onnx-buf";
import type { GraphDraft } from "../graph-draft.ts";
import { ELEMENT, elementCount, floatTensor, rawTensor, wholeTensor } from "../tensor.ts";
import type { Rewrite, RewriteOptions } from "./rewrite.ts";

export const specialised: Rewrite = {
  name: "specialised",
  summary: "sizes and inputs that the caller says stay the same are fixed",
  exactness: "lossless",
  apply: (graph, { options }) => {
    if (graph.outer !== null) return;
    fixSizes(graph, options.sizes ?? {});
    for (const [name, value] of Object.entries(options.inputs ?? {})) fixInput(graph, name, value);
  },
};

function fixSizes(graph: GraphDraft, sizes: Readonly<Record<string, number>>): void {
  const { input, output } = graph.proto;
  for (const declared of [...input, ...output]) {
    const fixed = withSizes(declared, sizes);
    if (fixed === null) continue;
    graph.declare(fixed.declared, `${fixed.names.join(", ")} of "${declared.name}" are fixed`);
  }
}

function withSizes(
  declared: ValueInfoProto,
  sizes: Readonly<Record<string, number>>,
): { readonly declared: ValueInfoProto; readonly names: readonly string[] } | null {
  const copy = clone(ValueInfoProtoSchema, declared);
  if (copy.type?.value.case !== "tensorType") return null;
  const names: string[] = [];
  for (const [axis, dim] of (copy.type.value.value.shape?.dim ?? []).entries()) {
    if (dim.value.case === "dimValue") continue;
    const named = dim.value.case === "dimParam" ? dim.value.value : "";
    const name = named === "" ? `${declared.name}.${axis}` : named;
    const size = sizes[name];
    if (size === undefined) continue;
    dim.value = { case: "dimValue", value: BigInt(size) };
    names.push(name);
  }
  return names.length === 0 ? null : { declared: copy, names };
}

type Fixed = NonNullable<RewriteOptions["inputs"]>[string];

function fixInput(graph: GraphDraft, name: string, value: Fixed): void {
  const declared = graph.proto.input.find((each) => each.name === name);
  const tensor = declared === undefined ? null : tensorOf(declared, value);
  if (tensor !== null) graph.fixInput(name, `"${name}" is the same in every run`, tensor);
}

/** The value in the type and shape of the input; one number fills it. Null where a size is open. */
function tensorOf({ name, type }: ValueInfoProto, value: Fixed): TensorProto | null {
  if (type?.value.case !== "tensorType") return null;
  const { elemType, shape } = type.value.value;
  const dims = (shape?.dim ?? []).map((dim) =>
    dim.value.case === "dimValue" ? Number(dim.value.value) : -1,
  );
  if (dims.includes(-1)) return null;
  const count = elementCount(dims);
  const numbers = typeof value === "number" ? Array.from({ length: count }, () => value) : value;
  if (numbers.length !== count) return null;
  if (elemType === ELEMENT.float) return floatTensor(name, dims, Float32Array.from(numbers));
  if (elemType === ELEMENT.int64) return wholeTensor(name, numbers, dims);
  if (elemType === ELEMENT.int32) {
    return rawTensor(name, elemType, dims, new Uint8Array(Int32Array.from(numbers).buffer));
  }
  return elemType === ELEMENT.bool
    ? rawTensor(name, elemType, dims, Uint8Array.from(numbers))
    : null;
}
