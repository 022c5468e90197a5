/** Small networks drawn from a list of numbers: every operator that exact rewrites look for, in any order. */
import type { GraphProto, NodeProto, TensorProto } from "onnx-buf";
import { floatTensor } from "../core/optimise/index.ts";
import { node, value } from "../core/model/onnx/_fake-models.ts";

/** Takes whole numbers from 0 on, each below a bound, in turn; zeros when there are no more. */
type Draw = (bound: number) => number;

interface Growing {
  readonly nodes: NodeProto[];
  readonly tensors: TensorProto[];
  /** The last value, and one before it of the same shape. */
  last: string;
  skip: string | null;
  channels: number;
  count: number;
}

type Step = (grown: Growing, draw: Draw) => void;

const SIZE = 8;

/** A graph of an image x to y; its opset is 13. */
export function generatedGraph(numbers: readonly number[]): Partial<GraphProto> {
  let place = 0;
  const draw: Draw = (bound) => {
    const number = numbers[place] ?? 0;
    place += 1;
    return number % bound;
  };
  const grown: Growing = { nodes: [], tensors: [], last: "x", skip: null, channels: 16, count: 0 };
  while (place < numbers.length) STEPS[draw(STEPS.length)]?.(grown, draw);
  put(grown, "Identity", [grown.last], {}, "y");
  const dims = ["n", "c", "h", "w"];
  return {
    input: [value("x", [1, 16, SIZE, SIZE])],
    output: [value("y", dims)],
    initializer: grown.tensors,
    node: grown.nodes,
  };
}

function put(
  grown: Growing,
  operator: string,
  inputs: readonly string[],
  settings: Parameters<typeof node>[3] = {},
  output = `v${grown.count}`,
): string {
  grown.nodes.push(node(operator, inputs.join(" "), output, settings));
  grown.count += 1;
  grown.last = output;
  return output;
}

/** A tensor of numbers between -1 and 1 that its name decides. */
function held(grown: Growing, dims: readonly number[], scale = 1, middle = 0): string {
  const name = `k${grown.tensors.length}`;
  const count = dims.reduce((product, size) => product * size, 1);
  const seed = grown.tensors.length * 31;
  const values = Float32Array.from(
    { length: count },
    (_, place) => middle + scale * Math.sin(seed + place * 2.3),
  );
  grown.tensors.push(floatTensor(name, dims, values));
  return name;
}

function constant(grown: Growing, value: number): string {
  const name = `k${grown.tensors.length}`;
  grown.tensors.push(floatTensor(name, [], Float32Array.of(value)));
  return name;
}

const convolution: Step = (grown, draw) => {
  const kernel = [1, 3][draw(2)] ?? 1;
  const isAlone = draw(3) === 0;
  const pads = draw(2) === 0 ? 0 : (kernel - 1) / 2;
  const before = grown.channels;
  const after = isAlone ? before : ([8, 16, 32][draw(3)] ?? 16);
  const dims = [after, isAlone ? 1 : before, kernel, kernel];
  const inputs = [
    grown.last,
    held(grown, dims, 0.4),
    ...(draw(2) === 0 ? [] : [held(grown, [after])]),
  ];
  const isLarge = pads > 0 || kernel === 1;
  grown.skip = isLarge && before === after ? grown.last : null;
  const all = [pads, pads, pads, pads];
  put(grown, "Conv", inputs, { pads: isLarge ? all : [1, 1, 1, 1], group: isAlone ? before : 1 });
  grown.channels = after;
};

const arithmetic: Step = (grown, draw) => {
  const operator = ["Mul", "Add", "Sub", "Div"][draw(4)] ?? "Mul";
  const dims = [[], [1], [grown.channels, 1, 1], [1, grown.channels, 1, 1]][draw(4)] ?? [];
  const other = held(grown, dims, 0.5, operator === "Div" ? 1.7 : 0.3);
  const isTurned = draw(3) === 0 && operator !== "Div";
  put(grown, operator, isTurned ? [other, grown.last] : [grown.last, other]);
};

const normalisation: Step = (grown) => {
  const { channels } = grown;
  const [scale, bias, mean] = [0, 0, 0].map(() => held(grown, [channels]));
  const inputs = [grown.last, scale ?? "", bias ?? "", mean ?? "", held(grown, [channels], 0.3, 1)];
  put(grown, "BatchNormalization", inputs);
};

const gate: Step = (grown, draw) => {
  const x = grown.last;
  const [offset, upper] = draw(3) === 0 ? [2, 5] : [3, 6];
  put(grown, "Add", [x, constant(grown, offset)]);
  put(grown, "Clip", [grown.last, constant(grown, 0), constant(grown, upper)]);
  const isEarly = draw(2) === 0;
  if (isEarly) put(grown, "Div", [grown.last, constant(grown, upper)]);
  put(grown, "Mul", draw(2) === 0 ? [x, grown.last] : [grown.last, x]);
  if (!isEarly) put(grown, "Div", [grown.last, constant(grown, upper)]);
};

const alone: Step = (grown, draw) => {
  const operator = ["Relu", "HardSigmoid", "Sigmoid", "HardSwish", "Identity"][draw(5)] ?? "Relu";
  if (operator === "HardSwish") {
    const x = grown.last;
    put(grown, "HardSigmoid", [x], { alpha: 0.2 });
    put(grown, "Mul", [x, grown.last]);
  } else put(grown, operator, [grown.last]);
};

/** x times a function of it, then a constant. */
const product: Step = (grown, draw) => {
  const x = grown.last;
  put(grown, ["Erf", "Tanh", "Abs"][draw(3)] ?? "Abs", [x]);
  put(grown, "Add", [grown.last, constant(grown, 1)]);
  put(grown, "Mul", [x, grown.last]);
  if (draw(2) === 0) put(grown, "Mul", [grown.last, constant(grown, 0.5)]);
};

/** x scaled by what its mean decides, sometimes with x added. */
const attention: Step = (grown, draw) => {
  const x = grown.last;
  const dims = [grown.channels, grown.channels, 1, 1];
  put(grown, "GlobalAveragePool", [x]);
  put(grown, "Conv", [grown.last, held(grown, dims, 0.3), held(grown, [grown.channels])]);
  put(grown, "HardSigmoid", [grown.last]);
  put(grown, "Mul", [x, grown.last]);
  if (draw(2) === 0) put(grown, "Add", [x, grown.last]);
};

const residual: Step = (grown) => {
  if (grown.skip !== null) put(grown, "Add", [grown.skip, grown.last]);
  grown.skip = null;
};

/** Transposed convolutions of a square each, and back to the size there was. */
const tiles: Step = (grown, draw) => {
  const settings = { strides: [2, 2], kernel_shape: [2, 2] };
  const inputs = [grown.last, held(grown, [grown.channels, 4, 2, 2], 0.4), held(grown, [4])];
  put(grown, "ConvTranspose", inputs, settings);
  if (draw(2) === 0) put(grown, "Relu", [grown.last]);
  put(grown, "ConvTranspose", [grown.last, held(grown, [4, 2, 2, 2], 0.4)], settings);
  put(grown, "AveragePool", [grown.last], { strides: [4, 4], kernel_shape: [4, 4] });
  put(grown, "Conv", [grown.last, held(grown, [16, 2, 1, 1])]);
  grown.channels = 16;
  grown.skip = null;
};

const twice: Step = (grown) => {
  const x = grown.last;
  const [a, b] = [put(grown, "Transpose", [x], { perm: [0, 2, 3, 1] }), put(grown, "Relu", [x])];
  const back = put(grown, "Transpose", [a], { perm: [0, 3, 1, 2] });
  put(grown, "Add", [back, b]);
};

const STEPS: readonly Step[] = [
  convolution,
  convolution,
  convolution,
  arithmetic,
  arithmetic,
  arithmetic,
  normalisation,
  gate,
  product,
  alone,
  attention,
  residual,
  tiles,
  twice,
];
