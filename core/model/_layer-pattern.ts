/** Which layer is of which kind: the many ways configurations write an interleaving. */
import { isWhole } from "./_fields.ts";
import type { Fields } from "./_fields.ts";

/** What mixes tokens in a layer, and what follows it. */
export interface LayerKind {
  readonly mixer: "full" | "local" | "linear" | "state-space" | "both" | "none";
  readonly feedForward: "dense" | "experts" | "none";
}

type MixerKind = LayerKind["mixer"];

/** The kind of each layer, in order. Refuses a list whose length is not the number of layers. */
export function layerKinds(fields: Fields, layers: number): readonly LayerKind[] {
  const written = singleKinds(fields, layers);
  if (written !== null) return written;
  const mixers = mixerKinds(fields, layers);
  const experts = expertLayers(fields, layers);
  return Array.from({ length: layers }, (_, index) => ({
    mixer: mixers[index] ?? "full",
    feedForward: feedForwardKind(fields, mixers[index] ?? "full", experts[index] ?? false),
  }));
}

/** Mamba's own layers have no feed-forward; hybrids state a width for one. */
function feedForwardKind(
  fields: Fields,
  mixer: MixerKind,
  experts: boolean,
): LayerKind["feedForward"] {
  if (experts) return "experts";
  return mixer === "state-space" && !fields.has("intermediate_size") ? "none" : "dense";
}

/** Nemotron-H: each layer is a mixer or a feed-forward, not both; older files write letters. */
const SINGLE_KINDS: ReadonlyMap<unknown, LayerKind> = new Map<unknown, LayerKind>([
  ["M", { mixer: "state-space", feedForward: "none" }],
  ["mamba", { mixer: "state-space", feedForward: "none" }],
  ["*", { mixer: "full", feedForward: "none" }],
  ["attention", { mixer: "full", feedForward: "none" }],
  ["-", { mixer: "none", feedForward: "dense" }],
  ["mlp", { mixer: "none", feedForward: "dense" }],
  ["E", { mixer: "none", feedForward: "experts" }],
  ["moe", { mixer: "none", feedForward: "experts" }],
]);

function singleKinds(fields: Fields, layers: number): readonly LayerKind[] | null {
  const letters = fields.text("hybrid_override_pattern");
  const listed = fields.list("layers_block_type");
  const alone = listed !== null && (listed.includes("moe") || listed.includes("mlp"));
  if (letters === null && !alone) return null;
  const name = letters === null ? "layers_block_type" : "hybrid_override_pattern";
  const entries: readonly unknown[] = letters === null ? (listed ?? []) : [...letters];
  if (entries.length !== layers) {
    fields.refuse(name, `one entry for each of ${layers} layers`, entries.length);
  }
  const kinds = entries.slice(0, layers).map((entry) => SINGLE_KINDS.get(entry));
  if (kinds.includes(undefined)) {
    fields.refuse(name, `only ${[...SINGLE_KINDS.keys()].join(", ")}`);
  }
  return kinds.filter((kind) => kind !== undefined);
}

function mixerKinds(fields: Fields, layers: number): readonly MixerKind[] {
  return (
    namedMixers(fields, "layer_types", layers) ??
    namedMixers(fields, "layers_block_type", layers) ??
    numberedMixers(fields, layers) ??
    kimiMixers(fields, layers) ??
    periodicMixers(fields, layers) ??
    windowedMixers(fields, layers)
  );
}

const MIXER_NAMES: ReadonlyMap<string, MixerKind> = new Map<string, MixerKind>([
  ["full_attention", "full"],
  ["attention", "full"],
  ["global_attention", "full"],
  ["global", "full"],
  ["sliding_attention", "local"],
  ["chunked_attention", "local"],
  ["local_attention", "local"],
  ["local", "local"],
  ["linear_attention", "linear"],
  ["mamba", "state-space"],
  ["mamba2", "state-space"],
  ["hybrid", "both"],
]);

function namedMixers(fields: Fields, name: string, layers: number): readonly MixerKind[] | null {
  const list = fields.list(name);
  if (list === null) return null;
  if (list.length !== layers)
    fields.refuse(name, `one entry for each of ${layers} layers`, list.length);
  return list.slice(0, layers).map((entry, index) => {
    const kind = typeof entry === "string" ? MIXER_NAMES.get(entry) : undefined;
    if (kind === undefined) {
      fields.refuse(name, `each of ${[...MIXER_NAMES.keys()].join(", ")}`, { index, entry });
    }
    return kind ?? "full";
  });
}

/** MiniMax-Text-01: 1 is softmax attention, 0 lightning attention. */
function numberedMixers(fields: Fields, layers: number): readonly MixerKind[] | null {
  const list = fields.list("attn_type_list");
  if (list === null) return null;
  if (list.length !== layers) {
    fields.refuse("attn_type_list", `one entry for each of ${layers} layers`, list.length);
  }
  return list.slice(0, layers).map((entry) => (entry === 0 ? "linear" : "full"));
}

/** Kimi Linear lists its layers of full attention, counted from 1. */
function kimiMixers(fields: Fields, layers: number): readonly MixerKind[] | null {
  const full = fields.part("linear_attn_config")?.list("full_attn_layers");
  if (full === undefined || full === null) return null;
  return pattern(layers, (index) => (full.includes(index + 1) ? "full" : "linear"));
}

function periodicMixers(fields: Fields, layers: number): readonly MixerKind[] | null {
  if (fields.has("full_attention_interval")) {
    const interval = fields.count("full_attention_interval");
    return pattern(layers, (index) => ((index + 1) % interval === 0 ? "full" : "linear"));
  }
  if (fields.has("attn_layer_period")) {
    const period = fields.count("attn_layer_period");
    const offset = fields.natural("attn_layer_offset");
    return pattern(layers, (index) => (index % period === offset ? "full" : "state-space"));
  }
  const indices = fields.list("attn_layer_indices");
  if (indices !== null) {
    return pattern(layers, (index) => (indices.includes(index) ? "full" : "state-space"));
  }
  if (isStateSpaceOnly(fields)) return pattern(layers, () => "state-space");
  return null;
}

/** A state and no attention heads is Mamba; both in one layer is Falcon-H1. */
function isStateSpaceOnly(fields: Fields): boolean {
  return fields.has("ssm_state_size") && !fields.has("num_attention_heads");
}

function windowedMixers(fields: Fields, layers: number): readonly MixerKind[] {
  if (fields.has("ssm_state_size")) return pattern(layers, () => "both");
  if (!fields.has("sliding_window") && !fields.has("attention_chunk_size")) {
    return pattern(layers, () => "full");
  }
  if (!fields.flag("use_sliding_window", true)) return pattern(layers, () => "full");
  const noRope = fields.list("no_rope_layers");
  if (noRope !== null && noRope.length === layers) {
    return pattern(layers, (index) => (noRope[index] === 0 ? "full" : "local"));
  }
  const interval = fields.countOr("sliding_window_pattern", null) ?? chunkInterval(fields);
  if (interval !== null) {
    return pattern(layers, (index) => ((index + 1) % interval === 0 ? "full" : "local"));
  }
  const first = fields.natural("max_window_layers");
  return pattern(layers, (index) => (index < first ? "full" : "local"));
}

/** Llama 4: each fourth layer has no rotary positions and sees everything. */
function chunkInterval(fields: Fields): number | null {
  return fields.has("attention_chunk_size") ? fields.countOr("no_rope_layer_interval", 4) : null;
}

/** Whether each layer's feed-forward is experts. */
function expertLayers(fields: Fields, layers: number): readonly boolean[] {
  if (!hasExperts(fields)) return pattern(layers, () => false);
  const listed = fields.list("moe_layers");
  if (listed !== null) return pattern(layers, (index) => listed.includes(index));
  const flags = fields.list("moe_layer_freq") ?? fields.list("mlp_layer_types");
  if (flags !== null && flags.length === layers) {
    return pattern(layers, (index) => flags[index] === 1 || flags[index] === "sparse");
  }
  const dense = fields.list("mlp_only_layers") ?? [];
  const first = fields.natural("first_k_dense_replace");
  const { step, offset } = expertStep(fields);
  return pattern(
    layers,
    (index) => index >= first && index % step === offset && !dense.includes(index),
  );
}

/** Experts in each `step`th layer, counted from `offset`. */
function expertStep(fields: Fields): { readonly step: number; readonly offset: number } {
  if (fields.has("expert_layer_period")) {
    return {
      step: fields.count("expert_layer_period"),
      offset: fields.natural("expert_layer_offset"),
    };
  }
  const names = ["decoder_sparse_step", "interleave_moe_layer_step", "moe_layer_interval"];
  const name = names.find((each) => fields.has(each));
  if (name !== undefined) {
    const step = fields.count(name);
    return { step, offset: step - 1 };
  }
  const frequency = fields.raw("moe_layer_freq");
  return { step: isWhole(frequency, 1) ? frequency : 1, offset: 0 };
}

/** One expert, or none, is a dense model. */
function hasExperts(fields: Fields): boolean {
  return fields.has("num_local_experts") && fields.natural("num_local_experts") > 1;
}

function pattern<T>(layers: number, kind: (index: number) => T): readonly T[] {
  return Array.from({ length: layers }, (_, index) => kind(index));
}
