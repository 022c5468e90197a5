/** What a rewrite is: one kind of edit, that leaves what a model computes as it was. */
import type { NodeProto } from "onnx-buf";
import type { InferredValue } from "../../model/onnx/index.ts";
import type { Draft } from "../draft.ts";
import type { GraphDraft } from "../graph-draft.ts";

/** How an engine runs models: ONNX Runtime with blocked layouts of convolutions, or as WebAssembly. */
export type Target = "native" | "wasm";

export interface RewriteOptions {
  readonly target: Target;
  /** Outputs that are read; all where absent. */
  readonly outputs?: readonly string[];
  /** Open sizes that are fixed, by symbol or, of one without a name, as "input.axis". */
  readonly sizes?: Readonly<Record<string, number>>;
  /** Inputs that are the same number, or list of numbers, in every run. */
  readonly inputs?: Readonly<Record<string, number | readonly number[]>>;
  /** Names of rewrites that are left out. */
  readonly skip?: ReadonlySet<string>;
}

/** What a rewrite may ask beside its graph. */
export interface Around {
  readonly draft: Draft;
  readonly options: RewriteOptions;
  /** What is known of values, as the model stood when the rewrite began; new values are not among them. */
  readonly values: ReadonlyMap<string, InferredValue>;
}

/**
 * How far results may move: not at all ("lossless"), by the rounding of the same sums in another order
 * ("bounded"), or by the rounding that the file itself brought in, which is undone ("restored").
 */
export type Exactness = "lossless" | "bounded" | "restored";

export interface Rewrite {
  readonly name: string;
  /** What it does, as a sentence for people. */
  readonly summary: string;
  readonly exactness: Exactness;
  /** The only engine that gains by it; absent is all. */
  readonly target?: Target;
  readonly apply: (graph: GraphDraft, around: Around) => void;
}

/** `edit` for each node of a graph that earlier edits have left there. */
export function nodeByNode(
  edit: (graph: GraphDraft, node: NodeProto, around: Around) => void,
): Rewrite["apply"] {
  return (graph, around) => {
    for (const node of graph.nodes) if (graph.has(node)) edit(graph, node, around);
  };
}
