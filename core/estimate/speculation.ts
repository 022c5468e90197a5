/**
 * Speculative decoding: a cheap draft proposes tokens, the model verifies all of them in one step.
 *
 * A step then costs the drafting and a forward over `drafted + 1` tokens a sequence, and gives between one and as many tokens: those up
 * to the first that is rejected, and one of the model's own. Where each drafted token is accepted with chance a, independently, that is
 * (1 − a^(k+1)) / (1 − a) on average. The answer is the same text; only its pace changes. Acceptance is a property of draft, model and
 * text: measure it (engines log it), for the defaults are what others found on their texts.
 *
 * Symbols: a acceptance, k drafted tokens
 * Source: Leviathan, Kalman and Matias 2023, "Fast inference from transformers via speculative
 * decoding" (ICML), equation 1
 */
import type { Transformer } from "../model/index.ts";
import { power } from "../power.ts";
import type { Fraction, Tokens } from "../units.ts";

/** Who drafts: another model, a look-up in the text so far, or a layer trained on the model's own states. */
export const DRAFT_METHODS = ["draft-model", "ngram", "mtp", "eagle"] as const;
export type DraftMethod = (typeof DRAFT_METHODS)[number];

/** How sure a chance of acceptance is; equal where it was measured. */
export interface Acceptance {
  readonly low: Fraction;
  readonly likely: Fraction;
  readonly high: Fraction;
}

export interface Speculation {
  readonly method: DraftMethod;
  /** Tokens drafted a step. */
  readonly drafted: number;
  /** Chance that a drafted token is accepted, given that those before it are. */
  readonly acceptance: Acceptance;
  /** Of method "draft-model": the model that drafts, of the same vocabulary. */
  readonly model?: Transformer;
}

export interface DraftUsual {
  readonly drafted: number;
  readonly acceptance: Acceptance;
  /** Where the acceptance was published. */
  readonly source: string;
}

/**
 * What is assumed of a method where nothing is said.
 *
 * Source: Leviathan et al. 2023, table 2 (0.53 to 0.82 over drafts, texts and temperatures); hemingkx/Spec-Bench
 * Leaderboard.md (1.74 tokens a step by look-up, that is 1 − 1/1.74 for long drafts, from nearly none in translation to
 * 2.3 in summaries); DeepSeek-AI 2024, "DeepSeek-V3" (arXiv 2412.19437), section 5.4.3 (0.85 to 0.90 of the second
 * token), and nebius/MTP-DeepSeek-V3-0324 README (3.2 tokens a step of 7 drafts by the original module, that is 0.70);
 * Li et al. 2024, "EAGLE" (arXiv 2401.15077), table of acceptance by position in a chain (0.64 to 0.79)
 */
export const DRAFT_USUAL: Readonly<Record<DraftMethod, DraftUsual>> = {
  "draft-model": {
    drafted: 5,
    acceptance: { low: 0.53, likely: 0.68, high: 0.82 },
    source: "Leviathan et al. 2023, table 2",
  },
  ngram: {
    drafted: 5,
    acceptance: { low: 0.1, likely: 0.43, high: 0.57 },
    source: "Spec-Bench leaderboard, prompt look-up",
  },
  mtp: {
    drafted: 1,
    acceptance: { low: 0.7, likely: 0.85, high: 0.9 },
    source: "DeepSeek-V3 technical report, section 5.4.3",
  },
  eagle: {
    drafted: 3,
    acceptance: { low: 0.64, likely: 0.74, high: 0.79 },
    source: "EAGLE, arXiv 2401.15077, chain acceptance",
  },
};

/** Drafts by `method`: as usual for it, but for what is said; an acceptance that is said counts as measured. */
export function drafts(
  method: DraftMethod,
  said: {
    readonly drafted?: number;
    readonly acceptance?: Fraction;
    readonly model?: Transformer;
  } = {},
): Speculation {
  const usual = DRAFT_USUAL[method];
  const { drafted = usual.drafted, acceptance: share, model } = said;
  const acceptance =
    share === undefined ? usual.acceptance : { low: share, likely: share, high: share };
  return { method, drafted, acceptance, ...(model === undefined ? {} : { model }) };
}

/**
 * Tokens of a step whose `drafted` tokens are each accepted with chance `acceptance`: from 1 to `drafted` + 1.
 *
 * Source: Leviathan et al. 2023, equation 1
 */
export function tokensPerStep(acceptance: Fraction, drafted: number): number {
  if (acceptance >= 1) return drafted + 1;
  return (1 - power(acceptance, drafted + 1)) / (1 - acceptance);
}

/** Tokens a sequence gains in a step, as likely as not: 1 where nothing is drafted. */
export function pace(speculation: Speculation | undefined): number {
  if (speculation === undefined) return 1;
  return tokensPerStep(speculation.acceptance.likely, speculation.drafted);
}

/** That pace over the pace at the ends of the acceptance: what a token's time is multiplied by there. */
export function paceDoubt(speculation: Speculation | undefined): {
  readonly fast: number;
  readonly slow: number;
} {
  if (speculation === undefined) return { fast: 1, slow: 1 };
  const { acceptance, drafted } = speculation;
  const own = pace(speculation);
  return {
    fast: own / tokensPerStep(acceptance.high, drafted),
    slow: own / tokensPerStep(acceptance.low, drafted),
  };
}

/** In words, for a list of assumptions: how often drafts are accepted, and who says so. */
export function speculationNotes(speculation: Speculation | undefined): readonly string[] {
  if (speculation === undefined) return [];
  const { method, drafted, acceptance } = speculation;
  const { low, likely, high } = acceptance;
  const share = (value: Fraction) => `${Math.round(100 * value)}`;
  const isSaid = low === high;
  const often = isSaid ? share(likely) : `${share(likely)} [${share(low)}–${share(high)}]`;
  const source = isSaid ? "as given" : DRAFT_USUAL[method].source;
  return [`drafted by ${method}, ${drafted} a step: ${often} in a hundred accepted (${source})`];
}

/** New tokens of a decoding sequence in a step: its own and those to verify. */
export function stepTokens(speculation: Speculation | undefined): Tokens {
  return 1 + (speculation?.drafted ?? 0);
}
