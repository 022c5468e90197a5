/** Candidates, tried one by one: made, told apart, run, judged, timed. */
import type { Result } from "../../result.ts";
import type { Seconds } from "../../units.ts";
import { decibelsWorst, judge, LIMITS, type Limits, type Verdict } from "../guard/index.ts";
import type { Comparison, Outcome, Subject } from "../runner.ts";
import type { Ask } from "./ask.ts";
import {
  editCounts,
  SHIPPED,
  GAIN_LEAST,
  isGain,
  isLoss,
  isPromising,
  type Candidate,
  type EditCount,
  type Trial,
} from "./candidate.ts";
import type { Made, Patience } from "./makers.ts";
import type { Foresight } from "./foresee.ts";
import { compareTime, outputsTime, type Pace } from "./pace.ts";
import { extended, readOutputs, type Reference } from "./reference.ts";

/** What a candidate is before it is tried. */
export type Plan = Pick<Candidate, "name" | "level" | "skip" | "recipe">;

/** Of the budget, for the time of one candidate. */
const COMPARE_SHARE = 0.05;
const COMPARE_LEAST = 1.5;
/** Of the budget, by which a candidate is to be behind where nothing else is said; what is left is for the finals. */
const TRIALS_SHARE = 0.7;

export type Bound = (edits: readonly EditCount[]) => number;

/** How a candidate is tried. */
export interface Terms {
  /** From its edits, how many times as fast it could be at most; below 1.03 it is not tried. */
  readonly boundOf?: Bound;
  /** Of the budget, by which it is to be behind. */
  readonly share?: number;
  /** Whether making it finds what later ones have ready, as ranges of values. */
  readonly isFirst?: boolean;
  /** How many times as fast it must be foreseen to be, where that can be foreseen. */
  readonly least?: number;
}

export class Trials {
  readonly ask: Ask;
  readonly pace: Pace;
  readonly shipped: Trial;
  readonly all: Trial[];
  /** What lossy candidates are judged against; another form's where the file itself was in few bits. */
  reference: Reference;
  /** What candidates are foreseen by; null where nothing is known of the machine. */
  foresight: Foresight | null = null;
  /** Decibels between the file and the reference, where that is the file without the rounding it was shipped with. */
  unrounded: number | null = null;
  readonly #started: Seconds;
  readonly #known = new Map<string, string>();
  /** Of the candidate that took longest to make. */
  #making: Seconds = 0;

  constructor(
    ask: Ask,
    given: { readonly pace: Pace; readonly reference: Reference; readonly started: Seconds },
  ) {
    this.ask = ask;
    this.pace = given.pace;
    this.reference = given.reference;
    this.#started = given.started;
    const hash = ask.makers.hash(ask.model);
    this.#known.set(hash, SHIPPED);
    const candidate: Candidate = {
      name: SHIPPED,
      level: "lossless",
      skip: [],
      recipe: null,
      end: "baseline",
      reason: "what the others are compared with",
      edits: [],
      hash,
      bytes: ask.model.length,
    };
    this.shipped = { candidate, model: ask.model };
    this.all = [this.shipped];
  }

  /** Share of the budget that is spent. */
  get spent(): number {
    return (this.ask.now() - this.#started) / this.ask.budget;
  }

  /** Of a first look at a candidate, as it is asked for. */
  get look(): Seconds {
    return Math.max(COMPARE_LEAST, COMPARE_SHARE * this.ask.budget);
  }

  /** Of one more candidate, from making it to its time. */
  get cost(): Seconds {
    return this.#verdictCost + compareTime(this.pace, this.look);
  }

  /** From making it to what the guard says of the samples at hand. */
  get #verdictCost(): Seconds {
    return this.#making + this.#judging;
  }

  get #judging(): Seconds {
    return outputsTime(this.pace, this.reference.samples.length);
  }

  /** Whether what takes `seconds` ends before `share` of the budget is spent. */
  fits(seconds: Seconds, share: number): boolean {
    return this.spent + seconds / this.ask.budget <= share;
  }

  /** What making a recipe's model may take, so that judging it ends before `share` of the budget is spent. */
  patience(share: number): Patience {
    return { ...this.pace, left: (share - this.spent) * this.ask.budget - this.#judging };
  }

  note(text: string): void {
    this.ask.note(text, Math.min(1, this.spent));
  }

  skip(plan: Plan, reason: string, bound?: number): Trial {
    const more = bound === undefined ? {} : { bound };
    return this.#end(plan, { end: "skipped", reason, edits: [], ...more }, null);
  }

  /** Tries what `make` makes, where there is time for it. */
  async run(plan: Plan, make: () => Promise<Result<Made>>, terms: Terms = {}): Promise<Trial> {
    const { boundOf = UNBOUND, share = TRIALS_SHARE, isFirst = false, least = 0 } = terms;
    // That a recipe is refused is worth knowing, even where there is no time to time a sound one.
    const cost = plan.level === "lossy" ? this.#verdictCost : this.cost;
    if (!this.fits(cost, share)) return this.skip(plan, this.#late(cost));
    this.note(plan.name);
    const started = this.ask.now();
    const made = await make();
    if (!isFirst) this.#making = Math.max(this.#making, this.ask.now() - started);
    if (!made.ok) {
      const { path, expected, got } = made.error;
      const lacking = LACKING.get(path[0]);
      if (lacking !== undefined) return this.skip(plan, `${lacking}: ${expected}`);
      const reason = `not made: ${path.join(".")} expected ${expected}, got ${got}`;
      return this.#end(plan, { end: "failed", reason, edits: [] }, null);
    }
    const { model } = made.value;
    const edits = editCounts(made.value.edits);
    const hash = this.ask.makers.hash(model);
    const found = { edits, hash, bytes: model.length };
    const twin = this.#known.get(hash);
    if (twin !== undefined) {
      const reason = `changes nothing: the same as "${twin}"`;
      return this.#end(plan, { ...found, end: "unchanged", reason }, null);
    }
    this.#known.set(hash, plan.name);
    const bound = boundOf(edits);
    if (bound < GAIN_LEAST) {
      const reason = `cannot pay: what it touches takes ${percent(1 - 1 / bound)} of the time`;
      return this.#end(plan, { ...found, bound, end: "skipped", reason }, null);
    }
    const predicted = (await this.foresight?.(model)) ?? null;
    const known = {
      ...found,
      ...(Number.isFinite(bound) ? { bound } : {}),
      ...(predicted === null ? {} : { predicted }),
    };
    if (predicted !== null && predicted < least) {
      const reason = `cannot pay: foreseen ${predicted.toFixed(2)} times as fast as the file, others ${least.toFixed(2)}`;
      return this.#end(plan, { ...known, end: "skipped", reason }, null);
    }
    const judged = await this.#judged(plan, known, model);
    if ("candidate" in judged) return judged;
    const timing = compareTime(this.pace, this.look);
    if (this.fits(timing, share + LATE_SHARE)) return this.#timed(plan, judged, model);
    const reason = `${judged.verdict.reason}; not timed: ${this.#late(timing)}`;
    return this.#end(plan, { ...judged, end: "skipped", reason }, null);
  }

  #late(seconds: Seconds): string {
    const left = Math.max(0, (1 - this.spent) * this.ask.budget);
    return `no time: it takes some ${Math.ceil(seconds)} s, of ${Math.round(left)} s that are left`;
  }

  /** Times the file as shipped against `model`. */
  compare(
    model: Uint8Array,
    budget: Seconds = this.look,
    threads: number = this.ask.session.threads,
  ): Promise<Outcome<Comparison>> {
    const shipped = this.subject(this.ask.model, threads);
    return this.ask.runner.compare(shipped, this.subject(model, threads), budget);
  }

  subject(model: Uint8Array, threads: number = this.ask.session.threads): Subject {
    const feeds = this.reference.samples.slice(0, 4);
    return { model, session: { ...this.ask.session, threads }, feeds };
  }

  /** What is known with its verdict, where that lets it pass. */
  async #judged(plan: Plan, found: Found, model: Uint8Array): Promise<Judged | Trial> {
    const { limits = LIMITS } = this.ask;
    const seen = this.reference.samples.length;
    // Of what is not to be equal the guard asks to see more samples; what those at hand exclude needs no more.
    const isShort = plan.level === "lossy" && seen < limits.samples;
    let told = await this.#verdict(plan, model, isShort ? { ...limits, samples: seen } : limits);
    if (isShort && told.kind === "done" && decibelsWorst(told.value.errors) >= limits.floor) {
      const longer = await extended(this.ask, this.reference, limits.samples);
      if (longer.kind === "failed") return this.#end(plan, failure(found, longer), null);
      this.reference = longer.value;
      told = await this.#verdict(plan, model, limits);
    }
    if (told.kind === "failed") return this.#end(plan, failure(found, told), null);
    const verdict = told.value;
    if (verdict.isSound) return { ...found, verdict };
    const refusal = { end: "refused", reason: verdict.reason } as const;
    return this.#end(plan, { ...found, ...refusal, verdict }, model);
  }

  /** What the guard says of `model` on the samples of the reference. */
  async #verdict({ level }: Plan, model: Uint8Array, limits: Limits): Promise<Outcome<Verdict>> {
    const { graph, isGenerated, metric, session } = this.ask;
    const { samples, outputs: reference } = this.reference;
    const answered = await readOutputs(this.ask, { model, samples, session });
    if (answered.kind === "failed") return answered;
    const evidence = { graph, reference, candidate: answered.value, level, isGenerated, limits };
    const verdict = judge(metric === undefined ? evidence : { ...evidence, metric });
    return { kind: "done", value: verdict };
  }

  async #timed(plan: Plan, found: Judged, model: Uint8Array): Promise<Trial> {
    const timed = await this.compare(model);
    if (timed.kind === "failed") return this.#end(plan, failure(found, timed), null);
    const comparison = timed.value;
    const ended = endOf(comparison, this.ask.session.threads);
    // What a short look leaves open is for the longer one to say.
    const end = ended === "same" && isPromising(comparison) ? "gain" : ended;
    return this.#end(plan, { ...found, end, reason: found.verdict.reason, comparison }, model);
  }

  #end(plan: Plan, ended: Ended, model: Uint8Array | null): Trial {
    const trial = { candidate: { ...plan, ...ended }, model };
    this.all.push(trial);
    return trial;
  }

  /** Puts what a longer look found in the place of what was known of a trial. */
  revise(before: Trial, change: Partial<Candidate>): Trial {
    const trial = { ...before, candidate: { ...before.candidate, ...change } };
    this.all[this.all.indexOf(before)] = trial;
    return trial;
  }
}

/** What a maker refuses for lack of, and how that is told. */
const LACKING: ReadonlyMap<unknown, string> = new Map([
  ["time", "no time"],
  ["layers", "no layer to put into fewer bits"],
]);

type Ended = Omit<Candidate, keyof Plan>;
type Found = Omit<Ended, "end" | "reason">;
type Judged = Found & { readonly verdict: Verdict };

const UNBOUND: Bound = () => Infinity;

/** Of the budget, by which a candidate that took longer than foreseen may be late. */
const LATE_SHARE = 0.1;

/** Engines tell every tensor of a node that they refuse. */
const MESSAGE_MAX = 240;

function failure(
  found: Found,
  { reason, message }: Extract<Outcome<unknown>, { readonly kind: "failed" }>,
): Ended {
  return { ...found, end: "failed", reason: `${reason}: ${message.slice(0, MESSAGE_MAX)}` };
}

export function endOf(comparison: Comparison, threads: number): "gain" | "same" | "slower" {
  if (isGain(comparison, threads)) return "gain";
  return isLoss(comparison) ? "slower" : "same";
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
