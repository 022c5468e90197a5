/**
 * Runs pairs of models in ONNX Runtime on the same inputs, one pair a line of standard input: a process of its
 * own, because an engine that crashes takes its process along.
 */
import { existsSync, readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { fromBinary } from "@bufbuild/protobuf";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { TensorProtoSchema, type TensorProto } from "onnx-buf";
import { elementCount, floatsOf, wholesOf } from "../core/optimise/index.ts";

export interface PairQuestion {
  readonly before: string;
  readonly after: string;
  /** The folder of the inputs' files, or what whole numbers are where inputs are made up. */
  readonly inputs: string | { readonly whole: number };
}

export type PairAnswer =
  /** Decibels of the output that differs most, and the outputs that differ too much. */
  | { readonly kind: "ran"; readonly worst: number; readonly unlike: readonly string[] }
  /** The engine does not run the model as it was. */
  | { readonly kind: "refused"; readonly why: string }
  /** It does not run the model as it is now. */
  | { readonly kind: "broken"; readonly why: string }
  | { readonly kind: "crashed" };

type Feeds = Record<string, Tensor>;
type Level = "disabled" | "all";

async function answered({ before, after, inputs }: PairQuestion): Promise<PairAnswer> {
  const compared = { kind: "ran" as const, worst: Infinity, unlike: [] as string[] };
  for (const level of ["disabled", "all"] as const) {
    const first = await outputs(before, { inputs, level });
    if (typeof first === "string") return { kind: "refused", why: first };
    const second = await outputs(after, { inputs, level });
    if (typeof second === "string") return { kind: "broken", why: second };
    for (const [name, tensor] of Object.entries(second)) {
      const likeness = likenessOf(first[name], tensor);
      compared.worst = Math.min(compared.worst, likeness);
      if (!(likeness >= 90)) compared.unlike.push(`${name} ${likeness} (${level})`);
    }
  }
  return compared;
}

/** What a model gives, or why it does not run. */
async function outputs(
  path: string,
  { inputs, level }: { readonly inputs: PairQuestion["inputs"]; readonly level: Level },
): Promise<Feeds | string> {
  try {
    const session = await InferenceSession.create(path, {
      graphOptimizationLevel: level,
      intraOpNumThreads: 1,
      logSeverityLevel: 4,
    });
    const feeds = fed(session, inputs);
    if (typeof feeds === "string") return feeds;
    const results = (await session.run(feeds)) as Feeds;
    await session.release();
    return results;
  } catch (error) {
    return String(error).slice(0, 300);
  }
}

function fed(session: InferenceSession, inputs: PairQuestion["inputs"]): Feeds | string {
  const feeds: Feeds = {};
  for (const [place, { name, isTensor, ...declared }] of session.inputMetadata.entries()) {
    if (!isTensor || !("shape" in declared)) return `input "${name}" is no tensor`;
    const given = typeof inputs === "string" ? join(inputs, place) : null;
    const dims = declared.shape.map((size) => (typeof size === "number" ? size : 1));
    const tensor = given === null ? made(declared.type, dims, inputs) : tensorOf(given);
    if (tensor === null) return `input "${name}" is of ${declared.type}`;
    feeds[name] = tensor;
  }
  return feeds;
}

function join(folder: string, place: number): TensorProto | null {
  const path = `${folder}/input_${place}.pb`;
  return existsSync(path)
    ? fromBinary(TensorProtoSchema, new Uint8Array(readFileSync(path)))
    : null;
}

/** Float inputs with no file get numbers around zero, the same in every run. */
function made(
  type: string,
  dims: readonly number[],
  inputs: PairQuestion["inputs"],
): Tensor | null {
  const count = elementCount(dims);
  const constant = typeof inputs === "object" ? inputs.whole : 0;
  if (type === "float32") {
    const values = Float32Array.from({ length: count }, (_, place) => Math.sin(place * 1.7) * 1.5);
    return new Tensor("float32", values, dims);
  }
  return type === "int64"
    ? new Tensor(
        "int64",
        BigInt64Array.from({ length: count }, () => BigInt(constant)),
        dims,
      )
    : null;
}

const NARROW = new Map<number, Tensor.Type>([
  [2, "uint8"],
  [3, "int8"],
  [6, "int32"],
]);

function tensorOf(proto: TensorProto): Tensor | null {
  const dims = proto.dims.map(Number);
  const { dataType: type } = proto;
  const wholes = wholesOf(proto);
  if (type === 1) {
    const values = floatsOf(proto);
    return values === null ? null : new Tensor("float32", Float32Array.from(values), dims);
  }
  if (type === 10 && proto.rawData.length === elementCount(dims) * 2) {
    return new Tensor("float16", new Uint16Array(proto.rawData.slice().buffer), dims);
  }
  if (type === 11 && proto.rawData.length === elementCount(dims) * 8) {
    return new Tensor("float64", new Float64Array(proto.rawData.slice().buffer), dims);
  }
  if (type === 8) {
    const texts = proto.stringData.map((bytes) => new TextDecoder().decode(bytes));
    return new Tensor("string", texts, dims);
  }
  if (wholes === null && elementCount(dims) > 0) return null;
  if (type === 7) return new Tensor("int64", BigInt64Array.from(wholes ?? [], BigInt), dims);
  if (type === 9) return new Tensor("bool", Uint8Array.from(wholes ?? []), dims);
  const name = NARROW.get(type);
  if (name === undefined) return null;
  return name === "uint8"
    ? new Tensor(name, Uint8Array.from(wholes ?? []), dims)
    : name === "int8"
      ? new Tensor(name, Int8Array.from(wholes ?? []), dims)
      : new Tensor("int32", Int32Array.from(wholes ?? []), dims);
}

/** Signal against noise in decibels: infinite where equal, 0 where the kind or the shape differs. */
function likenessOf(a: Tensor | undefined, b: Tensor): number {
  if (a === undefined || a.type !== b.type || a.dims.join() !== b.dims.join()) return 0;
  const [before, after] = [a.data, b.data].map((each) => Array.from(each as ArrayLike<unknown>));
  if (before === undefined || after === undefined) return 0;
  if (a.type === "string")
    return before.every((text, place) => text === after[place]) ? Infinity : 0;
  let [signal, noise] = [0, 0];
  for (const [place, each] of before.entries()) {
    const [x, y] = [Number(each), Number(after[place])];
    if (Object.is(x, y) || x === y) signal += Number.isFinite(x) ? x * x : 0;
    else if (!Number.isFinite(x) || !Number.isFinite(y)) return 0;
    else {
      signal += x * x;
      noise += (x - y) ** 2;
    }
  }
  return noise === 0 ? Infinity : 10 * Math.log10(signal / noise);
}

for await (const line of createInterface({ input: process.stdin })) {
  const answer = await answered(JSON.parse(line));
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
