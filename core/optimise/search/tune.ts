/** The search: forms, then numbers in fewer bits, then a second look at the best, within a budget of time. */
import type { Seconds } from "../../units.ts";
import type { Outcome } from "../runner.ts";
import { judge } from "../guard/index.ts";
import { isRate, type Ask } from "./ask.ts";
import { SHIPPED, type Candidate } from "./candidate.ts";
import { deployments } from "./deploy.ts";
import { chosen, confirmed, finalists, ratesAlone, type Finals } from "./finals.ts";
import { bestForm } from "./forms.ts";
import { foresightOf } from "./foresee.ts";
import { profiled, tryRecipes } from "./lossy.ts";
import { outputsTime } from "./pace.ts";
import { pareto, type Point } from "./pareto.ts";
import { paceOf, readOutputs, referenceOf } from "./reference.ts";
import { Trials } from "./trials.ts";

export interface Tuning extends Finals {
  readonly candidates: readonly Candidate[];
  /** Name of the one to use: "as shipped" where none is better beyond doubt. */
  readonly chosen: string;
  /** Its bytes. */
  readonly model: Uint8Array;
  /** Candidates that no other beats in everything. */
  readonly pareto: readonly Point[];
  /** How many samples candidates were judged on. */
  readonly samples: number;
  /** Of a file shipped in few bits: decibels between it and the reference, which is it without that rounding. */
  readonly unrounded?: number;
  readonly budget: Seconds;
  readonly spent: Seconds;
}

/** Of the budget, by which the first candidate is to be behind, a profile before it included. */
const PROFILED_BY = 0.5;

/** Errors: `failed` where the file itself does not run. */
export async function tune(asked: Ask): Promise<Outcome<Tuning>> {
  const started = asked.begun ?? asked.now();
  asked.note("the reference, with no rewrites", 0);
  const pace = await paceOf(asked);
  const least = (asked.runs ?? 0) * (pace.load + pace.run);
  const ask = { ...asked, budget: Math.max(asked.budget, least) };
  const reference = await referenceOf(ask, pace);
  if (reference.kind === "failed") return reference;
  const trials = new Trials(ask, { pace, reference: reference.value, started });
  const profile = await profiled(trials, ask.model, PROFILED_BY);
  trials.foresight = await foresightOf(ask, profile);
  const form = await bestForm(trials);
  await tryRecipes(trials, form, profile);
  const found = await looked(trials);
  const best = chosen(trials, found);
  await judgeShipped(trials);
  const candidates = trials.all.map(({ candidate }) => candidate);
  const value = {
    ...found,
    candidates,
    chosen: best?.candidate.name ?? SHIPPED,
    model: best?.model ?? ask.model,
    pareto: pareto(candidates),
    samples: trials.reference.samples.length,
    ...(trials.unrounded === null ? {} : { unrounded: trials.unrounded }),
    budget: ask.budget,
    spent: ask.now() - started,
  };
  return { kind: "done", value };
}

/** Of forms with equal outputs on most models. */
const EQUAL_DECIBELS = 100;
const JUDGED_BY = 1.2;

/**
 * Where a form's outputs are less than equal: what the engine's own rewriting does to those of the file. Small outputs
 * of deep models are as far from themselves (PP-OCRv4 det: 64 dB of one picture, 3 of another).
 */
async function judgeShipped(trials: Trials): Promise<void> {
  const { ask, reference, pace, shipped } = trials;
  const isFar = trials.all.some(
    ({ candidate: { level, verdict } }) =>
      level === "lossless" && verdict?.errors.some(({ decibels }) => decibels < EQUAL_DECIBELS),
  );
  const time = outputsTime(pace, reference.samples.length);
  if (!isFar || trials.unrounded !== null || !trials.fits(time, JUDGED_BY)) return;
  const { model, graph, isGenerated, session } = ask;
  const answered = await readOutputs(ask, { model, samples: reference.samples, session });
  if (answered.kind === "failed") return;
  const outputs = { reference: reference.outputs, candidate: answered.value };
  const verdict = judge({ graph, ...outputs, level: "lossless", isGenerated });
  const reason = `${shipped.candidate.reason}; as the engine itself rewrites it: ${verdict.reason}`;
  trials.revise(shipped, { verdict, reason });
}

async function looked(trials: Trials): Promise<Finals> {
  const { ask } = trials;
  const finals = await confirmed(trials);
  const alone = await ratesAlone(trials, finals);
  if (!isRate(ask.objective)) return { finals, alone, deployments: [] };
  const budget = Math.max(6, (1 - trials.spent) * ask.budget);
  return {
    finals,
    alone,
    deployments: await deployments(ask, finalists(trials, finals), { pace: trials.pace, budget }),
  };
}
