/** The recipes that are worth a try for a model, the most promising first. */
import type { Draft } from "../draft.ts";
import { layersOf, type Layer } from "./_layers.ts";
import { recurrentLayers } from "./_recurrent.ts";
import type { Cpu, DynamicRecipe, Recipe, StaticRecipe, WeightRecipe } from "./recipe.ts";

/**
 * Convolutions are worth static ranges, products of matrices and recurrent layers ranges as they come, and decoding,
 * which reads every weight for one token, weights in few bits. Products that are few beside convolutions are not
 * offered; a recurrent layer, which runs step by step, always is.
 *
 * Where pairs of products may pass 16 bits the recipes of 8 bits keep them from it.
 */
export function recipes(draft: Draft, cpu: Cpu): readonly Recipe[] {
  const layers = draft.graphs.flatMap((graph) => layersOf(graph).layers);
  const convolutions = layers.filter(({ kind }) => kind === "Conv");
  const products = layers.filter(({ kind }) => kind !== "Conv");
  const isRecurrent = draft.graphs.some((graph) => recurrentLayers(draft, graph).length > 0);
  const pairsSaturate = !cpu.sumsWide;
  const dynamic: DynamicRecipe = { kind: "dynamic", pairsSaturate, kept: [] };
  return [
    ...(isRecurrent || weightCount(products) > weightCount(convolutions) ? [dynamic] : []),
    ...(decodes(draft) ? weightRecipes() : []),
    ...(convolutions.length > 1 ? staticRecipes(convolutions, pairsSaturate) : []),
  ];
}

function weightCount(layers: readonly Layer[]): number {
  return layers.reduce(
    (sum, { weights }) => sum + Number(weights.dims.reduce((a, b) => a * b, 1n)),
    0,
  );
}

/** Whether keys and values of tokens before come in: an input that is joined to what is computed, or attended to. */
function decodes({ main }: Draft): boolean {
  return main.proto.input.some(({ name }) =>
    main.consumers(name).some(({ opType }) => opType === "Concat" || opType.endsWith("Attention")),
  );
}

function staticRecipes(layers: readonly Layer[], pairsSaturate: boolean): readonly StaticRecipe[] {
  const first: StaticRecipe = {
    kind: "static",
    range: { kind: "share", share: 0.9999 },
    pairsSaturate,
    chained: true,
    depthwise: true,
    biasCorrected: true,
    kept: [],
  };
  const others: StaticRecipe[] = [
    { ...first, range: { kind: "all" } },
    { ...first, range: { kind: "least error" } },
  ];
  if (layers.some(({ isDepthwise }) => isDepthwise)) others.push({ ...first, depthwise: false });
  return [first, ...others];
}

/**
 * Four bits gain most, where the guard lets them. Blocks of 32 take some 5 % longer than of 128 and are 2 dB closer; a
 * search of scales takes minutes for half a decibel.
 */
function weightRecipes(): readonly WeightRecipe[] {
  const four: WeightRecipe = {
    kind: "weights",
    bits: 4,
    block: 32,
    symmetric: true,
    searched: false,
    kept: [],
  };
  return [four, { ...four, bits: 8 }];
}
