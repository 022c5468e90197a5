/** How a model is put into fewer bits: plain data, that a certificate can hold and another machine repeat. */
import type { RangeRule } from "./_range.ts";

export type { RangeRule } from "./_range.ts";

/** What decides which formats are fast and which are safe: facts of a processor, no names. */
export interface Cpu {
  /** Whether products of 8 bits are summed in 32 bits (VNNI, AMX, dot product); else pairs may pass 16 bits. */
  readonly sumsWide: boolean;
}

/** Activations and weights of 8 bits, ranges from calibration: for convolutions. */
export interface StaticRecipe {
  readonly kind: "static";
  readonly range: RangeRule;
  /** Whether pairs of products may pass 16 bits on the machine it is for. */
  readonly pairsSaturate: boolean;
  /** Whether what lies between convolutions stays in 8 bits too. */
  readonly chained: boolean;
  /** Whether convolutions of one input channel a group are put into 8 bits. */
  readonly depthwise: boolean;
  /** Whether biases take back the mean error of the weights. */
  readonly biasCorrected: boolean;
  /** Layers that stay as they are, by the name of their node, or of what it writes where it has none. */
  readonly kept: readonly string[];
}

/** Weights of 8 bits, activations put into 8 bits as they come: for products of transformers. */
export interface DynamicRecipe {
  readonly kind: "dynamic";
  readonly pairsSaturate: boolean;
  readonly kept: readonly string[];
}

/** Weights alone in 4 or 8 bits, by blocks: for decoding, which waits for weights. */
export interface WeightRecipe {
  readonly kind: "weights";
  readonly bits: 4 | 8;
  readonly block: 32 | 64 | 128;
  readonly symmetric: boolean;
  /** Whether the scale of each block is searched for the least squared error. */
  readonly searched: boolean;
  readonly kept: readonly string[];
}

export type Recipe = StaticRecipe | DynamicRecipe | WeightRecipe;

/** What a quantiser did with a model. */
export interface Summary {
  /** Layers now in fewer bits, as `kept` names them. */
  readonly quantised: readonly string[];
  /** Layers that the recipe would put into fewer bits and that could not be, and why. */
  readonly left: readonly { readonly node: string; readonly why: string }[];
  /** Bytes of the weights concerned, before and after. */
  readonly bytesBefore: number;
  readonly bytesAfter: number;
}
