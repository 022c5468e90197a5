/** Numbers in fewer bits: the recipes of the makers, and gentler ones where the guard refuses them all. */
import { decibelsWorst } from "../guard/index.ts";
import type { Profile } from "../runner.ts";
import { gainBound } from "./bound.ts";
import type { Trial } from "./candidate.ts";
import type { NamedRecipe } from "./makers.ts";
import { profileTime } from "./pace.ts";
import type { Bound, Trials } from "./trials.ts";

/** Of the budget: by which the most promising recipe and others are to be tried, a gentler one found, and tried. */
const [FIRST_SHARE, OTHER_SHARE, FOUND_SHARE, GENTLER_SHARE] = [1.2, 0.9, 0.85, 1];

/** Outputs that are nothing but error come of a fault that no gentler recipe mends. */
const DECIBELS_LEAST = 0;

/** From `form`; `shipped` is where the time of the file goes, null where that is not known. */
export async function tryRecipes(
  trials: Trials,
  form: Trial,
  shipped: Profile | null,
): Promise<void> {
  const { ask } = trials;
  const model = form.model ?? ask.model;
  const recipes = await ask.makers.recipes(model);
  const isKnown = recipes.length === 0 || form === trials.shipped;
  const profile = isKnown ? shipped : await profiled(trials, model, GENTLER_SHARE);
  const { end, name: stem, skip } = form.candidate;
  const bound: Bound = (edits) =>
    profile === null ? Infinity : gainBound(profile, ask.graph, edits);
  const tried = (named: NamedRecipe, share: number): Promise<Trial> =>
    trials.run(
      {
        name: `${end === "baseline" ? "" : `${stem}, `}${named.name}`,
        level: "lossy",
        skip,
        recipe: named.recipe,
      },
      () => ask.makers.quantised(model, named, trials.patience(share)),
      { boundOf: bound, isFirst: share === FIRST_SHARE, share },
    );
  const found: (readonly [NamedRecipe, Trial])[] = [];
  for (const named of recipes)
    found.push([named, await tried(named, found.length === 0 ? FIRST_SHARE : OTHER_SHARE)]);
  const refused = found.some(([, { candidate }]) => candidate.verdict?.isSound === true)
    ? null
    : nearest(found);
  if (refused === null) return;
  const goes = () => trials.fits(trials.cost, FOUND_SHARE);
  for (const find of ask.makers.gentler(model, refused, profile)) {
    const named = goes() ? await find(goes, trials.patience(FOUND_SHARE)) : null;
    if (named === null) continue;
    const { candidate } = await tried(named, GENTLER_SHARE);
    if (candidate.end === "gain") return;
  }
}

/** Where the time of `model` goes; null where that would leave no time for a candidate by `share` of the budget. */
export async function profiled(
  trials: Trials,
  model: Uint8Array,
  share: number,
): Promise<Profile | null> {
  if (!trials.fits(profileTime(trials.pace) + trials.cost, share)) return null;
  const profile = await trials.ask.runner.profile(trials.subject(model));
  return profile.kind === "done" ? profile.value : null;
}

/** The refused recipe that lost least. */
function nearest(found: readonly (readonly [NamedRecipe, Trial])[]): NamedRecipe | null {
  const refused = found.flatMap(([named, { candidate }]) => {
    const decibels = decibelsWorst(candidate.verdict?.errors ?? []);
    return candidate.end === "refused" && decibels > DECIBELS_LEAST ? [{ named, decibels }] : [];
  });
  return refused.toSorted((a, b) => b.decibels - a.decibels)[0]?.named ?? null;
}
