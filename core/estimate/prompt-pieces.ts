/**
 * A prompt computed in pieces by an engine whose operators are kernels apart.
 *
 * Each piece attends to what came before it, so that all together attend to half the prompt each. What a product gives, scores of attention
 * too, goes through memory in passes; weights of few bits are written out wide before each product of a piece. Stages of a pipeline
 * work on pieces at the same time, as many as the host can launch ahead: a stage's queue holds the kernels of so many layers, and
 * launching waits where one is full.
 *
 * Source: catalogue/engines/llama-cpp.json
 */
import { layerCount, type Stack } from "../model/index.ts";
import { type Operator, passBeside, type Step } from "../operators/index.ts";
import { storedBytes } from "../precision.ts";
import type { Bytes, Tokens } from "../units.ts";
import type { Engine } from "./types.ts";

type Pieces = NonNullable<Engine["pieces"]>;

/** The pieces that a prompt falls into; 1 of an engine that computes it whole. */
export function pieceCount({ pieces }: Pick<Engine, "pieces">, prompt: Tokens): number {
  return pieces === undefined ? 1 : Math.ceil(prompt / pieces.tokens);
}

/** The piece in the middle of a prompt of `count`. */
export function middlePiece(step: Step, count: number): Step {
  const segments = step.segments.map((segment) => {
    const query = segment.query / count;
    return { ...segment, query, prefix: segment.prefix + ((count - 1) * query) / 2 };
  });
  return { ...step, segments };
}

/** `operators` of a piece, `count` times, each with its passes; only the last piece has a head. */
export function inPieces(
  operators: readonly Operator[],
  count: number,
  { valueBytes }: Pieces,
): readonly Operator[] {
  return operators.flatMap((one) => {
    const { work, group } = one;
    const operator = { ...one, count: group === "head" ? one.count : count * one.count };
    switch (work.kind) {
      case "attention": {
        const scores = work.sequences * work.heads * work.query * work.context;
        return [operator, pass(operator, "scores", valueBytes * scores)];
      }
      case "matmul": {
        const { m, n, k, batch, weights, activations } = work;
        const values = pass(operator, "pass", valueBytes * m * n * batch);
        if (weights.bits >= activations.bits) return [operator, values];
        const narrow = storedBytes(batch * n * k, weights);
        const wide = storedBytes(batch * n * k, activations);
        const read = operator.read - narrow + wide;
        const product = { ...operator, read, work: { ...work, weights: activations } };
        return [pass(operator, "widened", narrow + wide), product, values];
      }
      default:
        return [operator];
    }
  });
}

/** Bytes of a value of 16 bits, read and written. */
const MOVED = 4;

function pass(operator: Operator, what: string, bytes: Bytes): Operator {
  const name = `${operator.name}, ${what}`;
  return passBeside(operator, { name, elements: bytes / MOVED, bytes: bytes / 2 });
}

/** Time of `count` pieces over `stages` stages, over that of one stage's share of all of them. */
export function stagedTimes(
  { pieces }: Pick<Engine, "pieces">,
  stack: Stack,
  stages: number,
  count: number,
): number {
  if (pieces === undefined || stages === 1) return stages;
  const own = layerCount([stack]) / stages;
  const underWay = Math.min(stages, 1 + pieces.layersAhead / own);
  return (stages * (1 + (count - 1) / underWay)) / count;
}
