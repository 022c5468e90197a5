/** A second, longer look at the best candidates, and which of them is the one. */
import type { Joules, Seconds } from "../../units.ts";
import { decibelsWorst } from "../guard/index.ts";
import type { Comparison } from "../runner.ts";
import { isRate, type Ask, type Objective } from "./ask.ts";
import { GAIN_LEAST, SHIPPED, type Candidate, type Trial } from "./candidate.ts";
import type { Deployment } from "./deploy.ts";
import { compareTime } from "./pace.ts";
import { endOf, type Trials } from "./trials.ts";

/** A finalist, timed again for longer. */
export interface Final {
  readonly name: string;
  readonly comparison: Comparison;
  /** On all cores. */
  readonly all?: Comparison;
}

/** A model alone in its process. */
export interface Alone {
  readonly name: string;
  readonly itemsPerSecond: number;
  readonly bytesResident: number;
  /** Of an item and the whole processor, where a counter may be read. */
  readonly energy?: Joules;
}

export interface Finals {
  readonly finals: readonly Final[];
  readonly alone: readonly Alone[];
  readonly deployments: readonly Deployment[];
}

const FINALS_MAX = 3;
const FINAL_SHARE = 0.06;
const FINAL_LEAST = 2;

/** Times the best again, at the threads asked for and on all cores, and revises how they ended. */
export async function confirmed(trials: Trials): Promise<readonly Final[]> {
  const { objective } = trials.ask;
  const ranked = trials.all
    .filter(({ candidate }) => isEligible(candidate, objective))
    .toSorted((a, b) => worth(b, objective) - worth(a, objective));
  const finals: Final[] = [];
  for (const trial of ranked.slice(0, FINALS_MAX)) {
    // One gain is enough where the time is over; without one, the next best gets its turn.
    const isOver = trials.spent > 1 && finals.length > 0 && isGained(trials, finals);
    if (isOver) break;
    const time = compareTime(trials.pace, lookOf(trials));
    const isSeen = trials.fits(time, finals.length === 0 ? FIRST_BY : 1);
    const final = isSeen ? await confirmedOne(trials, trial) : seenOnce(trials, trial);
    if (final !== null) finals.push(final);
  }
  return finals;
}

/** By which candidates come to their second look: a lossy one is chosen only where it is so much better. */
function worth(trial: Trial, objective: Objective): number {
  return timeScore(trial, objective) / marginOf(trial);
}

function marginOf({ candidate }: Trial): number {
  return candidate.level === "lossy" ? GAIN_LEAST : 1;
}

/** Of the budget, by which the second look at the best is to be over. */
const FIRST_BY = 1.3;

/** A trial that there is no time to look at again: what the first look said, where that was beyond doubt. */
function seenOnce(trials: Trials, trial: Trial): Final | null {
  const { name, comparison, reason } = trial.candidate;
  if (comparison === undefined) return null;
  const end = endOf(comparison, trials.ask.session.threads);
  const timed = comparison.before.runs > 0 ? `${comparison.blocks} turns timed` : "predicted once";
  const words = `${timed}, no time for a second look`;
  trials.revise(trial, { end, reason: `${reason}; ${words}` });
  return { name, comparison };
}

function lookOf({ ask }: Trials): Seconds {
  return Math.max(FINAL_LEAST, FINAL_SHARE * ask.budget);
}

function isGained({ all }: Trials, finals: readonly Final[]): boolean {
  return all.some(
    ({ candidate }) => candidate.end === "gain" && finals.at(-1)?.name === candidate.name,
  );
}

/** Runs of one comparison that says something: six blocks of six, and warming up. */
const RUNS_LEAST = 48;
/** Of the time that is left, for one look at most. */
const LEFT_SHARE = 0.5;

async function confirmedOne(trials: Trials, trial: Trial): Promise<Final | null> {
  const { ask } = trials;
  const { threads } = ask.session;
  const { name, reason } = trial.candidate;
  if (trial.model === null) return null;
  trials.note(`${name}, once more`);
  const left = LEFT_SHARE * (1 - trials.spent) * ask.budget;
  const budget = Math.max(lookOf(trials), Math.min(RUNS_LEAST * trials.pace.run, left));
  const again = await trials.compare(trial.model, budget);
  if (again.kind === "failed") {
    trials.revise(trial, { end: "failed", reason: `${again.reason}: ${again.message}` });
    return null;
  }
  const comparison = again.value;
  const isWide = ask.cores > threads && trials.fits(compareTime(trials.pace, budget / 2), FIRST_BY);
  const wide = isWide ? await trials.compare(trial.model, budget / 2, ask.cores) : null;
  const all = wide?.kind === "done" ? wide.value : null;
  const isSlower = all !== null && endOf(all, ask.cores) === "slower";
  trials.revise(trial, {
    end: isSlower ? "slower" : endOf(comparison, threads),
    reason: isSlower ? `slower on ${ask.cores} threads` : reason,
    comparison,
  });
  return { name, comparison, ...(all === null ? {} : { all }) };
}

const ALONE_SHARE = 0.01;
/** Objectives that models alone decide, whatever time is left. */
const ALONE: ReadonlySet<Objective> = new Set(["memory", "energy"]);

/** Rate and memory of the file as shipped and of each finalist, alone in a process. */
export async function ratesAlone(
  trials: Trials,
  finals: readonly Final[],
): Promise<readonly Alone[]> {
  const { ask, pace } = trials;
  const budget = Math.max(0.5, ALONE_SHARE * ask.budget);
  const found: Alone[] = [];
  for (const { name, model } of finalists(trials, finals)) {
    const time = pace.load + Math.max(budget, 2 * pace.run);
    if (!ALONE.has(ask.objective) && !trials.fits(time, 1)) break;
    const rate = await trials.ask.runner.throughput(trials.subject(model), 1, budget);
    if (rate.kind === "failed") continue;
    const { itemsPerSecond, timing, energy } = rate.value;
    const drawn = energy === undefined ? {} : { energy };
    found.push({ name, itemsPerSecond, bytesResident: timing.bytesResident, ...drawn });
  }
  return found;
}

/** The file as shipped and the finalists, with their bytes. */
export function finalists(
  { all, shipped }: Trials,
  finals: readonly Final[],
): readonly { readonly name: string; readonly model: Uint8Array }[] {
  const names = new Set(finals.map(({ name }) => name));
  return [shipped, ...all].flatMap(({ candidate: { name }, model }, index) =>
    model !== null && (index === 0 || names.has(name)) ? [{ name, model }] : [],
  );
}

/** Speed must be gained beyond doubt where it is the aim, and elsewhere must not be lost. */
function isEligible({ end }: Candidate, objective: Objective): boolean {
  const isSpeed = objective === "latency" || objective === "p95" || objective === "energy";
  return end === "gain" || (end === "same" && !isSpeed);
}

/** How much better than the file as shipped, of what a comparison tells. */
function timeScore({ candidate }: Trial, objective: Objective): number {
  const { comparison, bytes = Infinity } = candidate;
  if (objective === "size") return 1 / bytes;
  if (comparison === undefined) return 0;
  if (objective === "p95") return comparison.before.p95 / comparison.after.p95;
  return objective === "energy" ? comparison.cpuRatio.middle : comparison.ratio.middle;
}

/** The best of the finalists, or null; a lossy one must beat those of less error by more than noise. */
export function chosen(trials: Trials, found: Finals): Trial | null {
  const { all, ask } = trials;
  const score = (name: string, trial?: Trial) => finalScore(ask, found, { name, trial });
  const names = new Set(found.finals.map(({ name }) => name));
  const eligible = all.filter(
    ({ candidate }) => isEligible(candidate, ask.objective) && names.has(candidate.name),
  );
  let best: Trial | null = null;
  let least = score(SHIPPED);
  for (const trial of eligible.toSorted((a, b) => decibelsOf(b) - decibelsOf(a))) {
    const own = score(trial.candidate.name, trial);
    if (own <= least * Math.max(marginOf(trial), noiseOf(ask, trial))) continue;
    best = trial;
    least = own;
  }
  return best;
}

/** Rates are measured one after the other, and not in turns: of what gained nothing in turns, a tenth is noise. */
const RATE_NOISE = 1.1;

function noiseOf({ objective }: Ask, { candidate: { end } }: Trial): number {
  return isRate(objective) && end !== "gain" ? RATE_NOISE : 1;
}

/** Of the output that fares worst; forms with equal outputs stand before all others. */
function decibelsOf({ candidate: { level, verdict } }: Trial): number {
  if (level === "lossless") return Infinity;
  return decibelsWorst(verdict?.errors ?? []);
}

/** More is better; of the file as shipped, what a candidate must beat. */
function finalScore(
  { objective, model }: Ask,
  { alone, deployments }: Finals,
  { name, trial }: { readonly name: string; readonly trial: Trial | undefined },
): number {
  const drawn = (whose: string) => alone.find((each) => each.name === whose)?.energy;
  if (isRate(objective)) return bestRate(deployments, name);
  if (objective === "size") return 1 / (trial?.candidate.bytes ?? model.length);
  if (objective === "memory") {
    return 1 / (alone.find((each) => each.name === name)?.bytesResident ?? Infinity);
  }
  const energy = objective === "energy" ? drawn(name) : undefined;
  const shipped = drawn(SHIPPED);
  if (energy !== undefined && shipped !== undefined) return shipped / energy;
  return trial === undefined ? 1 : timeScore(trial, objective);
}

function bestRate(deployments: readonly Deployment[], name: string): number {
  const own = deployments.filter(({ candidate, isWithin }) => candidate === name && isWithin);
  return Math.max(0, ...own.map(({ itemsPerSecond }) => itemsPerSecond));
}
