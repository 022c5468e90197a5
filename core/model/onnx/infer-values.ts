/** What is known of each value of a model before it runs: its type, its shape, sometimes its contents. */
import type { ModelProto } from "onnx-buf";
import { ok, refuse, type Result } from "../../result.ts";
import { dimText, type Dim } from "./_dim.ts";
import type { Value } from "./_value.ts";
import { Walk } from "./_walk.ts";

/** A size: a number, or what the graph's own symbols make of it: "batch", "2*width + 1". */
export type InferredSize = number | string;

export interface InferredValue {
  /** Number of the schema's element types; 0 is unknown. */
  readonly type: number;
  /** Null where even the rank is unknown. */
  readonly shape: readonly InferredSize[] | null;
  /** Contents of short tensors that shapes are computed from; booleans are 0 and 1. */
  readonly contents?: readonly InferredSize[];
}

/**
 * Values by name, those of inner graphs included. Sizes that `sizes` does not give stay symbols.
 *
 * Errors: a graph that is not in order, sizes that do not fit together.
 */
export function inferValues(
  model: ModelProto,
  sizes: Readonly<Record<string, number>> = {},
): Result<ReadonlyMap<string, InferredValue>> {
  const { graph } = model;
  if (graph === undefined) return refuse(["graph"], "a graph", "none");
  const seen = new Map<string, Value>();
  const walk = new Walk(model, {
    sizes: new Map(Object.entries(sizes)),
    isNumeric: false,
    bytesMax: Number.MAX_SAFE_INTEGER,
    seen,
  });
  walk.main(graph);
  if (walk.problem !== null) return { ok: false, error: walk.problem };
  return ok(new Map([...seen].map(([name, value]) => [name, inferred(value)])));
}

function inferred({ type, shape, contents }: Value): InferredValue {
  const sizes = (all: readonly Dim[]) =>
    all.map((size) => (typeof size === "number" ? size : dimText(size)));
  return {
    type,
    shape: shape === null ? null : sizes(shape),
    ...(contents === undefined ? {} : { contents: sizes(contents) }),
  };
}
