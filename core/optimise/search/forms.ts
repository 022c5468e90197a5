/** Forms of a model with equal outputs: all rewrites, and without those that do harm. */
import { decibelsWorst, judge } from "../guard/index.ts";
import { editCounts, isGain, type Candidate, type EditCount, type Trial } from "./candidate.ts";
import { unchangedOutputs } from "./reference.ts";
import type { Plan, Trials } from "./trials.ts";

/** Of the budget; forms do not take more, recipes come after them. */
const FORMS_SHARE = 0.4;
/** The form with all rewrites promises most for its time: it is tried late, and in any case where runs are short. */
const FULL_SHARE = 1.4;
const SHORT_SHARE = 0.01;
const VARIANTS_MAX = 3;

/** The fastest sound form, which recipes then start from; the file as shipped where no form is better. */
export async function bestForm(trials: Trials): Promise<Trial> {
  const { makers, model } = trials.ask;
  const made = await makers.rewritten(model, []);
  if (made.ok) await adoptUnrounded(trials, editCounts(made.value.edits));
  const full = await trials.run(formPlan([]), async () => made, {
    share: trials.pace.run < SHORT_SHARE * trials.ask.budget ? Infinity : FULL_SHARE,
  });
  const names = full.candidate.edits
    .toSorted((a, b) => b.count - a.count)
    .map(({ rewrite }) => rewrite);
  if (full.candidate.end === "gain") return refined(trials, full, names);
  const isSound = SOUND.has(full.candidate.end);
  let best = isSound ? full : trials.shipped;
  if (full.candidate.end !== "unchanged" && names.length > 1) {
    const most = isSound ? VARIANTS_MAX : Infinity;
    best = await firstBetter(trials, { full, start: best, names: names.slice(0, most) });
    if (isSound && best.candidate.end === "gain") best = await preferred(trials, full, best);
  }
  return best.candidate.end === "slower" ? trials.shipped : best;
}

const SOUND: ReadonlySet<Candidate["end"]> = new Set(["gain", "same", "slower"]);

function formPlan(skip: readonly string[]): Plan {
  const name = skip.length === 0 ? "rewritten" : `rewritten without ${skip.join(", ")}`;
  return { name, level: "lossless", skip, recipe: null };
}

/** A variant of `full`, which is not tried where it is foreseen to be slower than that. */
function formTrial(trials: Trials, full: Trial, skip: readonly string[]): Promise<Trial> {
  const { makers, model } = trials.ask;
  const { end, predicted = 0 } = full.candidate;
  const least = SOUND.has(end) ? predicted * FORESEEN_SHARE : 0;
  const terms = { share: FORMS_SHARE, least };
  return trials.run(formPlan(skip), () => makers.rewritten(model, skip), terms);
}

/** What is foreseen of two forms of a file is off by the same. */
const FORESEEN_SHARE = 0.98;

/** The first variant without one rewrite that is sound, or, if all were, the first that gains. */
async function firstBetter(
  trials: Trials,
  given: { readonly full: Trial; readonly start: Trial; readonly names: readonly string[] },
): Promise<Trial> {
  const { full, start, names } = given;
  let best = start;
  for (const name of names) {
    if (!trials.fits(trials.cost, FORMS_SHARE)) break;
    const variant = await formTrial(trials, full, [name]);
    if (variant.candidate.end === "gain") return variant;
    const isBetter = best.candidate.end === "baseline" || best.candidate.end === "slower";
    if (isBetter && variant.candidate.end === "same") best = variant;
  }
  return best;
}

/** Leaves out each rewrite without which the form is faster than with it. */
async function refined(trials: Trials, full: Trial, names: readonly string[]): Promise<Trial> {
  let best = full;
  for (const name of names.slice(0, VARIANTS_MAX)) {
    if (names.length < 2 || !trials.fits(trials.cost, FORMS_SHARE / 2)) break;
    const variant = await formTrial(trials, best, [...best.candidate.skip, name]);
    if (best.model === null || variant.model === null || variant.candidate.end !== "gain") continue;
    if (await isFasterForm(trials, best.model, variant.model)) best = variant;
  }
  return best;
}

/** The variant where it is faster than the full form beyond doubt; else that one, whose look was an unlucky one. */
async function preferred(trials: Trials, full: Trial, variant: Trial): Promise<Trial> {
  const isFaster =
    full.model === null ||
    variant.model === null ||
    full.candidate.end === "slower" ||
    (await isFasterForm(trials, full.model, variant.model));
  return isFaster ? variant : trials.revise(full, { end: "gain" });
}

async function isFasterForm(
  trials: Trials,
  before: Uint8Array,
  after: Uint8Array,
): Promise<boolean> {
  const { runner, session } = trials.ask;
  const [first, second] = [trials.subject(before), trials.subject(after)];
  const compared = await runner.compare(first, second, trials.look);
  return compared.kind === "done" && isGain(compared.value, session.threads);
}

/** A file in few bits keeps this much of its outputs when the rounding goes: what goes is its own error. */
const ROUNDING_DECIBELS = 10;

/**
 * Where rewrites take rounding out of a file that was shipped in few bits, outputs move, towards those of weights
 * without it. The form with that done and nothing else becomes the reference of others, if it is near to the file.
 */
async function adoptUnrounded(trials: Trials, edits: readonly EditCount[]): Promise<void> {
  const { ask } = trials;
  const rounding = edits.filter(({ rewrite }) => ask.makers.restoring.has(rewrite));
  if (rounding.length === 0) return;
  const kept = new Set(rounding.map(({ rewrite }) => rewrite));
  const others = edits.map(({ rewrite }) => rewrite).filter((each) => !kept.has(each));
  const made = await ask.makers.rewritten(ask.model, others);
  if (!made.ok) return;
  trials.note("without the rounding it was shipped with");
  const { samples, outputs } = trials.reference;
  const answered = await unchangedOutputs(ask, made.value.model, samples);
  if (answered.kind === "failed") return;
  const { errors } = judge({
    graph: ask.graph,
    reference: outputs,
    candidate: answered.value,
    level: "lossless",
    isGenerated: ask.isGenerated,
  });
  const least = decibelsWorst(errors);
  if (least < ROUNDING_DECIBELS) return;
  trials.reference = { model: made.value.model, samples, outputs: answered.value };
  trials.unrounded = least;
}
