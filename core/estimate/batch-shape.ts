/** What a batch is made of. */
import type { Device } from "../catalogue/index.ts";
import type { Tokens } from "../units.ts";

/** One batch: `batch` equal inputs on each attention group of a replica. */
export interface BatchShape {
  readonly batch: number;
  /** Tokens of text an input has; a model whose input has one size needs none. */
  readonly input: Tokens;
  /** Tokens it answers with; 0 is a model that only reads. */
  readonly output: Tokens;
  /** An encoder that answers each token with its scores over the vocabulary. */
  readonly scores?: boolean;
  /** Texts that a model of two towers reads beside its pictures, however many these are; absent is one each. */
  readonly texts?: number;
  /** Sequences that decode steps of fixed shapes compute, asked for or not; absent is the batch. */
  readonly slots?: number;
  /** Copies of the model that share the device, each with its part of the batch and of the cache; absent is 1. */
  readonly copies?: number;
  /** Inputs arrive as pictures, and answers leave as decisions: the processor aboard has its part. */
  readonly pictures?: boolean;
}

/** Programs that a batch is dealt among: copies on a processor; those on a card are one program. */
export function programs({ copies = 1 }: BatchShape, { kind }: Pick<Device, "kind">): number {
  return kind === "cpu" ? copies : 1;
}
