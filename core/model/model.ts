/**
 * What tenlane knows of a model: its architecture, never its weights.
 *
 * A transformer is a list of stacks in the order data flows (an encoder or vision tower first, the decoder last); a stack is an
 * embedding, runs of equal layers, and a head. Everything else is a network: a list of nodes with their shapes for one sample.
 * Every figure that decides FLOPs, bytes or parameters is here, and nothing else is.
 */
import type { Numerics } from "../precision.ts";
import type { Network } from "./network.ts";
import type { Tokens } from "../units.ts";

export type Model = Transformer | Network;

/** Stacks of layers over a sequence; what `expand` needs besides is in the step: lengths and batch. */
export interface Transformer {
  readonly kind: "transformer";
  readonly id: string;
  readonly name: string;
  /** Where the architecture was read: a path, a Hub id, or a catalogue source id. */
  readonly source: string;
  readonly stacks: readonly Stack[];
  /** Longest sequence it was made for; absent where the source does not say. */
  readonly contextMax?: Tokens;
  /** As the checkpoint stores it. */
  readonly numerics: Numerics;
  /** What the source left out and the reader filled in, in words a user can check; absent is nothing. */
  readonly assumptions?: readonly string[];
}

export interface Stack {
  readonly role: "encoder" | "decoder" | "vision" | "text" | "audio";
  readonly hidden: number;
  readonly embedding: Embedding;
  /** Runs of equal layers, in order; interleaved patterns are many short runs. */
  readonly layers: readonly LayerRun[];
  readonly finalNorm: Norm | null;
  readonly head: Head | null;
}

export interface LayerRun {
  readonly count: number;
  readonly layer: Layer;
  /** All layers of the run are one set of weights (ALBERT); absent is one set each. */
  readonly shared?: true;
}

export interface Layer {
  /** In order: self-attention or a recurrent mixer, then cross-attention if there is any. */
  readonly mixers: readonly Mixer[];
  readonly feedForward: FeedForward | null;
  /** Norms over the hidden size, besides those inside a mixer. */
  readonly norms: { readonly count: number; readonly norm: Norm };
}

export type Norm = "rms" | "layer";

export type Mixer = Attention | LatentAttention | StateSpace | DeltaRule;

/** Multi-head, grouped-query or multi-query attention over a KV cache. */
export interface Attention {
  readonly kind: "attention";
  readonly heads: number;
  readonly kvHeads: number;
  /** Of queries and keys. */
  readonly headDim: number;
  readonly valueDim: number;
  readonly causal: boolean;
  /** Keys come from another stack: the encoder's output. */
  readonly cross: boolean;
  /** Tokens a query sees at most; null is all. */
  readonly window: Tokens | null;
  /** Bias vectors on the query, key, value and output projections. */
  readonly bias: {
    readonly q: boolean;
    readonly k: boolean;
    readonly v: boolean;
    readonly out: boolean;
  };
  /** Norms on queries and keys: none, one vector of `headDim` each, or one over all heads. */
  readonly qkNorm: "none" | "head" | "full";
  /** A sigmoid gate on the output, computed from the input: doubles the query projection. */
  readonly gated: boolean;
  /** Values are made by the key projection (Gemma 4), which is still cached twice. */
  readonly valueTied?: true;
  /** Learned attention sinks, one a head. */
  readonly sinks: boolean;
  /** Learned relative-position buckets a head (T5, Swin) that this layer keeps; 0 is none. */
  readonly relativeBuckets: number;
  /** Where a query learns distances: a bias on each score (T5), or nothing in this layer ("embedding"); absent is rotation, unless the embedding keeps learned positions. */
  readonly positions?: "bias" | "embedding";
}

/** Multi-head latent attention (DeepSeek-V2): one compressed key-value vector a token, shared by all heads. */
export interface LatentAttention {
  readonly kind: "latent-attention";
  readonly heads: number;
  /** Rank of the query's compression; null projects queries directly. */
  readonly queryRank: number | null;
  readonly kvRank: number;
  readonly nopeDim: number;
  readonly ropeDim: number;
  readonly valueDim: number;
  /** Sparse attention: a small indexer picks `topTokens` a query (DeepSeek-V3.2). */
  readonly indexer: {
    readonly heads: number;
    readonly dim: number;
    readonly topTokens: Tokens;
  } | null;
}

/** Mamba: a state of fixed size in place of a KV cache. */
export interface StateSpace {
  readonly kind: "state-space";
  /** 1: a state matrix a channel, low-rank time steps. 2: scalar decay a head. */
  readonly version: 1 | 2;
  readonly inner: number;
  readonly state: number;
  readonly heads: number;
  readonly groups: number;
  readonly conv: number;
  /** Rank of the time-step projection (version 1). */
  readonly stepRank: number;
  readonly bias: boolean;
}

/** Gated delta rule (Qwen3-Next, Kimi Linear): linear attention with a matrix state a head. */
export interface DeltaRule {
  readonly kind: "delta-rule";
  readonly keyHeads: number;
  readonly valueHeads: number;
  readonly keyDim: number;
  readonly valueDim: number;
  /** Kernel of the causal convolution; 0 is none (lightning attention). */
  readonly conv: number;
  /** Rank of a decay a channel and of the output gate (Kimi Linear); absent is a decay a head and a full gate. */
  readonly rank?: number;
}

export type FeedForward = DenseFeedForward | Experts;

export interface DenseFeedForward {
  readonly kind: "dense";
  readonly intermediate: number;
  /** SwiGLU and kin: two matrices in, one out. */
  readonly gated: boolean;
  readonly bias: boolean;
}

export interface Experts {
  readonly kind: "experts";
  readonly count: number;
  readonly active: number;
  readonly intermediate: number;
  readonly gated: boolean;
  readonly bias: boolean;
  /** Experts every token passes through: their total intermediate size; null is none. */
  readonly shared: { readonly intermediate: number; readonly gate: boolean } | null;
  /** A bias or correction term a routed expert. */
  readonly routerBias: boolean;
  /** Width the routed experts work in where it is not hidden: one projection in, one out (Nemotron 3). */
  readonly latent?: number;
}

export type Embedding =
  | {
      readonly kind: "tokens";
      readonly vocab: number;
      /** Width of the table where it differs from hidden (ALBERT, OPT-350m); else null. */
      readonly width: number | null;
      /** Learned absolute positions; 0 is none. */
      readonly positions: number;
      /** Segment types (BERT); 0 is none. */
      readonly types: number;
      readonly norm: Norm | null;
      /** The table is another stack's (T5, Whisper share one). */
      readonly shared: boolean;
    }
  | {
      readonly kind: "patches";
      readonly channels: number;
      readonly patch: number;
      /** Side of a square picture, or height and width. */
      readonly image: number | readonly [number, number];
      readonly classToken: boolean;
      readonly positions: number;
      readonly bias: boolean;
      readonly norm: Norm | null;
    }
  | {
      /** Whisper's two convolutions over a mel spectrogram; the second halves the frames. */
      readonly kind: "frames";
      readonly mels: number;
      readonly kernel: number;
      readonly frames: number;
      readonly positions: number;
    };

export type Head =
  | {
      readonly kind: "tokens";
      readonly vocab: number;
      readonly tied: boolean;
      readonly bias: boolean;
      /** A dense layer and norm before the vocabulary (BERT's MLM head). */
      readonly transform: boolean;
    }
  | {
      readonly kind: "linear";
      readonly outputs: number;
      readonly bias: boolean;
      /** Neighbouring positions joined into one before it (vision projectors); absent is 1. */
      readonly merge?: number;
      /** Width of a layer in between; absent is a single matrix. */
      readonly inner?: number;
      /** Times the tower has one: DeepStack taps layers on the way too; absent is 1. */
      readonly taps?: number;
    }
  /** BERT's pooler: a square dense layer on the first token. */
  | { readonly kind: "pooler" };
