/**
 * The work of one batch of equal inputs: everything before the first token, and decoding after it.
 *
 * Stacks before the last run once: an encoder or vision tower over its own input. Where the last stack attends across
 * to them, the input is theirs and the decoder starts from one token; elsewhere the input is the decoder's. Decode
 * time is a smooth function of context, so three Gauss points integrate it over the answer.
 *
 * Source: Vaswani et al. 2017 (arXiv 1706.03762), section 3.1 (encoder, decoder); Gauss-Legendre
 * quadrature of three points, exact to degree 5, Abramowitz and Stegun 25.4.30
 */
import { attendsAcross, isDecoder, type Model, type Transformer } from "../model/index.ts";
import {
  expand,
  expandNetwork,
  inputTokens,
  type Operator,
  type Step,
} from "../operators/index.ts";
import { storedBytes, type Numerics } from "../precision.ts";
import type { Tokens } from "../units.ts";
import type { BatchShape } from "./batch-shape.ts";
import { blockByBlock, layerByLayer } from "./layer-by-layer.ts";
import { inPieces, middlePiece, pieceCount } from "./prompt-pieces.ts";
import { scoreCount } from "./host-link.ts";
import type { Engine, Placement } from "./types.ts";

/** Operators before the first token; for networks, one pass over the batch, with `sums` in their products or apart. */
export function promptOperators(
  model: Model,
  placement: Placement,
  shape: BatchShape,
  sums = true,
): readonly Operator[] {
  const { parallel, numerics, engine } = placement;
  if (model.kind === "network") {
    const fused = engine.launch === undefined && engine.eager !== true;
    const operators = expandNetwork(model, shape.batch, numerics, { fused, sums });
    return engine.launch === undefined ? operators : blockByBlock(operators);
  }
  const steps = promptSteps(model, shape);
  const expanded = steps.flatMap((step) => {
    const { pieces } = engine;
    if (pieces === undefined) return expand({ model, step, parallel, numerics });
    const count = pieceCount(engine, step.segments[0]?.query ?? 0);
    const piece = expand({ model, step: middlePiece(step, count), parallel, numerics });
    return inPieces(piece, count, pieces);
  });
  const operators = [...expanded, ...scoring(model, numerics, shape)];
  return engine.launch === undefined ? operators : layerByLayer(operators, engine.scorePasses ?? 0);
}

/** The product of all tokens with the vocabulary, where its scores are the answer. */
function scoring(model: Transformer, numerics: Numerics, shape: BatchShape): readonly Operator[] {
  const scores = shape.batch * scoreCount(model, shape);
  const k = model.stacks.at(-1)?.hidden ?? 0;
  if (scores === 0) return [];
  const { linear: weights, activations, compute } = numerics;
  const m = shape.batch * shape.input;
  const n = scores / m;
  return [
    {
      name: "scores over the vocabulary",
      group: "head",
      count: 1,
      work: { kind: "matmul", m, n, k, batch: 1, compute: compute.linear, weights, activations },
      flops: 2 * scores * k,
      read: storedBytes(n * k, weights) + storedBytes(m * k, activations),
      written: storedBytes(scores, activations),
    },
  ];
}

/** Steps after the first token: none for models that only read. */
export function decodeCount(model: Model, { output }: BatchShape): number {
  if (!isDecoder(model)) return 0;
  return Math.max(0, output - 1);
}

/** Decode steps at the contexts that stand for the whole answer, with how many steps each stands for. */
export function decodeSteps(
  model: Transformer,
  shape: BatchShape,
  { padded }: Pick<Engine, "padded"> = {},
): readonly { readonly step: Step; readonly times: number }[] {
  const steps = decodeCount(model, shape);
  const { prompt, source } = decoderInput(model, shape);
  return GAUSS.map(({ at, weight }) => {
    const context = prompt + (steps * (1 + at)) / 2;
    const held = padded === "power" ? 2 ** Math.ceil(Math.log2(context + 1)) - 1 : context;
    const prefix = padded === "whole" ? prompt + steps : held;
    const sequences = Math.max(shape.batch, shape.slots ?? 1);
    const segment = { sequences, query: 1, prefix, ...source };
    return { step: { segments: [segment] }, times: (steps * weight) / 2 };
  });
}

const GAUSS = [
  { at: -Math.sqrt(3 / 5), weight: 5 / 9 },
  { at: 0, weight: 8 / 9 },
  { at: Math.sqrt(3 / 5), weight: 5 / 9 },
];

function promptSteps(model: Transformer, shape: BatchShape): readonly Step[] {
  const sequences = shape.batch;
  const { prompt, source } = decoderInput(model, shape);
  const before = model.stacks.slice(0, -1).map((each, stack) => {
    const query = inputTokens(each) ?? shape.input;
    return { segments: [{ sequences, query, prefix: 0 }], stack };
  });
  const { texts = sequences } = shape;
  return [...before, { segments: [{ sequences: texts, query: prompt, prefix: 0, ...source }] }];
}

interface DecoderInput {
  readonly prompt: Tokens;
  readonly source: { readonly source?: Tokens };
}

function decoderInput(model: Transformer, { input }: BatchShape): DecoderInput {
  const [first] = model.stacks;
  const last = model.stacks.at(-1);
  if (first === undefined || last === undefined) return { prompt: input, source: {} };
  if (attendsAcross(last)) {
    return { prompt: 1, source: { source: inputTokens(first) ?? input } };
  }
  return { prompt: inputTokens(last) ?? input, source: {} };
}
