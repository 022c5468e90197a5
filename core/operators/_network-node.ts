/**
 * One node of a network as operators, for a batch. Traffic is the least that must move: weights once,
 * each input value that is used once, each output value once.
 *
 * Source: NVIDIA, "Convolutional Layers User's Guide" (implicit GEMM: M = N·P·Q, N = K, K = C·R·S);
 * NVIDIA, "Recurrent Layers User's Guide" (input products of all steps are one GEMM)
 */
import { product, type NetworkNode, type NodeWork } from "../model/index.ts";
import { storedBytes, type Numerics } from "../precision.ts";
import type { Operator } from "./operator.ts";

export interface NodeScope {
  /** Samples. */
  readonly batch: number;
  readonly numerics: Numerics;
}

type Of<K extends NodeWork["kind"]> = Extract<NodeWork, { kind: K }>;

export function nodeOperators(node: NetworkNode, scope: NodeScope): readonly Operator[] {
  const { work } = node;
  switch (work.kind) {
    case "convolution":
      return [convolution(node, work, scope)];
    case "matmul":
      return [matmul(node, work, scope)];
    case "attention":
      return [attention(node, work, scope)];
    case "recurrent":
      return recurrent(node, work, scope);
    case "gather":
      return [gather(node, work, scope)];
    case "elementwise":
      return [elementwise(node, work, scope)];
    case "host": {
      const elements = scope.batch * work.elements;
      const { name, count } = node;
      const hostWork = { kind: "host", elements } as const;
      return [{ name, group: "host", count, work: hostWork, flops: 0, read: 0, written: 0 }];
    }
  }
}

/** Values a node writes for one sample. */
export function outputValues(work: NodeWork): number {
  switch (work.kind) {
    case "convolution":
      return work.channelsOut * product(work.output);
    case "matmul":
      return work.batch * work.m * work.n;
    case "attention":
      return work.windows * work.queries * work.heads * work.valueDim;
    case "recurrent":
      return work.steps * work.directions * work.hidden;
    case "gather":
      return (work.bags ?? work.lookups) * work.width;
    case "elementwise":
      return work.written;
    case "host":
      return work.elements;
  }
}

/**
 * Strided kernels may skip inputs: a 1×1 at stride 2 uses one pixel in four.
 *
 * A transposed convolution is the product of its input pixels with all taps, summed where they overlap.
 */
function convolution(node: NetworkNode, work: Of<"convolution">, scope: NodeScope): Operator {
  const { batch, numerics } = scope;
  const { channelsIn, channelsOut, groups, kernel, transposed } = work;
  const [input, output, taps] = [product(work.input), product(work.output), product(kernel)];
  const m = batch * (transposed ? input : output);
  const n = (channelsOut / groups) * (transposed ? taps : 1);
  const k = (channelsIn / groups) * (transposed ? 1 : taps);
  const used = transposed ? input : Math.min(input, output * taps);
  const { linear: weights, activations, compute } = numerics;
  return {
    name: node.name,
    group: "convolution",
    count: node.count,
    work: {
      kind: "convolution",
      m,
      n,
      k,
      groups,
      kernel,
      compute: compute.linear,
      weights,
      activations,
    },
    flops: 2 * m * n * k * groups,
    read:
      storedBytes(node.parameters, weights) + storedBytes(batch * channelsIn * used, activations),
    written: storedBytes(batch * channelsOut * output, activations),
  };
}

/** Weights serve the whole batch as more rows; products of activations are more matrices. */
function matmul(node: NetworkNode, work: Of<"matmul">, scope: NodeScope): Operator {
  const { numerics } = scope;
  const { n, k, constant } = work;
  const m = constant ? scope.batch * work.m : work.m;
  const batch = constant ? work.batch : scope.batch * work.batch;
  const { linear: weights, activations, compute } = numerics;
  const second = constant
    ? storedBytes(node.parameters, weights)
    : storedBytes(batch * k * n, activations);
  return {
    name: node.name,
    group: constant ? "mlp" : "attention",
    count: node.count,
    work: {
      kind: "matmul",
      m,
      n,
      k,
      batch,
      compute: constant ? compute.linear : compute.attention,
      weights: constant ? weights : activations,
      activations,
    },
    flops: 2 * batch * m * n * k,
    read: second + storedBytes(batch * m * k, activations),
    written: storedBytes(batch * m * n, activations),
  };
}

/** One fused kernel: queries, keys and values in, the weighted values out; scores stay on chip. */
function attention(node: NetworkNode, work: Of<"attention">, scope: NodeScope): Operator {
  const { queries, keys, heads, kvHeads = heads, headDim, valueDim } = work;
  const { activations, compute } = scope.numerics;
  const sequences = scope.batch * work.windows;
  const values = heads * queries * headDim + kvHeads * keys * (headDim + valueDim);
  return {
    name: node.name,
    group: "attention",
    count: node.count,
    work: {
      kind: "attention",
      sequences,
      query: queries,
      context: keys,
      heads,
      kvHeads,
      headDim,
      valueDim,
      causal: false,
      window: null,
      latent: false,
      compute: compute.attention,
      kv: activations,
    },
    flops: 2 * sequences * heads * queries * keys * (headDim + valueDim),
    read: storedBytes(sequences * values, activations),
    written: storedBytes(sequences * queries * heads * valueDim, activations),
  };
}

/**
 * The input's product over all steps, then the steps. Weights of the steps count once, as kernels that
 * keep them on chip read them; the law sees `steps` and may charge each where they do not fit. Weights
 * that are given at run time are no parameters, and read all the same.
 */
function recurrent(node: NetworkNode, work: Of<"recurrent">, scope: NodeScope): Operator[] {
  const { steps, input, hidden, gates, directions } = work;
  const { linear: weights, activations, compute } = scope.numerics;
  const formats = { compute: compute.linear, weights, activations };
  const [m, rows] = [scope.batch, scope.batch * steps];
  const n = gates * hidden;
  const inputWeights = directions * n * input;
  const gateBytes = storedBytes(rows * n, activations);
  const own = Math.max(n * hidden, (node.parameters - inputWeights) / directions);
  const { name, count } = node;
  return [
    {
      name: `${name}, input`,
      group: "recurrent",
      count,
      work: { kind: "matmul", m: rows, n: directions * n, k: input, batch: 1, ...formats },
      flops: 2 * rows * inputWeights,
      read: storedBytes(inputWeights, weights) + storedBytes(rows * input, activations),
      written: directions * gateBytes,
    },
    {
      name: `${name}, steps`,
      group: "recurrent",
      count: count * directions,
      work: { kind: "recurrent", steps, m, n, k: hidden, ...formats },
      flops: 2 * rows * n * hidden,
      read: storedBytes(own, weights) + gateBytes,
      written: storedBytes(rows * hidden, activations),
    },
  ];
}

function gather(node: NetworkNode, work: Of<"gather">, scope: NodeScope): Operator {
  const { embedding, activations } = scope.numerics;
  const { rows, width, bags = work.lookups } = work;
  const lookups = scope.batch * work.lookups;
  const rowBytes = storedBytes(width, embedding);
  const tableBytes = rows * rowBytes;
  return {
    name: node.name,
    group: "embedding",
    count: node.count,
    work: { kind: "gather", lookups, rowBytes, tableBytes },
    flops: scope.batch * (work.lookups - bags) * width,
    read: lookups * rowBytes,
    written: storedBytes(scope.batch * bags * width, activations),
  };
}

function elementwise(node: NetworkNode, work: Of<"elementwise">, scope: NodeScope): Operator {
  const { batch, numerics } = scope;
  const { activations, linear } = numerics;
  const read = storedBytes(batch * work.read, activations) + storedBytes(node.parameters, linear);
  return {
    name: node.name,
    group: "pointwise",
    count: node.count,
    work: { kind: "elementwise", elements: batch * work.written },
    flops: batch * work.flops,
    read,
    written: storedBytes(batch * work.written, activations),
  };
}
