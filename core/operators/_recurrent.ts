/**
 * Mixers with a state of fixed size in place of a cache: Mamba 1 and 2, and the gated delta rule.
 *
 * Inner channels are split over tensor ranks. A step reads and writes each sequence's state once, and FLOPs are those of the
 * recurrence; chunked prefill kernels do about as many with matrix units when the chunk is about twice the state size.
 *
 * Source: Gu & Dao, "Mamba" (arXiv 2312.00752), algorithm 2; Dao & Gu, "Mamba-2" (arXiv 2405.21060),
 * section 7; Yang et al., "Gated Delta Networks" (arXiv 2412.06464), equation 10
 */
import type { DeltaRule, StateSpace } from "../model/index.ts";
import { storedBytes } from "../precision.ts";
import {
  allReduce,
  elementwise,
  linear,
  matmul,
  mixerFrame,
  wideLinear,
  type Linear,
} from "./_emit.ts";
import type { Operator } from "./operator.ts";
import type { Scope, Shard } from "./_scope.ts";

export type Recurrent = StateSpace | DeltaRule;

/** A recurrent mixer on one device. */
interface Plan {
  /** Before the recurrence, in order. */
  readonly inputs: readonly Linear[];
  readonly out: Linear;
  /** Channels of the causal convolution, and its kernel. */
  readonly channels: number;
  readonly conv: number;
  readonly heads: number;
  /** Values of state a sequence. */
  readonly state: number;
  /** Arithmetic of one token on one value of state. */
  readonly flopsPerValue: number;
  /** Values outside projections and convolution. */
  readonly extras: number;
}

/** h = a·h + b·x (3 with the product b·x), y += c·h (2), and the decay (1). */
const STATE_SPACE_FLOPS = 6;
/** Decay (1), prediction kᵀS (2), rank-one update (2), read-out qᵀS (2). */
const DELTA_RULE_FLOPS = 7;

function planOf(mixer: Recurrent, shard: Shard): Plan {
  if (mixer.kind === "delta-rule") return deltaPlan(mixer, shard);
  return mixer.version === 1 ? mambaPlan(mixer, shard) : mamba2Plan(mixer, shard);
}

function part(shard: Shard, name: string, inputs: number, outputs: number, bias = false): Linear {
  return linear(shard, { name: `attention/${name}`, inputs, outputs, bias: bias ? outputs : 0 });
}

function mambaPlan(mixer: StateSpace, shard: Shard): Plan {
  const inner = Math.ceil(mixer.inner / shard.tensor);
  const { state, stepRank, conv, bias } = mixer;
  return {
    inputs: [
      part(shard, "ssm-in", shard.hidden, 2 * inner, bias),
      part(shard, "ssm-select", inner, stepRank + 2 * state),
      part(shard, "ssm-step", stepRank, inner, true),
    ],
    out: part(shard, "ssm-out", inner, shard.hidden, bias),
    channels: inner,
    conv,
    heads: inner,
    state: inner * state,
    flopsPerValue: STATE_SPACE_FLOPS,
    extras: inner * state + inner,
  };
}

function mamba2Plan(mixer: StateSpace, shard: Shard): Plan {
  const { state, conv, bias } = mixer;
  const inner = Math.ceil(mixer.inner / shard.tensor);
  const heads = Math.ceil(mixer.heads / shard.tensor);
  const mixed = inner + 2 * Math.ceil(mixer.groups / shard.tensor) * state;
  return {
    inputs: [part(shard, "ssm-in", shard.hidden, inner + mixed + heads, bias)],
    out: part(shard, "ssm-out", inner, shard.hidden, bias),
    channels: mixed,
    conv,
    heads,
    state: inner * state,
    flopsPerValue: STATE_SPACE_FLOPS,
    extras: 3 * heads + inner,
  };
}

function deltaPlan(mixer: DeltaRule, shard: Shard): Plan {
  const { keyDim, valueDim, conv, rank } = mixer;
  const keys = Math.ceil(mixer.keyHeads / shard.tensor) * keyDim;
  const heads = Math.ceil(mixer.valueHeads / shard.tensor);
  const values = heads * valueDim;
  const mixed = 2 * keys + values;
  const inputs =
    rank === undefined
      ? [
          part(shard, "delta-in", shard.hidden, mixed + values),
          wideLinear(shard, {
            name: "attention/delta-gates",
            inputs: shard.hidden,
            outputs: 2 * heads,
          }),
        ]
      : [
          part(shard, "delta-in", shard.hidden, mixed + heads + 2 * rank),
          part(shard, "delta-decay", rank, heads * keyDim),
          part(shard, "delta-gate", rank, values),
        ];
  return {
    inputs,
    out: part(shard, "delta-out", values, shard.hidden),
    channels: conv === 0 ? 0 : mixed,
    conv,
    heads,
    state: heads * keyDim * valueDim,
    flopsPerValue: DELTA_RULE_FLOPS,
    extras: valueDim + (rank === undefined ? 2 * heads : keys + values),
  };
}

export function recurrentLinears(mixer: Recurrent, shard: Shard): readonly Linear[] {
  const plan = planOf(mixer, shard);
  return [...plan.inputs, plan.out];
}

/** Values outside the projections: convolution, decay, skip, norm of the output. */
export function recurrentExtras(mixer: Recurrent, shard: Shard): number {
  const { channels, conv, extras } = planOf(mixer, shard);
  const convBias = mixer.kind === "state-space" ? channels : 0;
  return channels * conv + convBias + extras;
}

/** Values of state one sequence keeps on one device: the recurrence's, and the convolution's last inputs. */
export function recurrentState(mixer: Recurrent, shard: Shard): number {
  const { state, channels, conv } = planOf(mixer, shard);
  return state + channels * Math.max(0, conv - 1);
}

export function recurrentOperators(mixer: Recurrent, scope: Scope): Operator[] {
  const plan = planOf(mixer, scope);
  const { tokens } = scope;
  const convolved = tokens * plan.channels;
  const gated = tokens * plan.out.inputs;
  const isMamba = mixer.kind === "state-space" && mixer.version === 1;
  const selected = isMamba ? tokens * (mixer.stepRank + 2 * mixer.state) : 0;
  const conv = { name: "attention/conv", read: convolved, written: convolved } as const;
  return mixerFrame(scope, plan.out, [
    ...plan.inputs.map((input) => matmul(scope, input, tokens)),
    ...(isMamba ? allReduce(scope, "attention/ssm-reduce", selected) : []),
    ...(convolved > 0 ? [elementwise(scope, conv)] : []),
    ...scans(plan, scope),
    elementwise(scope, { name: "attention/gate", read: 2 * gated, written: gated }),
  ]);
}

function scans(plan: Plan, scope: Scope): Operator[] {
  const { state, heads, flopsPerValue } = plan;
  const { wide, numerics } = scope;
  const width = plan.out.inputs;
  return scope.segments.map(({ sequences, query }): Operator => {
    const rows = sequences * query;
    const states = storedBytes(sequences * state, wide);
    return {
      name: "attention/scan",
      group: "attention",
      count: scope.count,
      work: { kind: "scan", sequences, query, heads, state, compute: numerics.compute.attention },
      flops: flopsPerValue * rows * state,
      read: states + storedBytes(rows * (plan.channels + heads), wide),
      written: states + storedBytes(rows * width, wide),
    };
  });
}
