/**
 * What the time of an operator on a CPU grows with: the kind of kernel it is, and amounts whose prices a machine has.
 *
 * An operator is told by its name and by the shapes that an engine's profile shows, so that what was measured and
 * what is predicted are described alike. Weights that the engine packed beforehand are not among those.
 *
 * Source: microsoft/onnxruntime, onnxruntime/core/mlas (kernels by operator); which amounts matter is an assumption
 * that the error on models left out of the fit judges
 */
type Dims = readonly number[];

export interface Priced {
  readonly kind: string;
  readonly amounts: readonly number[];
  /** Bytes of weights that it reads. */
  readonly held: number;
  /** Bytes of its tensors that do not stay in a core's caches from one operator to the next. */
  readonly far: number;
}

type Own = Pick<Priced, "kind" | "amounts"> & { readonly held?: number; readonly touched?: number };

/** Bytes beyond which a tensor leaves the caches of a core between two operators. */
const NEAR = 2.5e6;
const WIDTH = 4;

export function pricedOf(
  operator: string,
  inputs: readonly Dims[],
  outputs: readonly Dims[],
): Priced {
  const rule = RULES.get(operator);
  const shapes = { operator, inputs, outputs, given: inputs.map(count), written: total(outputs) };
  const touched = WIDTH * shapes.given.reduce((sum, each) => sum + each, shapes.written);
  const own = { held: 0, touched, ...(rule ?? other)(shapes) };
  const { kind, amounts, held } = own;
  return { kind, amounts, held, far: Math.max(0, own.touched - held - NEAR) };
}

interface Shapes {
  readonly operator: string;
  readonly inputs: readonly Dims[];
  readonly outputs: readonly Dims[];
  readonly given: readonly number[];
  readonly written: number;
}

type Rule = (shapes: Shapes) => Own;

function count(dims: Dims): number {
  return dims.reduce((product, size) => product * size, 1);
}

function total(all: readonly Dims[]): number {
  return all.reduce((sum, dims) => sum + count(dims), 0);
}

/** Without weights: [m, k] in, [m, n] out; with two activations, as many products as there are matrices. */
const product: Rule = ({ operator, inputs, outputs }) => {
  const [a = [], b] = inputs;
  const [y = []] = outputs;
  const [n = 1, k = 1] = [y.at(-1), a.at(-1)];
  const both = operator === "FusedMatMul" || operator === "MatMul";
  if (both && b !== undefined && b.length > 2) {
    const batch = count(y.slice(0, -2));
    const m = y.at(-2) ?? 1;
    const depth = b.at(-1) === n ? (b.at(-2) ?? k) : (b.at(-1) ?? k);
    return { kind: "products", amounts: [batch * m * n * depth, batch * depth * n, batch * m * n] };
  }
  const m = count(y) / n;
  const depth = count(a) / m;
  if (m === 1) return { kind: "row", amounts: [depth * n, n], held: 4 * depth * n };
  const amounts = [m * n * depth, depth * n, m * depth, m * n];
  return { kind: "product", amounts, held: 4 * depth * n };
};

const narrowProduct: Rule = ({ operator, inputs, outputs }) => {
  const [y = []] = outputs;
  const n = y.at(-1) ?? 1;
  const m = count(y) / n;
  const depth = count(inputs[0] ?? []) / m;
  const kind = m === 1 ? `${operator} of a row` : operator;
  const amounts = [m * n * depth, depth * n, m * depth + m * n];
  return { kind, amounts, held: depth * n };
};

/** Filters come to registers in fours of blocks; fewer are less work for each value read. */
const FILTER_BLOCKS = 4;
const BLOCK = 16;
const CHANNELS_DEEP = 128;

const convolution: Rule = ({ inputs, outputs }) => {
  const [x = [], w = []] = inputs;
  const [y = []] = outputs;
  const [taps, read, written] = [count(w.slice(2)), count(x), count(y)];
  const [channels = 1, out = 1] = [x[1], y[1]];
  const macs = written * count(w.slice(1));
  const held = 4 * count(w);
  if (w.length !== 4)
    return { kind: "convolution unblocked", amounts: [macs, macs / out, count(w)], held };
  if (w[1] === 1 && channels > 1) {
    const amounts = [written * taps, written, read];
    return { kind: "convolution by channel", amounts, held };
  }
  if (taps === 1 && count(y.slice(2)) === 1)
    return { kind: "convolution of a pixel", amounts: [count(w), out + channels], held };
  const blocks = Math.min(FILTER_BLOCKS, Math.ceil(out / BLOCK));
  const summed = inputs.length > 3 ? written : 0;
  const amounts = [
    macs,
    macs / blocks,
    count(w),
    written * Math.ceil(channels / CHANNELS_DEEP),
    read,
    summed,
  ];
  if (channels < BLOCK) return { kind: "convolution of few channels", amounts, held };
  return { kind: taps === 1 ? "convolution 1 × 1" : "convolution", amounts, held };
};

const integerConvolution: Rule = ({ operator, inputs, outputs }) => {
  const [w = []] = inputs.slice(1);
  const written = total(outputs);
  const macs = written * count(w.slice(1));
  const columns = macs / (outputs[0]?.[1] ?? 1) || 0;
  return { kind: operator, amounts: [macs, columns, written, count(w)] };
};

const transposedConvolution: Rule = ({ operator, inputs, outputs }) => {
  const [x = []] = inputs;
  const [y = []] = outputs;
  const channels = x[1] ?? 1;
  return { kind: operator, amounts: [count(y) * channels, count(y)] };
};

/** One pass over memory; rows where a smaller tensor is stretched over a larger one. */
const pass: Rule = ({ inputs, outputs, given, written }) => {
  const values = given.reduce((sum, each) => sum + each, written);
  const [y = []] = outputs;
  const small = inputs.find((dims) => count(dims) > 1 && count(dims) < written);
  const rows = small === undefined ? 0 : written / stretch(small, y);
  return { kind: "pass", amounts: [values, rows] };
};

/** Values in a row of `y` over which `small` either runs along or stands still. */
function stretch(small: Dims, y: Dims): number {
  const dims = [...y.slice(small.length).map(() => 1), ...small];
  const along = dims.at(-1) === y.at(-1);
  let length = 1;
  for (let axis = y.length - 1; axis >= 0; axis -= 1) {
    const isAlong = dims[axis] === y[axis];
    if (isAlong !== along && y[axis] !== 1) break;
    length *= y[axis] ?? 1;
  }
  return length;
}

const curve: Rule = ({ operator, written }) => ({
  kind: operator,
  amounts: [written],
});

const byRow: Rule = ({ operator, outputs, written }) => ({
  kind: operator.includes("Softmax") ? "softmax" : "norm",
  amounts: [written, written / (outputs[0]?.at(-1) ?? 1)],
});

const turn: Rule = ({ inputs, outputs, written }) => {
  const row = outputs[0]?.at(-1) ?? 1;
  return inputs[0]?.at(-1) === row
    ? { kind: "turn of rows", amounts: [written, written / row] }
    : { kind: "turn", amounts: [written] };
};

const reduction: Rule = ({ given, written }) => ({
  kind: "reduction",
  amounts: [given[0] ?? 0, written],
});

const pool: Rule = ({ given, written }) => ({ kind: "pool", amounts: [written, given[0] ?? 0] });

const amountWritten =
  (kind: string): Rule =>
  ({ written }) => ({ kind, amounts: [written] });

const move: Rule = ({ inputs, outputs, written }) => ({
  kind: "move",
  amounts: [written, inputs.length + outputs.length],
  touched: 2 * WIDTH * written,
});

const recurrence: Rule = ({ inputs, outputs }) => {
  const [x = []] = inputs;
  const [y = []] = outputs;
  const [steps = 1, batch = 1, wide = 1] = x;
  const hidden = y.at(-1) ?? 1;
  return { kind: "recurrence", amounts: [steps * batch * hidden * (wide + hidden), steps] };
};

const other: Rule = ({ given, written }) => ({
  kind: "other",
  amounts: [given.reduce((sum, each) => sum + each, written)],
});

const RULES: ReadonlyMap<string, Rule> = new Map(
  (
    [
      ["MatMul Gemm FusedMatMul FusedGemm", product],
      [
        "DynamicQuantizeMatMul MatMulIntegerToFloat MatMulInteger MatMulNBits QLinearMatMul QGemm",
        narrowProduct,
      ],
      ["Conv FusedConv", convolution],
      ["ConvInteger QLinearConv", integerConvolution],
      ["ConvTranspose", transposedConvolution],
      [
        "Add Sub Mul Div Max Min Relu Clip LeakyRelu HardSigmoid Where Pow Sqrt Neg Abs Cast Sum Equal Not And Or Greater Less GreaterOrEqual LessOrEqual PRelu BatchNormalization HardSwish Ceil Floor Round Reciprocal",
        pass,
      ],
      ["Sigmoid Tanh Erf Exp Log Gelu BiasGelu FastGelu QuickGelu Softplus Mish Sin Cos", curve],
      [
        "Softmax LogSoftmax LayerNormalization SkipLayerNormalization RMSNormalization InstanceNormalization",
        byRow,
      ],
      ["Transpose", turn],
      [
        "GlobalAveragePool GlobalMaxPool ReduceMean ReduceMax ReduceSum ReduceMin ArgMax",
        reduction,
      ],
      ["MaxPool AveragePool", pool],
      ["Resize Upsample", amountWritten("resize")],
      ["ReorderInput ReorderOutput", amountWritten("layout")],
      ["DynamicQuantizeLinear QuantizeLinear DequantizeLinear", amountWritten("quantise")],
      ["Reshape Unsqueeze Squeeze Flatten Identity Shape Size", amountWritten("view")],
      [
        "Concat Slice Gather Split Expand ConstantOfShape Tile Pad Range GatherElements ScatterND",
        move,
      ],
      ["LSTM GRU RNN", recurrence],
    ] as const
  ).flatMap(([names, rule]) => names.split(" ").map((name): [string, Rule] => [name, rule])),
);
