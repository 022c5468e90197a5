/**
 * Models that are not stacks of transformer layers: convolutional, recurrent and recommender networks, diffusion U-Nets, and
 * anything read from ONNX. A list of nodes, each with its shape for one sample; a batch multiplies the samples.
 */
import type { Numerics } from "../precision.ts";

export interface Network {
  readonly kind: "network";
  readonly id: string;
  readonly name: string;
  /** Where the architecture was read: a path, a paper, or a catalogue source id. */
  readonly source: string;
  readonly numerics: Numerics;
  readonly inputs: readonly NetworkInput[];
  readonly nodes: readonly NetworkNode[];
  /** Parameters stored that no node uses: those of branches that do not run, and of repeated bodies. */
  readonly idle?: number;
  /** Results of a graph that was read; `sizes` in the names of sizes that it leaves open. */
  readonly outputs?: readonly {
    readonly name: string;
    readonly shape: readonly number[];
    readonly sizes: readonly string[];
  }[];
  /** Operator sets of a graph that was read. */
  readonly opsets?: readonly { readonly domain: string; readonly version: number }[];
  /** Sizes that the graph leaves open, as they were taken. */
  readonly sizes?: Readonly<Record<string, number>>;
  /** What the source left open and the reader filled in; absent is nothing. */
  readonly assumptions?: readonly string[];
}

export interface NetworkInput {
  readonly name: string;
  readonly shape: readonly number[];
  /** Rows of a table of so many, found along so many links of theirs in so many draws that follow each other. */
  readonly drawn?: { readonly rows: number; readonly links: number; readonly draws: number };
}

export interface NetworkNode {
  readonly name: string;
  /** Equal nodes in a row are one node with a count (each has its own parameters). */
  readonly count: number;
  /** Of one, weights and biases. */
  readonly parameters: number;
  /** Its weights are another node's: read again, but stored once (heads over the levels of a pyramid). */
  readonly shared?: boolean;
  readonly work: NodeWork;
  /** Its own formats, where the network mixes them; absent are the network's. */
  readonly numerics?: Numerics;
  /** They are its own whatever the rest is asked for. */
  readonly keepsNumerics?: boolean;
  /** An operator whose arithmetic is not known: its traffic is counted, as far as shapes are known. */
  readonly isUnmodelled?: boolean;
}

/** What a node computes for one sample. */
export type NodeWork =
  | {
      readonly kind: "convolution";
      readonly channelsIn: number;
      readonly channelsOut: number;
      /** One entry a spatial dimension, so 1D, 2D and 3D are one kind. */
      readonly kernel: readonly number[];
      readonly input: readonly number[];
      readonly output: readonly number[];
      readonly groups: number;
      readonly transposed: boolean;
    }
  /** [m, k] · [k, n]; `batch` equal matrices (attention scores); `constant` when [k, n] are weights. */
  | {
      readonly kind: "matmul";
      readonly m: number;
      readonly n: number;
      readonly k: number;
      readonly batch: number;
      readonly constant: boolean;
    }
  /** Softmax attention without its projections; `windows` equal, independent ones (Swin); 1 is global. */
  | {
      readonly kind: "attention";
      readonly queries: number;
      readonly keys: number;
      readonly heads: number;
      /** Heads of keys and values; absent are as many. */
      readonly kvHeads?: number;
      readonly headDim: number;
      readonly valueDim: number;
      readonly windows: number;
    }
  /** A recurrent layer over `steps` tokens: LSTM has 4 gates, GRU 3. */
  | {
      readonly kind: "recurrent";
      readonly steps: number;
      readonly input: number;
      readonly hidden: number;
      readonly gates: number;
      readonly directions: number;
    }
  /** `lookups` rows of `width` values out of a table of `rows`, summed into `bags` (absent: not summed). */
  | {
      readonly kind: "gather";
      readonly rows: number;
      readonly width: number;
      readonly lookups: number;
      readonly bags?: number;
    }
  /** Traffic without matrix arithmetic: normalisation, activation, pooling, resampling, concatenation. */
  | {
      readonly kind: "elementwise";
      readonly read: number;
      readonly written: number;
      readonly flops: number;
      /**
       * Each value written depends on one value of the running tensor (batch norm folded to a scale, activation, residual sum), so an
       * engine can make it the epilogue of the convolution or matmul that wrote the tensor. Absent is not.
       */
      readonly pointwise?: boolean;
      /** An exponential of each value (softmax), which engines of integers leave to their host. */
      readonly exponential?: boolean;
      /** Tensors laid side by side: nothing to do where what wrote them could write there at once. */
      readonly joins?: boolean;
    }
  /** Work of the host CPU: non-maximum suppression, image decoding. */
  | { readonly kind: "host"; readonly elements: number };
