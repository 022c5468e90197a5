/** Numbers in fewer bits: the recipes of the makers, and gentler ones where the guard refuses them all. */
import type { Profile } from "../runner.ts";
import { gainBound } from "./bound.ts";
import type { Trial } from "./candidate.ts";
import type { NamedRecipe } from "./makers.ts";
import { profileTime } from "./pace.ts";
import type { Plan, Terms, Trials } from "./trials.ts";

/** Of the budget, by which the most promising recipe is to be tried; others leave time for the finals. */
const FIRST_SHARE = 1.2;

/** From `form`; `shipped` is where the time of the file goes, null where that is not known. */
export async function tryRecipes(
  trials: Trials,
  form: Trial,
  shipped: Profile | null,
): Promise<void> {
  const { makers } = trials.ask;
  const model = form.model ?? trials.ask.model;
  const recipes = await makers.recipes(model);
  const isKnown = recipes.length === 0 || form === trials.shipped;
  const profile = isKnown ? shipped : await profiled(trials, model);
  const lossy = new Lossy(trials, { form, model, profile });
  for (const [place, named] of recipes.entries()) {
    await lossy.tried(named, place === 0 ? { share: FIRST_SHARE } : {});
  }
  await lossy.gentler();
}

/** Of the budget, by which there is to be time for a candidate after a profile. */
const PROFILE_SHARE = 0.8;

/** Where the time of `model` goes; null where there is no time to see. */
export async function profiled(trials: Trials, model: Uint8Array): Promise<Profile | null> {
  const time = profileTime(trials.pace) + trials.cost;
  if (!trials.fits(time, PROFILE_SHARE)) return null;
  const profile = await trials.ask.runner.profile(trials.subject(model));
  return profile.kind === "done" ? profile.value : null;
}

interface Start {
  readonly form: Trial;
  readonly model: Uint8Array;
  readonly profile: Profile | null;
}

class Lossy {
  readonly #trials: Trials;
  readonly #start: Start;
  readonly #tried: (readonly [NamedRecipe, Trial])[] = [];

  constructor(trials: Trials, start: Start) {
    this.#trials = trials;
    this.#start = start;
  }

  async tried(named: NamedRecipe, terms: Terms): Promise<Trial> {
    const { ask } = this.#trials;
    const { model, profile } = this.#start;
    const trial = await this.#trials.run(
      this.#plan(named),
      () => ask.makers.quantised(model, named, this.#trials.patience(terms.share)),
      {
        ...terms,
        ...(profile === null ? {} : { boundOf: (edits) => gainBound(profile, ask.graph, edits) }),
      },
    );
    this.#tried.push([named, trial]);
    return trial;
  }

  /** Where the guard refused all that it saw, what loses less than the best of them, until one is a gain. */
  async gentler(): Promise<void> {
    const trials = this.#trials;
    const isSound = this.#tried.some(([, { candidate }]) => candidate.verdict?.isSound === true);
    const best = isSound ? undefined : this.#nearest();
    if (best === undefined) return;
    const { model, profile } = this.#start;
    for (const find of trials.ask.makers.gentler(model, best, profile)) {
      const goes = () => trials.fits(trials.cost, GENTLER_SHARE);
      if (!goes()) return;
      const named = await find(goes, trials.patience(GENTLER_SHARE));
      if (named === null) continue;
      const { candidate } = await this.tried(named, { share: GENTLER_SHARE + FOUND_SHARE });
      if (candidate.end === "gain") return;
    }
  }

  #nearest(): NamedRecipe | undefined {
    const refused = this.#tried.flatMap(([named, { candidate }]) => {
      const errors = candidate.verdict?.errors ?? [];
      const decibels = Math.min(...errors.map((each) => each.decibels));
      return candidate.end === "refused" && decibels > DECIBELS_LEAST ? [{ named, decibels }] : [];
    });
    return refused.toSorted((a, b) => b.decibels - a.decibels)[0]?.named;
  }

  #plan({ name, recipe }: NamedRecipe): Plan {
    const { candidate } = this.#start.form;
    const stem = candidate.end === "baseline" ? "" : `${candidate.name}, `;
    return { name: `${stem}${name}`, level: "lossy", skip: candidate.skip, recipe };
  }
}

/** Of the budget, by which a gentler recipe is to be found, and what it may take further. */
const GENTLER_SHARE = 0.7;
const FOUND_SHARE = 0.1;
/** Outputs that are nothing but error come of a fault that no gentler recipe mends. */
const DECIBELS_LEAST = 0;
