/**
 * Models made to learn the prices of a machine: each holds many operators of a few kinds, over the sizes that
 * networks have. Small ones stay in the caches from run to run, large ones do not.
 *
 * Each operator's result goes into one number, so that none is left out and results cost nothing.
 */
import { ELEMENT } from "../../core/optimise/index.ts";
import { ProbeWriter, type Dims } from "./_probe-writer.ts";

export interface Probe {
  readonly name: string;
  /** The bytes of its file, made at each call. */
  readonly model: () => Uint8Array;
}

export function probes(): readonly Probe[] {
  return Object.entries(WRITTEN).map(([name, write]) => ({
    name: `probe of ${name}`,
    model: () => {
      const probe = new ProbeWriter();
      write(probe);
      return probe.done(name);
    },
  }));
}

/** Rows, depth, columns. */
function product(probe: ProbeWriter, [m = 1, k = 1, n = 1]: Dims): void {
  probe.end(probe.op("MatMul", [probe.given([1, m, k]), probe.held(k, n)]));
}

function rowOf(probe: ProbeWriter, [k = 1, n = 1]: Dims): void {
  probe.end(probe.op("Gemm", [probe.given([1, k]), probe.held(k, n), probe.held(n)]));
}

/** Channels in and out, side of the image, side of the kernel, stride; with a rectifier, which is taken up. */
function convolution(
  probe: ProbeWriter,
  [channels = 1, out = 1, side = 1, kernel = 1, stride = 1]: Dims,
): void {
  const x = probe.given([1, channels, side, side]);
  probe.end(probe.op("Relu", [probe.convolve(x, { channels, out, kernel, stride })]));
}

function byChannel(
  probe: ProbeWriter,
  [channels = 1, , side = 1, kernel = 3, stride = 1]: Dims,
): void {
  const x = probe.given([1, channels, side, side]);
  const filter = { channels, out: channels, kernel, stride, groups: channels };
  probe.end(probe.op("Relu", [probe.convolve(x, filter)]));
}

/** Blocks as residual networks have them: blocked throughout, sums taken up. */
function residual(probe: ProbeWriter, [channels = 1, inner = 1, side = 1]: Dims): void {
  let running = probe.convolve(probe.given([1, channels, side, side]), {
    channels,
    out: channels,
    kernel: 1,
  });
  for (let block = 0; block < 2; block += 1) {
    const narrow = probe.op("Relu", [probe.convolve(running, { channels, out: inner, kernel: 1 })]);
    const middle = probe.op("Relu", [
      probe.convolve(narrow, { channels: inner, out: inner, kernel: 3 }),
    ]);
    const wide = probe.convolve(middle, { channels: inner, out: channels, kernel: 1 });
    running = probe.op("Relu", [probe.op("Add", [wide, running])]);
  }
  probe.end(running);
}

/** One after another, as networks have them: an engine writes over what nobody reads any more. */
function passes(probe: ProbeWriter, dims: Dims): void {
  const x = probe.given(dims);
  const [, channels = 1] = dims;
  const constant = () => probe.scalar(0.3);
  let running = probe.op("Mul", [x, constant()]);
  for (const operator of ["Add", "Div", "Max", "Add", "Mul"])
    running = probe.op(operator, [running, constant()]);
  running = probe.op("Clip", [running, probe.scalar(0), probe.scalar(6)]);
  running = probe.op("Add", [probe.op("Relu", [running]), x]);
  running = probe.op("Add", [running, probe.held(dims.at(-1) ?? 1)]);
  const bent = probe.op("HardSigmoid", [running]);
  running = probe.op("Mul", [running, bent]);
  running = probe.op("Sqrt", [probe.op("Abs", [running])]);
  running = probe.op("Pow", [running, probe.scalar(2)]);
  const above = probe.op("Greater", [running, constant()]);
  running = probe.op("Where", [above, running, probe.scalar(-1)]);
  if (dims.length === 4) {
    running = probe.op("Mul", [running, probe.given([1, channels, 1, 1])]);
    running = probe.op("Add", [running, probe.held(channels, 1, 1)]);
  }
  probe.end(running);
}

const CURVES = ["Sigmoid", "Tanh", "Erf", "Exp"];
const FUSED_CURVES = ["com.microsoft:Gelu", "com.microsoft:FastGelu", "com.microsoft:QuickGelu"];

function curves(probe: ProbeWriter, dims: Dims): void {
  const x = probe.given(dims);
  const last = dims.at(-1) ?? 1;
  for (const operator of [...CURVES, ...FUSED_CURVES]) probe.end(probe.op(operator, [x]));
  probe.end(probe.op("Log", [probe.op("Abs", [x])]));
  probe.end(probe.op("com.microsoft:BiasGelu", [x, probe.held(last)]));
  probe.end(probe.op("Softmax", [x], { axis: -1 }));
  const scale = [probe.held(last), probe.held(last)];
  probe.end(probe.op("LayerNormalization", [x, ...scale], { axis: -1 }));
  probe.end(probe.op("ReduceMean", [x], { axes: [-1] }));
}

/** Heads, tokens and width of a head. */
function headMoves(probe: ProbeWriter, [heads = 1, tokens = 1, width = 1]: Dims): void {
  const apart = probe.given([1, tokens, heads, width]);
  const joined = probe.given([1, tokens, heads * width]);
  probe.end(probe.op("Transpose", [apart], { perm: [0, 2, 1, 3] }));
  probe.end(probe.op("Transpose", [apart], { perm: [0, 2, 3, 1] }));
  probe.end(probe.op("Reshape", [joined, probe.whole([1, tokens, heads, width])]));
  const past = [probe.given([1, heads, 2 * tokens, width]), probe.given([1, heads, 1, width])];
  probe.end(probe.op("Concat", past, { axis: 2 }));
  for (const part of probe.split("Split", [probe.given([1, tokens, 3 * heads * width])], 3, {
    axis: 2,
  }))
    probe.end(part);
  const [query, key] = [
    probe.given([1, heads, tokens, width]),
    probe.given([1, heads, width, tokens]),
  ];
  const scores = probe.op("MatMul", [query, key]);
  probe.end(scores);
  probe.end(probe.op("MatMul", [scores, query]));
}

function imageMoves(probe: ProbeWriter, [channels = 1, side = 1]: Dims): void {
  const x = probe.given([1, channels, side, side]);
  probe.end(probe.op("Concat", [x, probe.given([1, channels / 2, side, side])], { axis: 1 }));
  probe.end(probe.op("Transpose", [x], { perm: [0, 2, 3, 1] }));
  probe.end(
    probe.op("Slice", [x, probe.whole([0]), probe.whole([channels / 2]), probe.whole([1])]),
  );
  probe.end(probe.op("GlobalAveragePool", [x]));
  const pool = { kernel_shape: [2, 2], strides: [2, 2] };
  probe.end(probe.op("MaxPool", [x], pool));
  probe.end(
    probe.op("MaxPool", [x], { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] }),
  );
}

/** Nearest, and linear. */
function enlarged(probe: ProbeWriter, [channels = 1, side = 1]: Dims): void {
  const x = probe.given([1, channels, side, side]);
  const scales = probe.stored(`s${channels}_${side}`, [4], Float32Array.of(1, 1, 2, 2));
  const turn = {
    mode: "nearest",
    coordinate_transformation_mode: "asymmetric",
    nearest_mode: "floor",
  };
  probe.end(probe.op("Resize", [x, "", scales], turn));
  const even = { mode: "linear", coordinate_transformation_mode: "half_pixel" };
  probe.end(probe.op("Resize", [x, "", scales], even));
}

/** Tensors that a caller is given, which are allocated anew in each run. */
function results(probe: ProbeWriter, dims: Dims): void {
  const x = probe.given(dims);
  for (const operator of ["Relu", "Neg", "Abs"]) probe.result(probe.op(operator, [x]), dims);
}

/** Sizes read, joined and used to reshape, over and over. */
function sizes(probe: ProbeWriter): void {
  let running = probe.input("open", ["batch", "tokens", 64]);
  for (let round = 0; round < 12; round += 1) {
    const axes = [probe.sizeOf(running, 0), probe.sizeOf(running, 1), probe.whole([8, 8])];
    const other = probe.op("Relu", [running]);
    const apart = probe.op("Reshape", [other, probe.op("Concat", axes, { axis: 0 })]);
    const turned = probe.op("Transpose", [apart], { perm: [0, 2, 1, 3] });
    running = probe.op("Reshape", [turned, probe.whole([1, -1, 64])]);
  }
  probe.end(running);
}

/** A product of activations whose range is measured as it runs. */
function ranged(probe: ProbeWriter, [m = 1, k = 1, n = 1]: Dims): void {
  const [narrow = "", scale = "", zero = ""] = probe.split(
    "DynamicQuantizeLinear",
    [probe.given([1, m, k])],
    3,
  );
  const whole = probe.op("MatMulInteger", [narrow, probe.narrow(ELEMENT.int8, k, n), zero]);
  const float = probe.op("Cast", [whole], { to: ELEMENT.float });
  probe.end(probe.op("Mul", [float, probe.op("Mul", [scale, probe.scalar(0.01)])]));
}

function rangedConvolution(
  probe: ProbeWriter,
  [channels = 1, out = 1, side = 1, kernel = 1]: Dims,
): void {
  const [narrow = "", scale = "", zero = ""] = probe.split(
    "DynamicQuantizeLinear",
    [probe.given([1, channels, side, side])],
    3,
  );
  const pad = (kernel - 1) / 2;
  const whole = probe.op(
    "ConvInteger",
    [narrow, probe.narrow(ELEMENT.uint8, out, channels, kernel, kernel), zero],
    { kernel_shape: [kernel, kernel], pads: [pad, pad, pad, pad] },
  );
  const float = probe.op("Cast", [whole], { to: ELEMENT.float });
  probe.end(probe.op("Mul", [float, probe.op("Mul", [scale, probe.scalar(0.01)])]));
}

function recurrent(probe: ProbeWriter, [hidden = 1, steps = 1]: Dims): void {
  for (const [operator, gates] of [
    ["LSTM", 4],
    ["GRU", 3],
  ] as const) {
    const inputs = [
      probe.given([steps, 1, hidden]),
      probe.held(1, gates * hidden, hidden),
      probe.held(1, gates * hidden, hidden),
      probe.held(1, 2 * gates * hidden),
    ];
    probe.end(probe.op(operator, inputs, { hidden_size: hidden }));
  }
}

function alongLine(
  probe: ProbeWriter,
  [channels = 1, out = 1, length = 1, kernel = 1]: Dims,
): void {
  const x = probe.given([1, channels, length]);
  probe.end(probe.op("Conv", [x, probe.held(out, channels, kernel)], { kernel_shape: [kernel] }));
}

function upwards(probe: ProbeWriter, [channels = 1, out = 1, side = 1]: Dims): void {
  const weight = [probe.held(channels, out, 2, 2), probe.held(out)];
  const x = probe.given([1, channels, side, side]);
  probe.end(probe.op("ConvTranspose", [x, ...weight], { kernel_shape: [2, 2], strides: [2, 2] }));
}

/** Keys and values joined to past ones, and one query over them. */
function longPast(probe: ProbeWriter, [heads = 1, past = 1, width = 1]: Dims): void {
  const parts = [probe.given([1, heads, past, width]), probe.given([1, heads, 1, width])];
  const keys = probe.op("Concat", parts, { axis: 2 });
  probe.end(probe.op("MatMul", [probe.given([1, heads, 1, past + 1]), keys]));
  const turned = probe.op("Transpose", [keys], { perm: [0, 1, 3, 2] });
  probe.end(probe.op("MatMul", [probe.given([1, heads, 1, width]), turned]));
}

/** Writes once for each list of sizes: "12 128 64, 8 40 15" is two. */
function each(lists: string, write: (probe: ProbeWriter, sizes: Dims) => void): Write {
  return (probe) => {
    for (const list of lists.split(", ")) write(probe, list.split(" ").map(Number));
  };
}

type Write = (probe: ProbeWriter) => void;

const WRITTEN: Readonly<Record<string, Write>> = {
  products: each(
    "4 96 384, 4 384 384, 4 384 1536, 4 1536 384, 4 768 768, 4 768 2304, 4 3072 768, 16 96 384, 16 384 384, 16 384 1536, 16 1536 384, 16 768 768, 16 768 2304, 16 3072 768, 48 96 384, 48 384 384, 48 384 1536, 48 1536 384, 48 768 768, 48 768 2304, 48 3072 768, 128 96 384, 128 384 384, 128 384 1536, 128 1536 384, 128 768 768, 128 768 2304",
    product,
  ),
  "wide products": each("40 120 6625, 64 512 2048, 197 768 768", product),
  "long rows": each(
    "768 768, 768 2304, 768 3072, 3072 768, 1024 1024, 2048 1000, 1280 1000",
    rowOf,
  ),
  vocabulary: each("768 32000, 1024 8192", rowOf),
  "short rows": each("96 128, 128 128, 128 64, 256 96, 64 512, 512 64", rowOf),
  "short products": each("4 64 64, 16 64 128, 40 96 96, 8 128 128", product),
  "wide convolutions": each(
    "64 64 56, 64 256 28, 256 64 28, 512 128 28, 128 512 14, 1024 256 14, 256 1024 14, 512 512 7, 2048 512 7, 256 512 28 1 2, 512 1024 14 1 2, 320 1280 7",
    convolution,
  ),
  "narrow convolutions": each(
    "32 16 112, 16 96 56, 24 144 56, 144 24 56, 192 32 28, 32 192 28, 384 64 14, 96 576 14, 960 160 7, 160 960 7, 48 48 80, 96 32 80",
    convolution,
  ),
  "convolutions of a pixel": each(
    "96 24 1, 24 96 1, 480 120 1, 120 480 1, 32 8 1, 192 48 1",
    convolution,
  ),
  "square convolutions": each(
    "64 64 28 3, 128 128 14 3, 256 256 14 3, 512 512 7 3, 128 128 28 3 2, 96 32 40 3, 32 32 80 3, 24 24 40 3, 32 96 20 5, 64 16 40 3",
    convolution,
  ),
  "first convolutions": each(
    "3 64 112 7 2, 3 32 224 3 2, 3 16 320 3 2, 1 24 64 3, 8 16 80 3, 12 96 80, 3 16 48 3 2",
    convolution,
  ),
  "small convolutions": each("24 24 24 3, 16 32 24, 48 48 16 3, 32 16 32, 64 64 8", convolution),
  "residual blocks": each("256 64 28, 512 128 14, 1024 256 7", residual),
  "convolutions by channel": each(
    "32 0 112, 96 0 112 3 2, 144 0 56, 192 0 28, 384 0 14, 576 0 14 3 2, 960 0 7, 16 0 160, 48 0 80, 192 0 40 5, 384 0 20 5, 96 0 20 1",
    byChannel,
  ),
  "small convolutions by channel": each("16 0 24, 64 0 12, 32 0 24 5, 128 0 6", byChannel),
  "convolutions along a line": each(
    "1 257 8000 256, 64 64 400 3, 129 128 64 3, 128 64 8 3, 1 258 576 256",
    alongLine,
  ),
  "convolutions upwards": each("24 24 80, 96 24 40, 24 1 80", upwards),
  passes: each("1 1 768, 1 16 384, 1 128 384, 1 96 40 40, 1 128 1536", passes),
  "long passes": each("1 96 96 96, 1 32 160 160", passes),
  "far passes": each("1 64 256 256", passes),
  "short passes": each("1 64, 1 16 12 24, 1 128 3", passes),
  curves: each("1 16 384, 1 128 384, 1 128 1536, 12 128 128, 1 197 768", curves),
  "short curves": each("1 64, 1 128, 1 16 24", curves),
  "parts of attention": each(
    "12 128 64, 12 128 32, 12 16 32, 12 1 64, 12 197 64, 8 40 15",
    headMoves,
  ),
  "moves of images": each("64 28, 64 112, 32 192", imageMoves),
  enlarging: each("64 14, 32 56, 16 96", enlarged),
  "long pasts": each("12 256 64, 8 512 64", longPast),
  "ranged products": each(
    "1 768 768, 16 384 384, 16 384 1536, 128 384 384, 128 768 768, 64 1536 384",
    ranged,
  ),
  "ranged convolutions": each(
    "64 64 28 3, 64 64 56, 3 64 64 3, 256 64 28, 32 32 96 3, 128 128 14 3",
    rangedConvolution,
  ),
  "wide ranged convolutions": each("16 32 256 3, 32 16 192 3, 64 64 128 3", rangedConvolution),
  "few results": each("1 12 257 64, 1 128 384", results),
  "many results": each("1 64 112 112, 1 40 6625", results),
  "recurrent layers": each("64 1, 128 1, 128 16", recurrent),
  sizes,
};
