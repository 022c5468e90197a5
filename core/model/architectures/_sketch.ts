/**
 * A network drawn layer by layer. A tensor is the shape of one sample; each method adds the nodes
 * of one layer and returns the tensor it writes, so that branches and joins read as in the paper.
 */
import { assert } from "../../assert.ts";
import type { NetworkInput, NetworkNode, NodeWork } from "../network.ts";
import { product } from "../network-size.ts";
import { uniformNumerics } from "../uniform-numerics.ts";
import { outputSize, type Padding } from "./_window.ts";

/** Channels at each place; `size` is empty for a vector, [T] for a sequence, [H, W] for an image. */
export interface Tensor {
  readonly channels: number;
  readonly size: readonly number[];
}

export interface ConvOptions {
  /** Output channels. */
  readonly to: number;
  /** One number for all dimensions, or one a dimension. */
  readonly kernel: number | readonly number[];
  readonly stride?: number | readonly number[];
  readonly dilation?: number;
  readonly groups?: number;
  /** "same" halves exactly at stride 2; "valid" pads nothing; a number pads so much on each side. */
  readonly padding?: Padding;
  /** Batch norm after it, folded at inference; the bias then falls away. True unless said. */
  readonly norm?: boolean;
  /** An activation after it. True unless said. */
  readonly act?: boolean;
  /** True where there is no norm. */
  readonly bias?: boolean;
  /** Kept in 32 bits; not unless said. */
  readonly wide?: boolean;
}

export interface PoolOptions {
  readonly kernel: number;
  readonly stride?: number | readonly number[];
  readonly padding?: Padding;
}

export interface AttentionShape {
  readonly queries: number;
  readonly keys: number;
  readonly heads: number;
  readonly headDim: number;
  readonly valueDim?: number;
  readonly windows?: number;
}

/** What a script keeps in 32 bits. */
const WIDE = { numerics: uniformNumerics("tf32"), keepsNumerics: true } as const;

export class Sketch {
  readonly nodes: NetworkNode[] = [];
  readonly inputs: NetworkInput[] = [];

  #shares = false;

  input(name: string, tensor: Tensor, drawn?: NetworkInput["drawn"]): Tensor {
    const shape = [tensor.channels, ...tensor.size];
    this.inputs.push(drawn === undefined ? { name, shape } : { name, shape, drawn });
    return tensor;
  }

  conv(x: Tensor, options: ConvOptions): Tensor {
    const { to, stride = 1, groups = 1, dilation = 1, padding = "same" } = options;
    const kernel = perDimension(options.kernel, x);
    const output = {
      channels: to,
      size: outputSize(x.size, { kernel, stride, dilation, padding }),
    };
    return this.#convolve(x, output, { ...options, kernel, groups, transposed: false });
  }

  /** Each channel on its own. */
  depthwise(x: Tensor, options: Omit<ConvOptions, "to" | "groups">): Tensor {
    return this.conv(x, { ...options, to: x.channels, groups: x.channels });
  }

  /** Transposed convolution that multiplies the size by `stride`. */
  upConv(x: Tensor, options: ConvOptions): Tensor {
    const { stride = 1 } = options;
    const size = x.size.map((extent, axis) => extent * perAxis(stride, axis));
    const kernel = perDimension(options.kernel, x);
    const groups = options.groups ?? 1;
    return this.#convolve(
      x,
      { channels: options.to, size },
      { ...options, kernel, groups, transposed: true },
    );
  }

  /** A matrix product at each place. */
  dense(
    x: Tensor,
    options: { readonly to: number; readonly bias?: boolean; readonly act?: boolean },
  ): Tensor {
    const { to, bias = true, act = false } = options;
    const m = product(x.size);
    const work = { kind: "matmul", m, n: to, k: x.channels, batch: 1, constant: true } as const;
    const parameters = to * (x.channels + (bias ? 1 : 0));
    this.add(`dense ${x.channels}→${to}${at(x.size)}`, work, parameters);
    const y = { channels: to, size: x.size };
    return act ? this.activate(y) : y;
  }

  /** Softmax attention of heads × queries over keys; the projections around it are `dense`. */
  attend(shape: AttentionShape): Tensor {
    const { queries, keys, heads, headDim, valueDim = headDim, windows = 1 } = shape;
    const work = { kind: "attention", queries, keys, heads, headDim, valueDim, windows } as const;
    this.add(`attention ${heads}×${headDim}, ${queries} over ${keys}`, work);
    return { channels: heads * valueDim, size: [windows * queries] };
  }

  /** An LSTM over a sequence; PyTorch keeps two bias vectors a gate, and so are they counted. */
  lstm(x: Tensor, options: { readonly hidden: number; readonly directions?: number }): Tensor {
    const { hidden, directions = 1 } = options;
    const [gates, steps, input] = [4, product(x.size), x.channels];
    const parameters = directions * gates * hidden * (input + hidden + 2);
    const work = { kind: "recurrent", steps, input, hidden, gates, directions } as const;
    this.add(`lstm ${input}→${hidden}, ${steps} steps`, work, parameters);
    return { channels: directions * hidden, size: x.size };
  }

  /** Rows of a table, summed into `bags` where that is given. */
  gather(shape: Omit<Extract<NodeWork, { kind: "gather" }>, "kind">): Tensor {
    const { rows, width, lookups, bags } = shape;
    this.add(`gather ${lookups} of ${rows}×${width}`, { kind: "gather", ...shape }, rows * width);
    return { channels: width, size: [bags ?? lookups] };
  }

  pool(x: Tensor, options: PoolOptions): Tensor {
    const { kernel, stride = kernel, padding = "same" } = options;
    const kernels = perDimension(kernel, x);
    const size = outputSize(x.size, { kernel: kernels, stride, dilation: 1, padding });
    const y = { channels: x.channels, size };
    const flops = values(y) * product(kernels);
    this.elementwise(`pool ${kernels.join("×")}${at(size)}`, {
      read: Math.min(values(x), flops),
      written: values(y),
      flops,
    });
    return y;
  }

  globalPool(x: Tensor): Tensor {
    const y = { channels: x.channels, size: [] };
    this.elementwise(`global pool${at(x.size)}`, {
      read: values(x),
      written: values(y),
      flops: values(x),
    });
    return y;
  }

  /** Pooling to a fixed grid. */
  adaptivePool(x: Tensor, size: readonly number[]): Tensor {
    const y = { channels: x.channels, size };
    this.elementwise(`pool to ${size.join("×")}`, {
      read: values(x),
      written: values(y),
      flops: values(x),
    });
    return y;
  }

  /** Nearest or linear resampling to a new size. */
  resize(x: Tensor, size: readonly number[]): Tensor {
    const y = { channels: x.channels, size };
    this.elementwise(`resize${at(size)}`, {
      read: values(x),
      written: values(y),
      flops: values(y),
    });
    return y;
  }

  /** A norm that needs statistics of its own input, so nothing folds: layer, group, instance, RMS. */
  norm(x: Tensor, scales = 2): Tensor {
    const traffic = { read: values(x), written: values(x), flops: 5 * values(x) };
    this.elementwise(`norm ${x.channels}${at(x.size)}`, traffic, scales * x.channels);
    return x;
  }

  /** Batch norm on its own, before an activation: pointwise once its statistics are constants. */
  batchNorm(x: Tensor, options: { readonly act?: boolean } = {}): Tensor {
    const { act = true } = options;
    return this.#pointwise(x, {
      name: "batch norm",
      flops: act ? 3 : 2,
      operands: 1,
      parameters: 2 * x.channels,
    });
  }

  activate(x: Tensor): Tensor {
    return this.#pointwise(x, { name: "activation", flops: 1, operands: 1, parameters: 0 });
  }

  /** Sum of tensors of one shape. */
  sum(...tensors: readonly [Tensor, Tensor, ...Tensor[]]): Tensor {
    const [x] = tensors;
    for (const each of tensors) {
      assert(values(each) === values(x), `sum of ${shapeText(x)} and ${shapeText(each)}`);
    }
    return this.#pointwise(x, {
      name: "sum",
      flops: tensors.length - 1,
      operands: tensors.length,
      parameters: 0,
    });
  }

  /** One factor a channel, or a whole tensor of factors. */
  scale(x: Tensor, by: Tensor): Tensor {
    const traffic = {
      read: values(x) + values(by),
      written: values(x),
      flops: values(x),
      pointwise: true,
    };
    this.elementwise(`scale ${x.channels}${at(x.size)}`, traffic);
    return x;
  }

  /** Along channels. Counted as a copy, which engines that write in place save. */
  concat(tensors: readonly Tensor[]): Tensor {
    const [x] = tensors;
    assert(x !== undefined, "concat of nothing");
    for (const each of tensors) {
      assert(
        product(each.size) === product(x.size),
        `concat of ${shapeText(x)} and ${shapeText(each)}`,
      );
    }
    const channels = tensors.reduce((total, each) => total + each.channels, 0);
    return this.copy({ channels, size: x.size }, "concat", { joins: true });
  }

  /** A rearrangement that moves every value once: shuffle, split, window partition. */
  copy(x: Tensor, name: string, options: { readonly joins?: true } = {}): Tensor {
    this.elementwise(`${name} ${x.channels}${at(x.size)}`, {
      read: values(x),
      written: values(x),
      flops: 0,
      ...options,
    });
    return x;
  }

  /** Along channels. */
  softmax(x: Tensor): Tensor {
    const traffic = { read: values(x), written: values(x), flops: 5 * values(x) };
    this.elementwise(`softmax ${x.channels}${at(x.size)}`, { ...traffic, exponential: true });
    return x;
  }

  /** Anything whose cost is its traffic, in values. */
  elementwise(
    name: string,
    traffic: Omit<Extract<NodeWork, { kind: "elementwise" }>, "kind">,
    parameters = 0,
  ): void {
    this.add(name, { kind: "elementwise", ...traffic }, parameters);
  }

  add(name: string, work: NodeWork, parameters = 0, wide = false): void {
    const node = { name, count: 1, parameters, work, ...(wide ? WIDE : {}) };
    this.nodes.push(this.#shares ? { ...node, shared: true } : node);
  }

  /** Layers whose weights were drawn before. */
  again(draw: () => void): void {
    const before = this.#shares;
    this.#shares = true;
    draw();
    this.#shares = before;
  }

  #convolve(
    x: Tensor,
    y: Tensor,
    options: ConvOptions & {
      readonly kernel: readonly number[];
      readonly groups: number;
      readonly transposed: boolean;
    },
  ): Tensor {
    const { kernel, groups, transposed, norm = true, act = true, bias = !norm, wide } = options;
    const [channelsIn, channelsOut] = [x.channels, y.channels];
    assert(
      channelsIn % groups === 0 && channelsOut % groups === 0,
      `${groups} groups must divide ${channelsIn} and ${channelsOut} channels`,
    );
    const weights = (channelsIn * channelsOut * product(kernel)) / groups;
    const shape = { channelsIn, channelsOut, kernel, groups, transposed };
    const work = { kind: "convolution", ...shape, input: x.size, output: y.size } as const;
    const name = `${transposed ? "up-" : ""}conv ${kernel.join("×")} ${channelsIn}→${channelsOut}${at(y.size)}`;
    const parameters = weights + (bias ? channelsOut : 0);
    this.add(groups === 1 ? name : `${name} /${groups}`, work, parameters, wide);
    if (norm) return this.batchNorm(y, { act });
    return act ? this.activate(y) : y;
  }

  #pointwise(
    x: Tensor,
    layer: {
      readonly name: string;
      readonly flops: number;
      readonly operands: number;
      readonly parameters: number;
    },
  ): Tensor {
    const count = values(x);
    const traffic = {
      read: layer.operands * count,
      written: count,
      flops: layer.flops * count,
      pointwise: true,
    };
    this.elementwise(`${layer.name} ${x.channels}${at(x.size)}`, traffic, layer.parameters);
    return x;
  }
}

/** Values of one sample. */
export function values(x: Tensor): number {
  return x.channels * product(x.size);
}

/** All values as one vector. */
export function flat(x: Tensor): Tensor {
  return { channels: values(x), size: [] };
}

function perDimension(kernel: number | readonly number[], x: Tensor): readonly number[] {
  return typeof kernel === "number" ? x.size.map(() => kernel) : kernel;
}

function perAxis(stride: number | readonly number[], axis: number): number {
  return typeof stride === "number" ? stride : (stride[axis] ?? 1);
}

function at(size: readonly number[]): string {
  return size.length === 0 ? "" : `, ${size.join("×")}`;
}

function shapeText(x: Tensor): string {
  return `[${[x.channels, ...x.size].join(", ")}]`;
}
