/** Candidates as the rewrites and quantisers make them. */
import { decodeOnnxFile, encodeOnnxFile } from "../model/onnx/index.ts";
import { refuse, type Result } from "../result.ts";
import { SHARED_CACHE, shareCache } from "./decode/index.ts";
import { Draft } from "./draft.ts";
import { sampleMedian } from "./comparison.ts";
import {
  calibrate,
  calibrationPasses,
  mixed,
  quantise,
  recipes,
  smooth,
  type Calibration,
  type Cpu,
  type Recipe,
  type Summary,
} from "./quantise/index.ts";
import { foldConstants, REWRITES, rewriteExact, type RewriteOptions } from "./rewrites/index.ts";
import type { Seconds } from "../units.ts";
import type { Profile, Runner, Session, Tensors } from "./runner.ts";
import type { Made, Makers, Patience } from "./search/index.ts";

export interface MakersGiven {
  readonly runner: Runner;
  readonly session: Session;
  readonly hash: (bytes: Uint8Array) => string;
  readonly options: Omit<RewriteOptions, "skip">;
  /** What ranges are taken from. */
  readonly calibration: readonly Tensors[];
  /** Of the machine that it is for. */
  readonly cpu: Cpu;
}

const RESTORING: ReadonlySet<string> = new Set(
  REWRITES.filter(({ exactness }) => exactness === "restored").map(({ name }) => name),
);

export function makersOf(given: MakersGiven): Makers {
  const ranges = rangesBy(given);
  return {
    hash: given.hash,
    restoring: RESTORING,
    rewritten: (model, skip) =>
      drafted(model, (draft) => rewrittenDraft(draft, new Set(skip), given)),
    recipes: async (model) => {
      const decoded = await decodeOnnxFile(model);
      if (!decoded.ok) return [];
      const found = recipes(Draft.of(decoded.value), given.cpu);
      return found.map((recipe) => ({ name: recipeName(recipe), recipe }));
    },
    quantised: async (model, { recipe }, patience) => {
      const { evened, ...known } = recipe as Evened;
      const isRanged = known.kind === "static" || evened !== undefined;
      const calibration = isRanged ? await ranges(model, patience) : null;
      if (calibration !== null && !calibration.ok) return calibration;
      const value = calibration?.value ?? null;
      return drafted(model, async (draft) => {
        if (value === null || evened === undefined) return reduced(draft, known, value);
        smooth(draft, value, evened);
        const moved = await ranged(draft, value.sampleCount, given);
        return moved.ok ? reduced(draft, known, moved.value) : moved;
      });
    },
    gentler: (model, { name, recipe }, profile) => {
      const known = recipe as Recipe;
      if (known.kind === "weights") return [];
      return [
        async () => ({ name: `${name}, evened`, recipe: { ...known, evened: EVENED } }),
        async (goes, patience) => {
          const calibration = known.kind === "static" ? await ranges(model, patience) : null;
          if (calibration !== null && !calibration.ok) return null;
          const { runner, session } = given;
          const feeds = given.calibration.slice(0, 1);
          const at = { model, calibration: calibration?.value ?? null, feeds, runner, session };
          const found = await mixed(known, NOISE_MAX, { ...at, goes }, timesOf(profile));
          if (found.kind === "failed") return null;
          const kept = found.value.kept.length;
          return { name: `${name} but ${kept} layers`, recipe: found.value };
        },
      ];
    },
  };
}

/** Errors: a recipe that finds no layer; why the first of those that look like one stays as it is. */
function reduced(draft: Draft, recipe: Recipe, ranges: Calibration | null): Result<Summary> {
  const found = quantise(draft, recipe, ranges);
  if (!found.ok || found.value.quantised.length > 0) return found;
  return refuse(["layers"], found.value.left[0]?.why ?? "none is of a kind that may", 0);
}

/** A recipe for a model whose values were evened out first, so strongly. */
type Evened = Recipe & { readonly evened?: number };

/** Shared between values and weights. Source: Xiao et al. 2022, arXiv:2211.10438, section 4 */
const EVENED = 0.5;

/** Power of error over that of outputs, 26 dB: what the guard asks of made-up samples, and 2 dB that a sum is off. */
const NOISE_MAX = 0.0025;

/** Time of a layer by the name of its node, as an engine's profile has it; the middle of all where it has none. */
function timesOf(profile: Profile | null): (layer: string) => Seconds {
  const operators = profile?.operators ?? [];
  const times = new Map(operators.map(({ name, time }) => [name.replace(/_nchwc$/u, ""), time]));
  const typical = Math.max(Number.MIN_VALUE, sampleMedian([...times.values(), 1e-6]));
  return (layer) => Math.max(Number.MIN_VALUE, times.get(layer) ?? typical);
}

/** The rewrite that asks the engine. */
const FOLDING = "fold-constants";

/** What the engine computes of constants makes way for further rewrites; then a decoder's cache is shared. */
async function rewrittenDraft(
  draft: Draft,
  skip: ReadonlySet<string>,
  { options, runner }: MakersGiven,
): Promise<Result<unknown>> {
  const first = rewriteExact(draft, { ...options, skip });
  if (!first.ok) return first;
  const folded = skip.has(FOLDING) ? null : await foldConstants(draft, runner);
  const isMore = folded?.kind === "done" && folded.value > 0;
  const again = isMore ? rewriteExact(draft, { ...options, skip }) : first;
  return !again.ok || skip.has(SHARED_CACHE) ? again : shareCache(draft);
}

/** What tells a recipe from the others, in a few words. */
function recipeName(recipe: Recipe): string {
  switch (recipe.kind) {
    case "static": {
      const range =
        recipe.range.kind === "share" ? `${100 * recipe.range.share} %` : recipe.range.kind;
      return `static 8 bits of ${range}${recipe.depthwise ? "" : " but depthwise"}`;
    }
    case "dynamic":
      return "dynamic 8 bits";
    case "weights":
      return `weights of ${recipe.bits} bits by ${recipe.block}`;
  }
}

/** `model` after `edit`: the very bytes given where nothing was edited. */
async function drafted(
  model: Uint8Array,
  edit: (draft: Draft) => Promise<Result<unknown>>,
): Promise<Result<Made>> {
  const decoded = await decodeOnnxFile(model);
  if (!decoded.ok) return decoded;
  const draft = Draft.of(decoded.value);
  const edited = await edit(draft);
  if (!edited.ok) return edited;
  const { log } = draft;
  const bytes = log.length === 0 ? model : encodeOnnxFile(draft.sealed());
  return { ok: true, value: { model: bytes, edits: log } };
}

/** Ranges of the values of a model, found once. */
function rangesBy(given: MakersGiven) {
  const known = new Map<Uint8Array, Promise<Result<Calibration>>>();
  const found = async (model: Uint8Array, patience: Patience): Promise<Result<Calibration>> => {
    const decoded = await decodeOnnxFile(model);
    if (!decoded.ok) return decoded;
    const draft = Draft.of(decoded.value);
    const passes = calibrationPasses(draft, given.calibration);
    const { load, run, left } = patience;
    const count = Math.floor((left / passes - load) / Math.max(run, 1e-6));
    if (count >= 1) return ranged(draft, count, given);
    const rest = Math.max(0, Math.round(left));
    const needed = Math.ceil(passes * (load + run));
    return refuse(["time"], `ranges take ${needed} s, of ${rest} s that are left`, rest);
  };
  return (model: Uint8Array, patience: Patience): Promise<Result<Calibration>> => {
    const before = known.get(model);
    if (before !== undefined) return before;
    const next = found(model, patience);
    known.set(model, next);
    return next;
  };
}

async function ranged(
  draft: Draft,
  count: number,
  { runner, session, calibration }: MakersGiven,
): Promise<Result<Calibration>> {
  const seen = await calibrate(draft, calibration.slice(0, count), runner, session);
  if (seen.kind === "done") return { ok: true, value: seen.value };
  return refuse(["calibration"], "samples that run", `${seen.reason}: ${seen.message}`);
}
