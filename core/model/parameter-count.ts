/** How many parameters a model has, all of them and those one token meets, by part. */
import type {
  Attention,
  DeltaRule,
  Embedding,
  Experts,
  FeedForward,
  Head,
  LatentAttention,
  Layer,
  Mixer,
  Model,
  Norm,
  Stack,
  StateSpace,
} from "./model.ts";
import { networkParameters } from "./network-size.ts";

export const PARAMETER_GROUPS = [
  "embedding",
  "attention",
  "mlp",
  "experts",
  "norm",
  "head",
] as const;
export type ParameterGroup = (typeof PARAMETER_GROUPS)[number];

export interface ParameterCount {
  readonly total: number;
  /** Those a token meets: all but the experts it is not routed to. */
  readonly active: number;
  readonly groups: Readonly<Record<ParameterGroup, number>>;
}

/**
 * Parameters of a model as its checkpoint stores them; multi-token-prediction layers are not part
 * of a model and are not counted. A network's nodes count as `mlp`.
 */
export function parameterCount(model: Model): ParameterCount {
  return model.kind === "network"
    ? counted({ mlp: networkParameters(model) })
    : added(model.stacks.map((stack) => stackParameters(stack)));
}

/** Parameters of one layer over `hidden` channels. */
export function layerParameters(layer: Layer, hidden: number): ParameterCount {
  const mixers = layer.mixers.map((mixer) => mixerParameters(mixer, hidden));
  const feedForward = layer.feedForward;
  const unused = feedForward?.kind === "experts" ? unusedParameters(feedForward, hidden) : 0;
  return counted(
    {
      attention: mixers.reduce((total, each) => total + each, 0),
      mlp: feedForward?.kind === "dense" ? feedForwardParameters(feedForward, hidden) : 0,
      experts: feedForward?.kind === "experts" ? feedForwardParameters(feedForward, hidden) : 0,
      norm: layer.norms.count * normParameters(layer.norms.norm, hidden),
    },
    unused,
  );
}

function stackParameters(stack: Stack): ParameterCount {
  const { hidden } = stack;
  const layers = stack.layers.map(({ count, layer, shared }) =>
    times(layerParameters(layer, hidden), shared ? 1 : count),
  );
  const ends = counted({
    embedding: embeddingParameters(stack.embedding, hidden),
    norm: stack.finalNorm === null ? 0 : normParameters(stack.finalNorm, hidden),
    head: stack.head === null ? 0 : headParameters(stack.head, hidden),
  });
  return added([ends, ...layers]);
}

/** A layer norm has a bias beside its scale. */
function normParameters(norm: Norm, width: number): number {
  return norm === "layer" ? 2 * width : width;
}

function mixerParameters(mixer: Mixer, hidden: number): number {
  switch (mixer.kind) {
    case "attention":
      return attentionParameters(mixer, hidden);
    case "latent-attention":
      return latentParameters(mixer, hidden);
    case "state-space":
      return stateSpaceParameters(mixer, hidden);
    case "delta-rule":
      return deltaRuleParameters(mixer, hidden);
  }
}

function attentionParameters(mixer: Attention, hidden: number): number {
  const query = mixer.heads * mixer.headDim * (mixer.gated ? 2 : 1);
  const key = mixer.kvHeads * mixer.headDim;
  const value = mixer.kvHeads * mixer.valueDim;
  const output = mixer.heads * mixer.valueDim;
  const bias = mixer.bias;
  return (
    hidden * (query + key + (mixer.valueTied ? 0 : value) + output) +
    (bias.q ? query : 0) +
    (bias.k ? key : 0) +
    (bias.v ? value : 0) +
    (bias.out ? hidden : 0) +
    { none: 0, head: 2 * mixer.headDim, full: mixer.heads * mixer.headDim + key }[mixer.qkNorm] +
    (mixer.sinks ? mixer.heads : 0) +
    mixer.relativeBuckets * mixer.heads
  );
}

function latentParameters(mixer: LatentAttention, hidden: number): number {
  const { heads, queryRank, kvRank, nopeDim, ropeDim, valueDim, indexer } = mixer;
  const query = heads * (nopeDim + ropeDim);
  const queryPath = queryRank === null ? hidden * query : queryRank * (hidden + 1 + query);
  const keyValuePath = hidden * (kvRank + ropeDim) + kvRank + kvRank * heads * (nopeDim + valueDim);
  const output = heads * valueDim * hidden;
  const index =
    indexer === null
      ? 0
      : (queryRank ?? hidden) * indexer.heads * indexer.dim +
        hidden * (indexer.dim + indexer.heads) +
        2 * indexer.dim;
  return queryPath + keyValuePath + output + index;
}

function stateSpaceParameters(mixer: StateSpace, hidden: number): number {
  const { inner, state, heads, groups, conv, stepRank } = mixer;
  const projectionBias = mixer.bias ? hidden : 0;
  if (mixer.version === 1) {
    const steps = inner * (stepRank + 2 * state) + stepRank * inner + inner;
    const projections = hidden * 2 * inner + inner * hidden + (mixer.bias ? 2 * inner : 0);
    return projections + projectionBias + inner * (conv + 1) + steps + inner * (state + 1);
  }
  const convolved = inner + 2 * groups * state;
  const input = inner + convolved + heads;
  const projections = hidden * input + inner * hidden + (mixer.bias ? input : 0);
  return projections + projectionBias + convolved * (conv + 1) + 3 * heads + inner;
}

function deltaRuleParameters(mixer: DeltaRule, hidden: number): number {
  const keys = mixer.keyHeads * mixer.keyDim;
  const values = mixer.valueHeads * mixer.valueDim;
  const convolved = 2 * keys + values;
  const gates =
    mixer.rank === undefined
      ? hidden * (values + 2 * mixer.valueHeads) + 2 * mixer.valueHeads
      : mixer.rank * (2 * hidden + keys + values) + hidden * mixer.valueHeads + keys + values;
  return hidden * (convolved + values) + convolved * mixer.conv + gates + mixer.valueDim;
}

function feedForwardParameters(feedForward: FeedForward, hidden: number): number {
  if (feedForward.kind === "dense") return expertParameters(feedForward, hidden);
  const { count, shared, latent } = feedForward;
  const router = hidden * count + (feedForward.routerBias ? count : 0);
  const always =
    shared === null
      ? 0
      : expertParameters({ ...feedForward, intermediate: shared.intermediate }, hidden) +
        (shared.gate ? hidden : 0);
  const adapters = latent === undefined ? 0 : 2 * hidden * latent;
  return count * expertParameters(feedForward, latent ?? hidden) + router + always + adapters;
}

function unusedParameters(experts: Experts, hidden: number): number {
  return (experts.count - experts.active) * expertParameters(experts, experts.latent ?? hidden);
}

function expertParameters(
  expert: { readonly intermediate: number; readonly gated: boolean; readonly bias: boolean },
  hidden: number,
): number {
  const matricesIn = expert.gated ? 2 : 1;
  const bias = expert.bias ? matricesIn * expert.intermediate + hidden : 0;
  return (matricesIn + 1) * hidden * expert.intermediate + bias;
}

function embeddingParameters(embedding: Embedding, hidden: number): number {
  switch (embedding.kind) {
    case "tokens": {
      const width = embedding.width ?? hidden;
      const adapter = embedding.width === null ? 0 : width * hidden;
      const table = embedding.shared ? 0 : embedding.vocab * width + adapter;
      const norm = embedding.norm === null ? 0 : normParameters(embedding.norm, width);
      return table + (embedding.positions + embedding.types) * width + norm;
    }
    case "patches": {
      const kernel = embedding.channels * embedding.patch ** 2 * hidden;
      const bias = embedding.bias ? hidden : 0;
      const norm = embedding.norm === null ? 0 : normParameters(embedding.norm, hidden);
      const classToken = embedding.classToken ? hidden : 0;
      return kernel + bias + norm + classToken + embedding.positions * hidden;
    }
    case "frames": {
      const first = embedding.kernel * embedding.mels * hidden + hidden;
      const second = embedding.kernel * hidden * hidden + hidden;
      return first + second + embedding.positions * hidden;
    }
  }
}

function headParameters(head: Head, hidden: number): number {
  switch (head.kind) {
    case "tokens": {
      const transform = head.transform ? hidden * hidden + 3 * hidden : 0;
      return (head.tied ? 0 : head.vocab * hidden) + (head.bias ? head.vocab : 0) + transform;
    }
    case "linear": {
      const input = hidden * (head.merge ?? 1);
      const widths = head.inner === undefined ? [head.outputs] : [head.inner, head.outputs];
      const weights = widths.map((width, index) => width * (widths[index - 1] ?? input));
      const biases = head.bias ? widths : [];
      return (head.taps ?? 1) * [...weights, ...biases].reduce((total, each) => total + each, 0);
    }
    case "pooler":
      return hidden * hidden + hidden;
  }
}

function counted(
  groups: Partial<Readonly<Record<ParameterGroup, number>>>,
  unused = 0,
): ParameterCount {
  const all = { embedding: 0, attention: 0, mlp: 0, experts: 0, norm: 0, head: 0, ...groups };
  const total = PARAMETER_GROUPS.reduce((sum, group) => sum + all[group], 0);
  return { total, active: total - unused, groups: all };
}

function times(count: ParameterCount, factor: number): ParameterCount {
  const groups = PARAMETER_GROUPS.map((group) => [group, factor * count.groups[group]]);
  return counted(Object.fromEntries(groups), factor * (count.total - count.active));
}

function added(counts: readonly ParameterCount[]): ParameterCount {
  const groups = PARAMETER_GROUPS.map((group) => [
    group,
    counts.reduce((sum, count) => sum + count.groups[group], 0),
  ]);
  const unused = counts.reduce((sum, count) => sum + count.total - count.active, 0);
  return counted(Object.fromEntries(groups), unused);
}
