/**
 * Devices as the two phases of a batch reach them.
 *
 * Source: ggml/src/ggml-cuda of llama.cpp: mma.cuh (products of matrices), mmvq.cu (of up to eight vectors, which
 * stream the weights)
 */
import type { Device, System } from "../catalogue/index.ts";
import { attentionReach, engineReach, vectorReach } from "./engine-reach.ts";
import { type Laws, target, type Target } from "./laws/index.ts";
import { surroundings } from "./surroundings.ts";
import type { Engine, Infeasible } from "./types.ts";

/** Targets of the two phases. */
export type PhaseTargets = Readonly<Record<"prompt" | "decode", Target>>;

/** Sequences up to which an engine with kernels of its own multiplies vectors, not matrices. */
const VECTORS_MAX = 8;

/** Errors: "infeasible" for want of figures. */
export function phaseTargets(
  system: System,
  engine: Engine,
  batch: number,
  laws: Laws,
): PhaseTargets | Infeasible {
  const on = (device: Device) => target(surroundings({ ...system, device }, engine), laws);
  const prompt = on(engineReach(system.device, engine));
  const decode = batch <= VECTORS_MAX ? on(vectorReach(system.device, engine)) : prompt;
  if ("kind" in prompt) return prompt;
  return "kind" in decode ? decode : { prompt: attentionReach(prompt, engine), decode };
}
