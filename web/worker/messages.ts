/** What page and worker send each other. */
import type { UsedMachine } from "../own-machine.ts";

/** Answers in parts, each the whole answer so far; the last is final. */
export type Parts<A> = AsyncGenerator<A, void>;

/** What is refused, as a person reads it. */
export interface Refused {
  readonly path: string;
  readonly expected: string;
  readonly got: string;
}

export type ToWorker =
  | { readonly kind: "ask"; readonly id: number; readonly verb: string; readonly question: unknown }
  | { readonly kind: "cancel"; readonly id: number }
  /** The measured machine that questions are asked about from then on. */
  | ({ readonly kind: "machine" } & UsedMachine);

export type FromWorker =
  | { readonly kind: "part"; readonly id: number; readonly answer: unknown }
  | { readonly kind: "end"; readonly id: number }
  | { readonly kind: "refused"; readonly id: number; readonly refused: Refused };
