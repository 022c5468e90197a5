/**
 * How a model's cost grows when one of its dimensions doubles.
 *
 * The model or step is really made twice as deep, wide, long or many, and expanded again: what a rule of
 * thumb leaves out (embeddings, attention over the context, weights shared by a batch) is in.
 *
 * Source: Kaplan et al., "Scaling Laws" (arXiv 2001.08361), table 1, for what to expect
 */
import { parameterCount, type Transformer } from "../model/index.ts";
import type { Bytes, Flops } from "../units.ts";
import { deeper, wider } from "./_double.ts";
import { expand } from "./expand.ts";
import { modelFlops, trafficBytes } from "./flops.ts";
import type { Segment, Step } from "./operator.ts";

export const DIMENSIONS = ["depth", "width", "sequence", "batch"] as const;
export type Dimension = (typeof DIMENSIONS)[number];

export interface Cost {
  readonly parameters: number;
  readonly flops: Flops;
  /** Traffic to and from memory. */
  readonly bytes: Bytes;
}

/** Cost of one step, and by how much each cost is multiplied when a dimension doubles. */
export interface Growth {
  readonly cost: Cost;
  readonly doubled: Readonly<Record<Dimension, Cost>>;
}

export function growth(args: { readonly model: Transformer; readonly step: Step }): Growth {
  const { model, step } = args;
  const cost = costOf(model, step);
  const ratio = (grown: Transformer, longer: Step) => costRatio(costOf(grown, longer), cost);
  return {
    cost,
    doubled: {
      depth: ratio(deeper(model), step),
      width: ratio(wider(model), step),
      sequence: ratio(model, longer(step)),
      batch: ratio(model, larger(step)),
    },
  };
}

/** `then` over `now`, each cost by itself. */
export function costRatio(then: Cost, now: Cost): Cost {
  return {
    parameters: then.parameters / now.parameters,
    flops: then.flops / now.flops,
    bytes: then.bytes / now.bytes,
  };
}

function costOf(model: Transformer, step: Step): Cost {
  return {
    parameters: parameterCount(model).total,
    flops: modelFlops(model, step),
    bytes: trafficBytes(expand({ model, step })),
  };
}

/** Twice the new tokens, the prefix and the source; a decoding step still adds one token. */
function longer(step: Step): Step {
  return withSegments(step, (segment) => ({
    ...segment,
    query: segment.query === 1 ? 1 : 2 * segment.query,
    prefix: 2 * segment.prefix,
    ...(segment.source === undefined ? {} : { source: 2 * segment.source }),
  }));
}

function larger(step: Step): Step {
  return withSegments(step, (segment) => ({ ...segment, sequences: 2 * segment.sequences }));
}

function withSegments(step: Step, change: (segment: Segment) => Segment): Step {
  return { ...step, segments: step.segments.map(change) };
}
