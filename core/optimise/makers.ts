/** Candidates as the rewrites and quantisers make them. */
import { decodeOnnxFile, encodeOnnxFile } from "../model/onnx/index.ts";
import { refuse, type Result } from "../result.ts";
import { SHARED_CACHE, shareCache } from "./decode/index.ts";
import { Draft } from "./draft.ts";
import {
  calibrate,
  quantise,
  recipes,
  type Calibration,
  type Cpu,
  type Recipe,
} from "./quantise/index.ts";
import { foldConstants, REWRITES, rewriteExact, type RewriteOptions } from "./rewrites/index.ts";
import type { Runner, Session, Tensors } from "./runner.ts";
import type { Made, Makers } from "./search/index.ts";

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
    quantised: async (model, { recipe }) => {
      const known = recipe as Recipe;
      const calibration = known.kind === "static" ? await ranges(model) : null;
      if (calibration !== null && !calibration.ok) return calibration;
      const value = calibration?.value ?? null;
      return drafted(model, (draft) => Promise.resolve(quantise(draft, known, value)));
    },
  };
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
function rangesBy({ runner, session, calibration }: MakersGiven) {
  const known = new Map<Uint8Array, Promise<Result<Calibration>>>();
  const found = async (model: Uint8Array): Promise<Result<Calibration>> => {
    const decoded = await decodeOnnxFile(model);
    if (!decoded.ok) return decoded;
    const seen = await calibrate(Draft.of(decoded.value), calibration, runner, session);
    if (seen.kind === "done") return { ok: true, value: seen.value };
    return refuse(["calibration"], "samples that run", `${seen.reason}: ${seen.message}`);
  };
  return (model: Uint8Array): Promise<Result<Calibration>> => {
    const before = known.get(model);
    if (before !== undefined) return before;
    const next = found(model);
    known.set(model, next);
    return next;
  };
}
