/** A decoder of one layer, two heads and 32 words, as exporters write them: for tests. */
import type { NodeProto } from "onnx-buf";
import { file, node, value } from "../../model/onnx/_fake-models.ts";
import { normal, random } from "../../random.ts";
import { ELEMENT, floatTensor, rawTensor, wholeTensor } from "../tensor.ts";

const [WIDTH, HEADS, HEAD, WORDS] = [16, 2, 8, 32];
const INT64 = 7;

interface Options {
  /** Heads that have a bias of their own. */
  readonly maskHeads?: number;
  /** Where a constant lets tokens attend, row by row: a mask cut out of it is laid on too. */
  readonly allows?: (row: number, column: number) => boolean;
  /** One head of keys and values, which is repeated for both of the queries. */
  readonly repeats?: boolean;
}

/** Sides of the constant that masks are cut out of. */
const TEXT = 8;

/** Attends to all tokens so far, and so is to be fed one token at a time; its weights are the same at every call. */
export function tinyDecoder({ maskHeads = 1, allows, repeats = false }: Options = {}): Uint8Array {
  const draw = random(4);
  const drawn = (name: string, dims: readonly number[]) => {
    const count = dims.reduce((total, size) => total * size, 1);
    return floatTensor(
      name,
      dims,
      Float32Array.from({ length: count }, () => normal(draw)),
    );
  };
  const scalar = (name: string, number: number) => floatTensor(name, [], Float32Array.of(number));
  const held = repeats ? 1 : HEADS;
  const past = [1, held, "past", HEAD];
  const present = [1, held, "all", HEAD];
  return file({
    input: [
      value("input_ids", [1, "new"], INT64),
      value("attention_mask", [1, "all"], INT64),
      value("past.key", past),
      value("past.value", past),
    ],
    output: [
      value("logits", [1, "new", WORDS]),
      value("present.key", present),
      value("present.value", present),
    ],
    initializer: [
      drawn("words", [WORDS, WIDTH]),
      drawn("q.w", [WIDTH, WIDTH]),
      drawn("k.w", [WIDTH, held * HEAD]),
      drawn("v.w", [WIDTH, held * HEAD]),
      drawn("out.w", [WIDTH, WIDTH]),
      drawn("out.b", [WIDTH]),
      drawn("scores.w", [WIDTH, WORDS]),
      drawn("biases", [1, maskHeads, 1, 1]),
      scalar("root", Math.sqrt(HEAD)),
      scalar("lowest", -1e9),
      rawTensor("allowed", ELEMENT.bool, [1, 1, TEXT, TEXT], flags(allows ?? (() => true))),
      wholeTensor("starts", [TEXT - 1]),
      wholeTensor("ends", [TEXT]),
      wholeTensor("rows.axis", [2]),
      wholeTensor("zero", [0], []),
      wholeTensor("heads", [0, 0, HEADS, HEAD]),
      wholeTensor("held", [0, 0, held, HEAD]),
      wholeTensor("apart", [2]),
      wholeTensor("spread", [1, 1, HEADS, 1, 1]),
      wholeTensor("one", [1]),
      wholeTensor("several", [HEADS]),
      wholeTensor("head", [HEAD]),
      wholeTensor("joined", [0, 0, WIDTH]),
      wholeTensor("rows", [-1, WIDTH]),
      wholeTensor("axes", [1, 2]),
    ],
    node: nodes(maskHeads, { isCut: allows !== undefined, repeats }),
  });
}

function flags(allows: NonNullable<Options["allows"]>): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: TEXT * TEXT }, (_, at) =>
    Number(allows(Math.floor(at / TEXT), at % TEXT)),
  );
}

interface Form {
  readonly isCut: boolean;
  readonly repeats: boolean;
}

function nodes(maskHeads: number, { isCut, repeats }: Form): NodeProto[] {
  const apart = (name: string) => [
    node("MatMul", `h ${name}.w`, `${name}.flat`),
    node("Reshape", `${name}.flat ${name === "q" ? "heads" : "held"}`, `${name}.heads`),
    node("Transpose", `${name}.heads`, name, { perm: [0, 2, 1, 3] }),
  ];
  return [
    node("Gather", "words input_ids", "h"),
    ...["q", "k", "v"].flatMap((name) => apart(name)),
    node("Concat", "past.key k", "present.key", { axis: 2 }),
    node("Concat", "past.value v", "present.value", { axis: -2 }),
    ...(repeats ? ["key", "value"] : []).flatMap((name) => [
      node("Shape", `present.${name}`, `${name}.shape`),
      node("Gather", `${name}.shape apart`, `${name}.count`),
      node("Concat", `one several ${name}.count head`, `${name}.sizes`, { axis: 0 }),
      node("Unsqueeze", `present.${name} apart`, `${name}.apart`),
      node("Expand", `${name}.apart spread`, `${name}.spread`),
      node("Reshape", `${name}.spread ${name}.sizes`, `${name}.all`),
    ]),
    node("Transpose", repeats ? "key.all" : "present.key", "turned", { perm: [0, 1, 3, 2] }),
    node("MatMul", "q turned", "dots"),
    node("Div", "dots root", isCut ? "whole" : "scaled"),
    ...(isCut
      ? [
          node("Slice", "allowed starts ends rows.axis", "row"),
          node("Where", "row whole lowest", "scaled"),
        ]
      : []),
    node("Equal", "attention_mask zero", "hidden"),
    node("Unsqueeze", "hidden axes", "hidden4"),
    node("Where", "hidden4 lowest scaled", "seen"),
    ...(maskHeads === 1 ? [] : [node("Add", "seen biases", "biased")]),
    node("Softmax", maskHeads === 1 ? "seen" : "biased", "shares", { axis: -1 }),
    node("MatMul", `shares ${repeats ? "value.all" : "present.value"}`, "mixed"),
    node("Transpose", "mixed", "mixed.heads", { perm: [0, 2, 1, 3] }),
    node("Reshape", "mixed.heads joined", "mixed.flat"),
    node("Reshape", "mixed.flat rows", "mixed.rows"),
    node("Gemm", "mixed.rows out.w out.b", "out.rows"),
    node("Shape", "mixed.flat", "out.shape"),
    node("Reshape", "out.rows out.shape", "out"),
    node("MatMul", "out scores.w", "logits"),
  ];
}
