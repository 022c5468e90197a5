/** Sources of values, signals, text and sequences. */
import { minus, plus, quotient, type Dim } from "./_dim.ts";
import { TYPE } from "./_element-type.ts";
import type { Rule, Rules } from "./_graph-node.ts";
import { known, numbers, tensor, type Value } from "./_value.ts";

const constant: Rule = (node) => {
  const whole = node.wholes("value_ints");
  const real = node.reals("value_floats");
  const texts = node.attributes.get("value_strings")?.strings;
  if (whole !== null) return [known(TYPE.int64, [whole.length], whole)];
  if (real !== null) return [known(TYPE.float, [real.length], real)];
  if (texts !== undefined) return [tensor(TYPE.string, [texts.length])];
  if (node.has("value_int")) return [known(TYPE.int64, [], [node.whole("value_int", 0)])];
  if (node.has("value_float")) return [known(TYPE.float, [], [node.real("value_float", 0)])];
  if (node.has("value_string")) return [tensor(TYPE.string, [])];
  const sparse = node.attributes.get("sparse_value")?.sparseTensor;
  if (sparse !== undefined) {
    return [tensor(sparse.values?.dataType ?? 0, sparse.dims.map(Number))];
  }
  const value = node.tensor("value");
  if (value === null) node.refuse("a value", "none");
  return value && [value];
};

const random: Rule = (node) => [tensor(node.whole("dtype", TYPE.float), node.wholes("shape"))];

const randomLike: Rule = (node) => [tensor(node.whole("dtype", node.type(0)), node.shape(0))];

const window: Rule = (node) => [
  tensor(node.whole("output_datatype", TYPE.float), [
    node.input(0)?.contents?.[0] ?? node.undecided(1),
  ]),
];

const fourier: Rule = (node) => {
  const shape = node.shape(0);
  if (shape === null) return [tensor(node.type(0), null)];
  const asked =
    node.input(2) === null
      ? node.whole("axis", node.version < 20 ? 1 : -2)
      : numbers(node.input(2))?.[0];
  const axis = node.axis(asked ?? -2, shape.length);
  const length = node.input(1)?.contents?.[0] ?? shape[axis] ?? 1;
  const isHalf = node.whole("onesided", 0) !== 0 && node.whole("inverse", 0) === 0;
  const isReal = node.whole("onesided", 0) !== 0 && node.whole("inverse", 0) !== 0;
  const bins = isHalf ? plus(quotient(length, 2), 1) : length;
  return [tensor(node.type(0), [...shape.toSpliced(axis, 1, bins).slice(0, -1), isReal ? 1 : 2])];
};

const shortFourier: Rule = (node) => {
  const shape = node.shape(0);
  const step = node.input(1)?.contents?.[0];
  const length = node.input(3)?.contents?.[0] ?? node.shape(2)?.[0];
  if (shape === null || step === undefined || length === undefined)
    return [tensor(node.type(0), null)];
  const frames = plus(quotient(minus(shape[1] ?? 1, length), step), 1);
  const bins = node.whole("onesided", 1) === 0 ? length : plus(quotient(length, 2), 1);
  return [tensor(node.type(0), [shape[0] ?? 1, frames, bins, 2])];
};

const melWeights: Rule = (node) => {
  const [mels, length] = [node.input(0)?.contents?.[0], node.input(1)?.contents?.[0]];
  const type = node.whole("output_datatype", TYPE.float);
  if (mels === undefined || length === undefined) return [tensor(type, null)];
  return [tensor(type, [plus(quotient(length, 2), 1), mels])];
};

/** Counts of n-grams; the last size is one more than the largest index. */
const termCounts: Rule = (node) => {
  const shape = node.shape(0);
  const size = Math.max(0, ...(node.wholes("ngram_indexes") ?? [])) + 1;
  return [tensor(TYPE.float, shape && [...shape.slice(0, -1), size])];
};

const textFirst: Rule = (node) => [tensor(node.type(0), node.shape(0))];

const labels: Rule = (node) => {
  const isText = ["values_strings", "default_string"].some((name) => node.has(name));
  const own = node.tensor("values_tensor");
  const type =
    own?.type ?? (isText ? TYPE.string : node.has("values_floats") ? TYPE.float : TYPE.int64);
  return [tensor(type, node.shape(0))];
};

const extracted: Rule = (node) => {
  const [shape, places] = [node.shape(0), node.shape(1)];
  if (shape === null || places === null) return [tensor(node.type(0), null)];
  return [
    tensor(node.type(0), [...(shape.length > 1 ? shape.slice(0, -1) : [1]), places.at(-1) ?? 1]),
  ];
};

function sequenceOf(element: Value | null, length: Dim | null): Value {
  const { type, shape } = element ?? tensor(0, null);
  return { type, shape, length: length ?? 0 };
}

const construct: Rule = (node) => {
  const shapes = node.inputs.map((input) => input?.shape?.map(String).join());
  const isSame = new Set(shapes).size === 1;
  const type = node.type(0);
  return [sequenceOf(isSame ? node.input(0) : tensor(type, null), node.inputs.length)];
};

const empty: Rule = (node) => [sequenceOf(tensor(node.whole("dtype", TYPE.float), null), 0)];

/** Longer by one; of one shape while all are. */
const insert: Rule = (node) => {
  const [sequence, element] = [node.input(0), node.input(1)];
  const length = plus(sequence?.length ?? 0, 1);
  const isFirst = sequence?.length === 0;
  const isSame = String(sequence?.shape) === String(element?.shape);
  return [sequenceOf(isFirst || isSame ? element : tensor(node.type(1), null), length)];
};

const erase: Rule = (node) => {
  const { length = 1 } = node.input(0) ?? {};
  return [sequenceOf(node.input(0), minus(length, 1))];
};

const element: Rule = (node) => [tensor(node.type(0), node.shape(0))];

const sequenceLength: Rule = (node) => {
  const length = node.input(0)?.length;
  return [length === undefined ? tensor(TYPE.int64, []) : known(TYPE.int64, [], [length])];
};

const joined: Rule = (node) => {
  const { type = 0, shape = null, length } = node.input(0) ?? {};
  if (shape === null || length === undefined) return [tensor(type, null)];
  const isStacked = node.whole("new_axis", 0) !== 0;
  const axis = node.axis(node.whole("axis", 0), shape.length + (isStacked ? 1 : 0));
  if (isStacked) return [tensor(type, shape.toSpliced(axis, 0, length))];
  const size = shape[axis] ?? 1;
  const whole = typeof length === "number" && typeof size === "number" ? length * size : null;
  return [tensor(type, shape.toSpliced(axis, 1, whole ?? node.undecided(1)))];
};

const cutUp: Rule = (node) => {
  const shape = node.shape(0);
  if (shape === null) return [sequenceOf(tensor(node.type(0), null), 1)];
  const axis = node.axis(node.whole("axis", 0), shape.length);
  const size = shape[axis] ?? 1;
  const split = numbers(node.input(1));
  const isList = node.input(1)?.shape?.length === 1;
  if (node.input(1) === null) {
    const keeps = node.whole("keepdims", 1) !== 0;
    return [
      sequenceOf(tensor(node.type(0), shape.toSpliced(axis, 1, ...(keeps ? [1] : []))), size),
    ];
  }
  const [each = 1] = split ?? [];
  const isEven = isList ? new Set(split).size === 1 : typeof size === "number" && size % each === 0;
  const count = isList ? (split?.length ?? 1) : quotient(plus(size, each - 1), each);
  const part = isEven ? shape.toSpliced(axis, 1, each) : null;
  return [sequenceOf(tensor(node.type(0), part), count)];
};

const optional: Rule = (node) => {
  const first = node.input(0);
  return [first ?? node.typeOf("type")];
};

const present: Rule = (node) => {
  const first = node.input(0);
  return [known(9, [], [Number(first !== null)])];
};

const training: Rule = (node) => node.inputs.slice(2).map((input) => input ?? tensor(0, null));

const gradient: Rule = (node) =>
  Array.from({ length: node.outputCount }, (_, place) =>
    tensor(node.type(place), node.shape(place)),
  );

export const OTHER_RULES: Rules = [
  ["Constant", constant],
  ["RandomNormal RandomUniform", random],
  ["RandomNormalLike RandomUniformLike", randomLike],
  ["HannWindow HammingWindow BlackmanWindow", window],
  ["DFT", fourier],
  ["STFT", shortFourier],
  ["MelWeightMatrix", melWeights],
  ["TfIdfVectorizer", termCounts],
  ["StringConcat Binarizer", textFirst],
  ["RegexFullMatch", (node) => [tensor(9, node.shape(0))]],
  ["LabelEncoder", labels],
  ["ArrayFeatureExtractor", extracted],
  ["SequenceConstruct", construct],
  ["SequenceEmpty", empty],
  ["SequenceInsert", insert],
  ["SequenceErase", erase],
  ["SequenceAt", element],
  ["SequenceLength", sequenceLength],
  ["ConcatFromSequence", joined],
  ["SplitToSequence", cutUp],
  ["Optional OptionalGetElement", optional],
  ["OptionalHasElement", present],
  ["Momentum Adam Adagrad", training],
  ["Gradient", gradient],
];
