/**
 * Ways to split one replica over devices that are worth trying.
 *
 * Tensor parallelism stays inside a host, where links are fast; whole hosts are joined by pipeline
 * stages. Experts are either split like everything else or spread whole; attention of models with
 * one shared latent cache may run data-parallel, since tensor parallelism would only copy that cache.
 *
 * Source: Narayanan et al. 2021, "Efficient Large-Scale Language Model Training on GPU Clusters",
 * section 3 (tensor within a node, pipeline across); DeepSeek-V3 report, section 3.4 (data-parallel attention with expert parallelism).
 */
import { hasExperts, hasMixer, type Model } from "../model/index.ts";
import type { Parallel } from "../operators/index.ts";

/** Powers of two up to `most`; none below 1. */
export function powers(most: number): readonly number[] {
  const all: number[] = [];
  for (let power = 1; power <= most; power *= 2) all.push(power);
  return all;
}

/** Splits of `model` over exactly `devices` devices, of which `perHost` share fast links. */
export function splits(model: Model, devices: number, perHost: number): readonly Parallel[] {
  const inHost = Math.min(devices, powers(perHost).at(-1) ?? 1);
  const pipeline = devices / inHost;
  const plain: Parallel = { tensor: inHost, data: 1, pipeline, expert: 1 };
  if (!hasExperts(model) || inHost === 1) return [plain];
  const spread: Parallel = { ...plain, expert: inHost };
  if (!hasLatentCache(model)) return [plain, spread];
  return [plain, spread, { tensor: 1, data: devices, pipeline: 1, expert: devices }];
}

function hasLatentCache(model: Model): boolean {
  return (
    model.kind === "transformer" && model.stacks.some((each) => hasMixer(each, "latent-attention"))
  );
}
