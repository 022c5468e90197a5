/**
 * Time of one step of a model on one placement, whatever mixture of prompts and decodes it computes.
 *
 * A step is a sum of three parts that barely meet: everything but attention depends on how many tokens and sequences there are; attention
 * of prompts on chunk and prefix; attention of decodes on sequences and context. Each part is one expansion, timed operator by operator.
 * A pipeline runs its stages one after another for one step, with as many steps under way as there are stages.
 *
 * Source: notes/001-way-of-the-data.md; Agrawal et al. 2024, "Vidur" (MLSys), section 4 (the three parts)
 */
import type { Transformer } from "../model/index.ts";
import { expand, type Operator, type Segment, type Step } from "../operators/index.ts";
import { power } from "../power.ts";
import type { Fraction, Seconds, Tokens } from "../units.ts";
import type { PartFactors } from "./correction.ts";
import { hostTime, type HostCost } from "./host-cost.ts";
import type { Target } from "./laws/index.ts";
import { partOf } from "./step-parts.ts";
import { draftOf, draftParallel } from "./draft.ts";
import { timeAside } from "./padded-experts.ts";
import type { OperatorTime, Placement } from "./types.ts";

/** New tokens of a step and the sequences they belong to. */
export interface StepSize {
  readonly tokens: Tokens;
  readonly sequences: number;
}

export interface StepCost {
  /** Everything but attention over tokens before: projections, experts, norms, head, links. */
  readonly rest: (size: StepSize) => Seconds;
  /** Attention, and other work over a sequence, of sequences that are alike; and their drafting. */
  readonly attention: (segment: Segment) => Seconds;
  /** Work of the host that the devices wait for. */
  readonly host: (size: StepSize) => Seconds;
  /** The whole step. */
  readonly time: (step: Step) => Seconds;
  /** Each operator of one pipeline stage, timed. */
  readonly operators: (step: Step) => readonly OperatorTime[];
}

/** Whole steps are remembered as asked; `gridded` is for those who ask about endlessly many. */
export function stepCost(args: {
  readonly model: Transformer;
  readonly placement: Placement;
  readonly target: Target;
  readonly host: HostCost;
  /** True times of parts of a step that only decodes over those of physics; prompts take what physics says. */
  readonly factors: PartFactors;
}): StepCost {
  const { model, placement, target, factors } = args;
  const { parallel, numerics, engine } = placement;
  const drafts = drafting(model, placement);
  const expanded = (step: Step) => expand({ model, step, parallel, numerics });
  const alone = (operator: Operator) => timeAside(operator, engine, parallel, target);
  const timed = (operators: readonly Operator[], decoding: Fraction) =>
    operators.map((operator) => slowed(alone(operator), factors, decoding));
  const staged = (operators: readonly Operator[], decoding: Fraction) =>
    parallel.pipeline * total(timed(operators, decoding));
  const host = ({ sequences }: StepSize) => factors.host * hostTime(args.host, sequences, parallel);
  const drafted = (segments: readonly Segment[]) =>
    timed(segments.flatMap(drafts), 1).map((each): OperatorTime => ({ ...each, drafting: true }));
  const operators = remembered((step) => [
    ...timed(expanded(step), decodingShare(step.segments)),
    ...drafted(step.segments),
  ]);
  return {
    rest: ({ tokens, sequences }) => {
      const alike = { sequences, query: tokens / sequences, prefix: 0 };
      const parts = expanded({ segments: [alike] }).filter((part) => !isOverSequence(part));
      return staged(parts, sequences / tokens);
    },
    attention: (segment) =>
      staged(expanded({ segments: [segment] }).filter(isOverSequence), decodingShare([segment])) +
      staged(drafts(segment), 1),
    host,
    time: (step) => parallel.pipeline * total(operators(step)) + host(stepSize(step)),
    operators,
  };
}

/**
 * What the draft model computes beside a segment: one pass a drafted token behind sequences that decode, and one over a prompt,
 * to fill the draft's own cache. Counts are those of one of the pipeline's stages, which share the drafting.
 *
 * Source: vllm-project/vllm vllm/v1/spec_decode/eagle.py, propose (one pass over the step's tokens, then
 * a token a pass); passes are additive here, so weights are read once a segment
 */
function drafting(
  model: Transformer,
  { parallel, numerics, engine: { speculation } }: Placement,
): (segment: Segment) => readonly Operator[] {
  const draft = speculation === undefined ? null : draftOf(speculation, model);
  if (draft === null) return () => [];
  const split = { model: draft, parallel: draftParallel(parallel), numerics };
  return ({ sequences, query, prefix, drafted }) => {
    const passes = drafted ?? 1;
    const segment = { sequences, query: drafted === undefined ? query : 1, prefix };
    return expand({ ...split, step: { segments: [segment] } }).map((operator) => ({
      ...operator,
      count: (passes * operator.count) / parallel.pipeline,
    }));
  };
}

/** Share of a step's tokens that decode. */
function decodingShare(segments: readonly Segment[]): Fraction {
  let all = 0;
  let decoding = 0;
  for (const { sequences, query, drafted } of segments) {
    all += sequences * query;
    decoding += drafted === undefined ? sequences : sequences * query;
  }
  return decoding / all;
}

function slowed(timed: OperatorTime, factors: PartFactors, decoding: Fraction): OperatorTime {
  const { time, compute, memory, link, overhead } = timed;
  const part = partOf(timed.operator);
  const factor = power(factors[part], decoding);
  const launch = part === "exchange" ? factor : power(factors.launch, decoding);
  if (factor === 1 && launch === 1) return timed;
  return {
    ...timed,
    time: factor * (time - overhead) + launch * overhead,
    compute: factor * compute,
    memory: factor * memory,
    link: factor * link,
    overhead: launch * overhead,
  };
}

/** A service meets some dozens of steps; whoever asks about thousands of loads meets others each time. */
const STEPS_KEPT = 256;

function remembered<T>(compute: (step: Step) => T): (step: Step) => T {
  const known = new Map<string, T>();
  return (step) => {
    const key = stepKey(step);
    const found = known.get(key);
    if (found !== undefined) return found;
    const value = compute(step);
    if (known.size >= STEPS_KEPT) known.clear();
    known.set(key, value);
    return value;
  };
}

function stepKey({ segments, stack }: Step): string {
  let key = String(stack);
  for (const { sequences, query, prefix, source, drafted } of segments) {
    key += `|${sequences},${query},${prefix},${source},${drafted}`;
  }
  return key;
}

export function stepSize(step: Step): StepSize {
  let tokens = 0;
  let sequences = 0;
  for (const segment of step.segments) {
    tokens += segment.sequences * segment.query;
    sequences += segment.sequences;
  }
  return { tokens, sequences };
}

/** Time of operators one after another, each as often as it is done. */
export function total(times: readonly OperatorTime[]): Seconds {
  return times.reduce((sum, { operator, time }) => sum + operator.count * time, 0);
}

/** Work whose time depends on how new and earlier tokens are shared out over sequences. */
function isOverSequence({ work }: Operator): boolean {
  return work.kind === "attention" || work.kind === "scan";
}
