/**
 * One kind of work a device is asked for in one step of a model, with its shape, its arithmetic
 * and its traffic. All sizes are of one device (one rank); `count` says how often a step does it.
 */
import type { Precision, Storage } from "../precision.ts";
import type { Bytes, Flops, Tokens } from "../units.ts";

/** Parts of a model as a person thinks of them. */
export type Group =
  | "embedding"
  | "attention"
  | "mlp"
  | "experts"
  | "norm"
  | "head"
  | "convolution"
  | "recurrent"
  | "pointwise"
  | "host"
  | "communication";

export interface Operator {
  readonly name: string;
  readonly group: Group;
  /** Times a step does it on one device; a fraction when layers do not divide the pipeline evenly. */
  readonly count: number;
  readonly work: Work;
  /** Once. */
  readonly flops: Flops;
  /** From device memory, once: weights, activations, cache. */
  readonly read: Bytes;
  /** To device memory, once. */
  readonly written: Bytes;
}

export type Work =
  | Matmul
  | Convolution
  | GroupedMatmul
  | AttentionWork
  | Scan
  | Recurrence
  | Gather
  | Elementwise
  | Collective
  | HostWork;

/** [m, k] · [k, n], repeated over a batch of equal, independent matrices. */
export interface Matmul {
  readonly kind: "matmul";
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly batch: number;
  readonly compute: Precision;
  readonly weights: Storage;
  readonly activations: Storage;
}

/**
 * A convolution as the matrix product that implicit-GEMM kernels compute: `groups` independent [m, k] · [k, n]. Depthwise is `n = 1` and
 * `k` the kernel's size: no reuse over channels, so matrix units starve and the time is traffic or vector arithmetic.
 */
export interface Convolution {
  readonly kind: "convolution";
  /** Output pixels of the batch; input pixels when transposed. */
  readonly m: number;
  /** Output channels a group; times the kernel's size when transposed. */
  readonly n: number;
  /** Input channels a group, times the kernel's size unless transposed. */
  readonly k: number;
  readonly groups: number;
  readonly kernel: readonly number[];
  readonly compute: Precision;
  readonly weights: Storage;
  readonly activations: Storage;
}

/** Routed experts: `pairs` token-expert pairs over the experts of this device, all matrices of the layer in one. */
export interface GroupedMatmul {
  readonly kind: "grouped-matmul";
  /** Token-expert pairs this device computes. */
  readonly pairs: number;
  /** Experts this device keeps. */
  readonly experts: number;
  /** Of those, the expected number that get a token at all. */
  readonly touched: number;
  /** Those of all devices that the experts are shared out over; absent of a kernel by itself. */
  readonly tokens?: Tokens;
  readonly hidden: number;
  /** Of one expert, on this device (divided by expert tensor parallelism). */
  readonly intermediate: number;
  readonly gated: boolean;
  readonly compute: Precision;
  readonly weights: Storage;
  readonly activations: Storage;
}

/** Softmax attention of `query` new tokens a sequence over `context` keys (the new ones included). */
export interface AttentionWork {
  readonly kind: "attention";
  readonly sequences: number;
  readonly query: Tokens;
  readonly context: Tokens;
  readonly heads: number;
  readonly kvHeads: number;
  readonly headDim: number;
  readonly valueDim: number;
  readonly causal: boolean;
  readonly window: Tokens | null;
  /** Keys and values are one latent vector a token, kept whole on each device. */
  readonly latent: boolean;
  readonly compute: Precision;
  readonly kv: Storage;
}

/** A recurrence over tokens with a state of fixed size (Mamba, delta rule). */
export interface Scan {
  readonly kind: "scan";
  readonly sequences: number;
  readonly query: Tokens;
  readonly heads: number;
  /** Values of state a sequence. */
  readonly state: number;
  readonly compute: Precision;
}

/**
 * The part of an LSTM or GRU that cannot run ahead: `steps` products [m, k] · [k, n] one after
 * another with the same weights. The input's projection is a matmul of its own, over all steps.
 */
export interface Recurrence {
  readonly kind: "recurrent";
  readonly steps: number;
  /** Sequences. */
  readonly m: number;
  /** Gates times hidden size. */
  readonly n: number;
  /** Hidden size. */
  readonly k: number;
  readonly compute: Precision;
  readonly weights: Storage;
  readonly activations: Storage;
}

/** Scattered reads of whole rows: embedding bags, graph neighbours. */
export interface Gather {
  readonly kind: "gather";
  /** Rows read, all samples. */
  readonly lookups: number;
  /** Bytes of one row: short rows waste part of each memory transaction. */
  readonly rowBytes: Bytes;
  /** Bytes of the whole table: what a cache would have to hold. */
  readonly tableBytes: Bytes;
}

/** Work of the host CPU between device operators: non-maximum suppression, decoding. */
export interface HostWork {
  readonly kind: "host";
  readonly elements: number;
}

/** Work whose time is its traffic: norms, activations, gathers, rotary, residuals. */
export interface Elementwise {
  readonly kind: "elementwise";
  /** Values written. */
  readonly elements: number;
}

export interface Collective {
  readonly kind: "collective";
  readonly pattern: "all-reduce" | "all-gather" | "reduce-scatter" | "all-to-all" | "send";
  /** Devices that take part. */
  readonly ranks: number;
  /** Payload of one device: the buffer reduced, gathered or sent. */
  readonly bytes: Bytes;
}

/**
 * What one step of a serving engine computes over one stack: sequences that are alike, as segments.
 *
 * It is the step of one scheduler: of one attention group. The other `data - 1` groups of a replica take
 * equal steps at the same time, and experts see the tokens of all. A model of several stacks takes
 * a step a stack: an encoder or vision tower in its own step, once a request, before the decoder's prefill.
 */
export interface Step {
  readonly segments: readonly Segment[];
  /** Index of the stack in the model; absent is the last, the decoder of a model that has one. */
  readonly stack?: number;
}

/** `sequences` sequences that each add `query` tokens to `prefix` tokens already in the cache. Decoding is `query: 1`. */
export interface Segment {
  readonly sequences: number;
  readonly query: Tokens;
  readonly prefix: Tokens;
  /** Tokens of the other stack's output that cross-attention sees; absent is none. Their keys are computed at prefix 0. */
  readonly source?: Tokens;
  /** Of the new tokens, those that a draft proposed: each needs logits, to be verified; absent is none. */
  readonly drafted?: Tokens;
}

/** How one replica is split over devices. Attention runs on `tensor` × `data` devices of each of `pipeline` stages. */
export interface Parallel {
  readonly tensor: number;
  readonly pipeline: number;
  /** Attention data parallelism: each group has its own sequences and cache; experts are shared by all. */
  readonly data: number;
  /** Devices the experts are spread over, whole; must divide tensor × data. The rest splits each expert. */
  readonly expert: number;
}

/** A pass over memory beside `operator`, as often as it: `bytes` read and as many written, nothing computed. */
export function passBeside(
  operator: Operator,
  pass: { readonly name: string; readonly elements: number; readonly bytes: Bytes },
): Operator {
  const { name, elements, bytes } = pass;
  const work = { kind: "elementwise", elements } as const;
  return { ...operator, name, work, flops: 0, read: bytes, written: bytes };
}

/** Devices of one replica. */
export function deviceCount(parallel: Parallel): number {
  return parallel.tensor * parallel.data * parallel.pipeline;
}
