/** What page and worker send each other. */

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
  /** Entries of the user's own, as text of JSON. */
  | { readonly kind: "own"; readonly entries: string };

export type FromWorker =
  | { readonly kind: "part"; readonly id: number; readonly answer: unknown }
  | { readonly kind: "end"; readonly id: number }
  | { readonly kind: "refused"; readonly id: number; readonly refused: Refused };
