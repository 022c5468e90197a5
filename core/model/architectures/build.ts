/** From figures to a network: the family in the figures picks the drawing, nothing else does. */
import { ok, refuse, type Result } from "../../result.ts";
import type { Network } from "../network.ts";
import { uniformNumerics } from "../uniform-numerics.ts";
import type { Architecture } from "./_architecture.ts";
import { resnet } from "./resnet.ts";

/** Figures of one network; each family has its own besides. */
export interface NetworkSpec {
  readonly family: string;
  readonly [figure: string]: unknown;
}

const FAMILIES: ReadonlyMap<string, Architecture> = new Map(Object.entries({ resnet }));

/**
 * The network that `spec` describes, in FP32 as frameworks publish weights.
 *
 * Errors: an unknown family, or a figure the family lacks or does not know.
 */
export function buildNetwork(
  label: Pick<Network, "id" | "name" | "source">,
  spec: NetworkSpec,
): Result<Network> {
  const family = FAMILIES.get(spec.family);
  if (family === undefined) {
    return refuse(["family"], `one of ${[...FAMILIES.keys()].join(", ")}`, spec.family);
  }
  const drawing = family.draw(spec);
  if (!drawing.ok) return drawing;
  const { id, name, source } = label;
  const numerics = uniformNumerics("fp32");
  return ok({ kind: "network", id, name, source, numerics, ...drawing.value });
}

/** Figures that are sizes of the input and not of the network. */
export const INPUT_FIGURES = ["image", "volume", "frames", "tokens", "latent", "lookups"] as const;

/** The same network on another size of input: `withInput(spec, { image: 288 })`. */
export function withInput(
  spec: NetworkSpec,
  input: Partial<Readonly<Record<(typeof INPUT_FIGURES)[number], number | readonly number[]>>>,
): Result<NetworkSpec> {
  const unknown = Object.keys(input).find((figure) => spec[figure] === undefined);
  if (unknown !== undefined)
    return refuse([unknown], `an input of the ${spec.family} family`, unknown);
  return ok({ ...spec, ...input });
}
