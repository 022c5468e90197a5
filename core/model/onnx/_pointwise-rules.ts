/** Operators that give each value for itself: shapes stretch, and short contents are computed. */
import { minus, plus, times, type Dim } from "./_dim.ts";
import { isWholeType, TYPE } from "./_element-type.ts";
import type { GraphNode, Rule, Rules } from "./_graph-node.ts";
import { broadcast, CONTENTS_MAX, known, tensor, type Value } from "./_value.ts";

type Fold = (values: readonly Dim[], isWhole: boolean) => Dim | null;

/** A fold of numbers; null where one is a symbol. */
function ofNumbers(fold: (values: readonly number[], isWhole: boolean) => number): Fold {
  return (values, isWhole) =>
    values.every((each) => typeof each === "number") ? fold(values, isWhole) : null;
}

function divided(a: number, b: number, isWhole: boolean): number {
  return isWhole ? Math.trunc(a / b) : a / b;
}

function remainder(a: number, b: number): number {
  return a - b * Math.floor(a / b);
}

const FOLDS: ReadonlyMap<string, Fold> = new Map<string, Fold>([
  ["Add", (values) => values.reduce(plus)],
  ["Sum", (values) => values.reduce(plus)],
  ["Sub", ([a = 0, b = 0]) => minus(a, b)],
  ["Mul", (values) => values.reduce(times)],
  ["Identity", ([a = 0]) => a],
  ["Neg", ([a = 0]) => times(a, -1)],
  ["Div", ofNumbers(([a = 0, b = 1], isWhole) => divided(a, b, isWhole))],
  ["Mod", ofNumbers(([a = 0, b = 1]) => remainder(a, b))],
  ["Pow", ofNumbers(([a = 0, b = 1]) => a ** b)],
  ["Max", ofNumbers((values) => Math.max(...values))],
  ["Min", ofNumbers((values) => Math.min(...values))],
  ["Abs", ofNumbers(([a = 0]) => Math.abs(a))],
  ["Sqrt", ofNumbers(([a = 0]) => Math.sqrt(a))],
  ["Exp", ofNumbers(([a = 0]) => Math.exp(a))],
  ["Log", ofNumbers(([a = 0]) => Math.log(a))],
  ["Floor", ofNumbers(([a = 0]) => Math.floor(a))],
  ["Ceil", ofNumbers(([a = 0]) => Math.ceil(a))],
  ["Equal", ofNumbers(([a, b]) => Number(a === b))],
  ["Less", ofNumbers(([a = 0, b = 0]) => Number(a < b))],
  ["LessOrEqual", ofNumbers(([a = 0, b = 0]) => Number(a <= b))],
  ["Greater", ofNumbers(([a = 0, b = 0]) => Number(a > b))],
  ["GreaterOrEqual", ofNumbers(([a = 0, b = 0]) => Number(a >= b))],
  ["And", ofNumbers(([a, b]) => Number(a !== 0 && b !== 0))],
  ["Or", ofNumbers(([a, b]) => Number(a !== 0 || b !== 0))],
  ["Xor", ofNumbers(([a, b]) => Number((a !== 0) !== (b !== 0)))],
  ["Not", ofNumbers(([a]) => Number(a === 0))],
  ["Where", ([test, a = 0, b = 0]) => (typeof test === "number" ? (test === 0 ? b : a) : null)],
]);

/** All inputs stretched to one shape. */
function stretching(type: (node: GraphNode) => number): Rule {
  return (node) => {
    const inputs = node.inputs.filter((input) => input !== null);
    const shape = stretchedShape(node, inputs);
    return [withContents(node, inputs, tensor(type(node), shape))];
  };
}

function stretchedShape(node: GraphNode, inputs: readonly Value[]): readonly Dim[] | null {
  const shapes = inputs.map((input) => input.shape);
  const isEarly = node.version < 7 && node.has("broadcast");
  if (isEarly) return shapes[0] ?? null;
  if (!shapes.every((shape) => shape !== null)) return null;
  const shape = broadcast(shapes);
  if (shape === null) node.refuse("shapes that stretch to one", shapes);
  return shape;
}

function withContents(node: GraphNode, inputs: readonly Value[], value: Value): Value {
  const fold = FOLDS.get(node.operator);
  const { shape } = value;
  if (fold === undefined || shape === null) return value;
  if (!shape.every((size) => typeof size === "number")) return value;
  const count = shape.reduce((total, size) => total * size, 1);
  if (count > CONTENTS_MAX || inputs.some(({ contents }) => contents === undefined)) return value;
  const isWhole = inputs.every(({ type }) => isWholeType(type));
  const contents: Dim[] = [];
  for (let place = 0; place < count; place += 1) {
    const folded = fold(
      inputs.map((input) => contentAt(input, place, shape)),
      isWhole,
    );
    if (folded === null) return value;
    contents.push(folded);
  }
  return known(value.type, shape, contents);
}

/** The value of `input` that meets place `place` of a result of `shape`. */
function contentAt({ shape, contents = [] }: Value, place: number, of: readonly number[]): Dim {
  if (contents.length === 1) return contents[0] ?? 0;
  let [rest, step, index] = [place, 1, 0];
  for (let axis = of.length - 1; axis >= 0; axis -= 1) {
    const size = of[axis] ?? 1;
    const own = shape?.[axis - of.length + shape.length] ?? 1;
    if (own !== 1) index += step * (rest % size);
    step *= own === 1 || typeof own !== "number" ? 1 : own;
    rest = Math.floor(rest / size);
  }
  return contents[index] ?? 0;
}

const firstType = (node: GraphNode): number => node.type(0);

/** The first input's shape and type, and contents where the values can be computed. */
const same: Rule = (node) => {
  const first = node.input(0);
  if (first === null) return null;
  return [withContents(node, [first], tensor(first.type, first.shape))];
};

/** The operator of one value, all of whose results are as its input. */
const unchanged: Rule = (node) => {
  const first = node.input(0);
  return first === null ? null : [first];
};

const dropout: Rule = (node) => {
  const first = node.input(0);
  return first && [first, tensor(TYPE.bool, first.shape)];
};

const boolean: Rule = (node) => [tensor(TYPE.bool, node.shape(0))];

const cast: Rule = (node) => {
  const first = node.input(0);
  if (first === null) return null;
  const to = node.operator === "CastLike" ? node.type(1) : node.whole("to", 0);
  const { contents, shape } = first;
  if (contents === undefined || shape === null) return [tensor(to, shape)];
  const cut = isWholeType(to) && !isWholeType(first.type);
  const values = contents.map((each) =>
    to === TYPE.bool && typeof each === "number"
      ? Number(each !== 0)
      : cut && typeof each === "number"
        ? Math.trunc(each)
        : each,
  );
  return [known(to, shape, values)];
};

export const POINTWISE_RULES: Rules = [
  ["Add Sub Mul Div Pow Mod BitShift BitwiseAnd BitwiseOr BitwiseXor", stretching(firstType)],
  ["Max Min Mean Sum And Or Xor", stretching(firstType)],
  ["Equal Less LessOrEqual Greater GreaterOrEqual", stretching(() => TYPE.bool)],
  ["Where", stretching((node) => node.type(1))],
  ["Identity", unchanged],
  ["Dropout", dropout],
  ["IsNaN IsInf", boolean],
  ["Cast CastLike", cast],
  [
    "Abs Acos Acosh Asin Asinh Atan Atanh BitwiseNot Ceil Celu Clip Cos Cosh Elu Erf Exp Floor Gelu",
    same,
  ],
  ["HardSigmoid HardSwish LeakyRelu Log Mish Neg Not Reciprocal Relu Round Selu Shrink", same],
  ["Sigmoid Sign Sin Sinh Softplus Softsign Sqrt Swish Tan Tanh ThresholdedRelu", same],
  ["PRelu Hardmax LogSoftmax Softmax LpNormalization LRN MeanVarianceNormalization CumSum", same],
  ["InstanceNormalization GroupNormalization Trilu ReverseSequence Bernoulli CumProd", same],
  ["Scatter ScatterElements ScatterND TensorScatter RotaryEmbedding Affine", same],
  ["Scale ImageScaler Crop ParametricSoftplus", same],
];
