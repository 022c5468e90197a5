/** The feed-forwards of a decoder's layers, from the figures of its configuration. */
import type { Fields } from "./_fields.ts";
import type { LayerKind } from "./_layer-pattern.ts";
import type { Traits } from "./_traits.ts";
import type { DenseFeedForward, Experts, FeedForward } from "./model.ts";

export function feedForwardOf(
  kind: LayerKind["feedForward"],
  fields: Fields,
  traits: Traits,
): FeedForward | null {
  if (kind === "none") return null;
  return kind === "experts" ? experts(fields, traits) : dense(fields, traits);
}

/** Whether the activation's name is one of a gated pair; Llama-like ones do not say so. */
export function isGated(fields: Fields, traits: Pick<Traits, "gated">): boolean {
  if (traits.gated !== "by-name") return traits.gated;
  return /gated|glu/iu.test(fields.text("hidden_act") ?? "");
}

function dense(fields: Fields, traits: Traits): DenseFeedForward {
  const { present, field } = traits.feedForwardBias;
  return {
    kind: "dense",
    intermediate: denseWidth(fields),
    gated: isGated(fields, traits),
    bias: field === undefined ? present : fields.flag(field, present),
  };
}

/** Llama 4 names its dense width apart; GPT-2's line leaves it at four times hidden. */
function denseWidth(fields: Fields): number {
  if (fields.has("intermediate_size_mlp")) return fields.count("intermediate_size_mlp");
  if (fields.has("intermediate_size")) return fields.count("intermediate_size");
  if (fields.has("expansion_ratio")) {
    return fields.count("hidden_size") * fields.count("expansion_ratio");
  }
  return fields.has("n_embd") || fields.has("ffn_multiple")
    ? 4 * fields.count("hidden_size")
    : fields.count("intermediate_size");
}

function experts(fields: Fields, traits: Traits): Experts {
  const count = fields.count("num_local_experts");
  const active = fields.count("num_experts_per_tok");
  if (active > count) fields.refuse("num_experts_per_tok", `at most ${count} experts`);
  const intermediate = fields.has("moe_intermediate_size")
    ? fields.count("moe_intermediate_size")
    : fields.count("intermediate_size");
  const latent = fields.countOr("moe_latent_size", null);
  return {
    kind: "experts",
    count,
    active,
    intermediate,
    gated: isGated(fields, traits),
    bias: traits.expertBias,
    shared: sharedExperts(fields, traits, intermediate),
    routerBias: traits.routerBias,
    ...(latent === null ? {} : { latent }),
  };
}

/** Gemma 4's dense feed-forward runs beside its experts. A stated total width counts; otherwise so many experts of the routed width. */
function sharedExperts(fields: Fields, traits: Traits, intermediate: number): Experts["shared"] {
  const stated = fields.natural("shared_expert_intermediate_size");
  const number = fields.natural("n_shared_experts");
  if (fields.flag("enable_moe_block", false)) {
    return { intermediate: denseWidth(fields), gate: false };
  }
  const total = stated > 0 ? stated * Math.max(1, number) : number * intermediate;
  return total === 0 ? null : { intermediate: total, gate: traits.sharedGate };
}
