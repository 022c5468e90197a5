/** What makes candidates: the rewrites and quantisers, or what stands for them in a test. */
import type { Result } from "../../result.ts";
import type { Seconds } from "../../units.ts";
import type { Edit } from "../draft.ts";
import type { Profile } from "../runner.ts";
import type { Pace } from "./pace.ts";

export interface Made {
  readonly model: Uint8Array;
  readonly edits: readonly Edit[];
}

/** Numbers kept in fewer bits. */
export interface NamedRecipe {
  readonly name: string;
  /** Plain data that a certificate keeps. */
  readonly recipe: unknown;
}

/** How long finding ranges may take: runs of the model, and the seconds there are for them. */
export interface Patience extends Pace {
  readonly left: Seconds;
}

/** Finds a recipe when it is asked for, as long as `goes` says so; null where there is none. */
export type Finder = (goes: () => boolean, patience: Patience) => Promise<NamedRecipe | null>;

export interface Makers {
  /** A digest of bytes, by which candidates are told apart. */
  readonly hash: (bytes: Uint8Array) => string;
  /** `model` with equal outputs; rewrites named in `skip` left out. */
  readonly rewritten: (model: Uint8Array, skip: readonly string[]) => Promise<Result<Made>>;
  /** Rewrites that take out what a file in few bits rounds, and so move its outputs. */
  readonly restoring: ReadonlySet<string>;
  /** In the order that they are worth trying. */
  readonly recipes: (model: Uint8Array) => Promise<readonly NamedRecipe[]>;
  readonly quantised: (
    model: Uint8Array,
    recipe: NamedRecipe,
    patience: Patience,
  ) => Promise<Result<Made>>;
  /** For a recipe whose outputs are refused: others that lose less, the cheapest first. */
  readonly gentler: (
    model: Uint8Array,
    refused: NamedRecipe,
    profile: Profile | null,
  ) => readonly Finder[];
}
