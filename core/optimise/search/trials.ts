/** Candidates, tried one by one: made, told apart, run, judged, timed. */
import type { Result } from "../../result.ts";
import type { Seconds } from "../../units.ts";
import { judge, type Verdict } from "../guard/index.ts";
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
import type { Made } from "./makers.ts";
import { readOutputs, type Reference } from "./reference.ts";

/** What a candidate is before it is tried. */
export type Plan = Pick<Candidate, "name" | "level" | "skip" | "recipe">;

/** Of the budget, for the time of one candidate. */
const COMPARE_SHARE = 0.05;
const COMPARE_LEAST = 1.5;

export class Trials {
  readonly ask: Ask;
  readonly shipped: Trial;
  readonly all: Trial[];
  /** What lossy candidates are judged against; another form's where the file itself was in few bits. */
  reference: Reference;
  /** Decibels between the file and the reference, where that is the file without the rounding it was shipped with. */
  unrounded: number | null = null;
  readonly #started: Seconds;
  readonly #known = new Map<string, string>();

  constructor(ask: Ask, reference: Reference, started: Seconds) {
    this.ask = ask;
    this.reference = reference;
    this.#started = started;
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

  note(text: string): void {
    this.ask.note(text, Math.min(1, this.spent));
  }

  skip(plan: Plan, reason: string, bound?: number): Trial {
    const more = bound === undefined ? {} : { bound };
    return this.#end(plan, { end: "skipped", reason, edits: [], ...more }, null);
  }

  /**
   * Tries what `make` makes. `boundOf` says from its edits how many times as fast it could be at most; below 1.03
   * it is not tried.
   */
  async run(
    plan: Plan,
    make: () => Promise<Result<Made>>,
    boundOf: (edits: readonly EditCount[]) => number = () => Infinity,
  ): Promise<Trial> {
    this.note(plan.name);
    const made = await make();
    if (!made.ok) {
      const { path, expected, got } = made.error;
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
    const known = Number.isFinite(bound) ? { ...found, bound } : found;
    return this.#judged(plan, known, model);
  }

  /** Times the file as shipped against `model`. */
  compare(
    model: Uint8Array,
    budget: Seconds = Math.max(COMPARE_LEAST, COMPARE_SHARE * this.ask.budget),
    threads: number = this.ask.session.threads,
  ): Promise<Outcome<Comparison>> {
    const { ask } = this;
    return this.ask.runner.compare(
      this.subject(ask.model, threads),
      this.subject(model, threads),
      budget,
    );
  }

  subject(model: Uint8Array, threads: number = this.ask.session.threads): Subject {
    const feeds = this.reference.samples.slice(0, 4);
    return { model, session: { ...this.ask.session, threads }, feeds };
  }

  async #judged(plan: Plan, found: Found, model: Uint8Array): Promise<Trial> {
    const { samples } = this.reference;
    const { session } = this.ask;
    const answered = await readOutputs(this.ask, { model, samples, session });
    if (answered.kind === "failed") return this.#end(plan, failure(found, answered), null);
    const { graph, isGenerated, metric, limits } = this.ask;
    const verdict = judge({
      graph,
      reference: this.reference.outputs,
      candidate: answered.value,
      level: plan.level,
      isGenerated,
      ...(metric === undefined ? {} : { metric }),
      ...(limits === undefined ? {} : { limits }),
    });
    if (!verdict.isSound) {
      const refusal = { end: "refused", reason: verdict.reason } as const;
      return this.#end(plan, { ...found, ...refusal, verdict }, model);
    }
    return this.#timed(plan, { ...found, verdict }, model);
  }

  async #timed(
    plan: Plan,
    found: Found & { readonly verdict: Verdict },
    model: Uint8Array,
  ): Promise<Trial> {
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

type Ended = Omit<Candidate, keyof Plan>;
type Found = Omit<Ended, "end" | "reason">;

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
