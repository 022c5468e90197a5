/** One model on one machine: how long it takes, how much it gives, and where the time goes. */
import {
  headroom,
  sampleMedian,
  type Ceilings,
  type Headroom,
  type Outcome,
  type Runner,
  type Session,
  type Subject,
  type Tensors,
  type Throughput,
  type Timing,
} from "../../core/optimise/index.ts";
import { measuredCeilings } from "./ceilings.ts";
import { pressureWatch } from "./_pressure.ts";

export interface Question {
  readonly model: Uint8Array;
  readonly session: Session;
  /** Samples of one batch. */
  readonly feeds: readonly Tensors[];
  /** Loads to count items of: batches with their samples, and processes at once. */
  readonly loads: readonly Load[];
  /** Seconds for all of it, about: what would take half as much again is left out. */
  readonly budget: number;
  /** A clock, in seconds; the machine's unless said. */
  readonly now?: () => number;
  /** What products have reached on this machine before, with as many threads; null of nothing. */
  readonly reached: Reached | null;
  /** Hears what share is done. */
  readonly reach: (share: number) => void;
}

export type Reached = Pick<Ceilings, "fp32" | "int8">;

export interface Load {
  readonly batch: number;
  readonly instances: number;
  readonly threads: number;
  readonly feeds: readonly Tensors[];
}

export interface LoadResult extends Omit<Load, "feeds"> {
  readonly result: Outcome<Throughput>;
}

export interface ModelTimes {
  /** Of all repeats together. */
  readonly latency: Timing;
  /** Each in a process of its own. */
  readonly repeats: readonly Timing[];
  readonly loads: readonly LoadResult[];
  /** Null where the engine keeps no profile, or there was no time for one. */
  readonly profile: {
    readonly total: number;
    readonly operators: readonly Headroom[];
    readonly ceilings: Ceilings;
  } | null;
  /** Share of time in which something waited for a processor while repeats ran; null where nobody says. */
  readonly pressure: number | null;
  /** Joules a run, of the whole processor; null where no counter may be read. */
  readonly energy: number | null;
}

/** Processes that latency is measured in: two differ by more than runs inside one do. */
const REPEATS = 5;
const LATENCY_SHARE = 0.5;
/** Of the budget, by which whatever is begun is to be over. */
const LATE_SHARE = 1.5;
/** Runs of a process that counts long ones: to warm up, and one. Of a profile and what it is set beside. */
const RUNS_COUNTED = 2;
const RUNS_PROFILED = 6;

export async function measureModel(
  runner: Runner,
  question: Question,
): Promise<Outcome<ModelTimes>> {
  const { model, session, feeds, loads, budget, reach } = question;
  const subject = { model, session, feeds };
  const { now = () => performance.now() / 1e3 } = question;
  const started = now();
  const left = () => LATE_SHARE * budget - (now() - started);
  const shares = loads.length > 0 ? LATENCY_SHARE : 1;
  const repeated = await repeats(runner, subject, {
    each: (budget * shares) / REPEATS,
    goes: (seconds) => now() - started + seconds <= budget,
    now,
    reach: (done) => reach(done * 0.4),
  });
  if (repeated.kind === "failed") return repeated;
  const { run, load: start } = repeated.value.pace;
  // Where the time goes is asked before what a load does: of little time, the first is worth more.
  const isProfiled = 3 * start + RUNS_PROFILED * run <= left();
  const profile = isProfiled ? await profiled(runner, subject, question.reached) : null;
  reach(0.6);
  const results: LoadResult[] = [];
  for (const { feeds: batch, ...load } of loads) {
    const own = {
      model,
      session: { ...session, threads: load.threads },
      feeds: batch,
      items: load.batch,
    };
    const time = (budget * (1 - shares)) / loads.length;
    const least = start + Math.max(time, RUNS_COUNTED * run * load.batch);
    const result =
      least <= left() ? await runner.throughput(own, load.instances, time) : late(least, left());
    results.push({ ...load, result });
    reach(0.6 + (0.4 * results.length) / loads.length);
  }
  const { timings, pressure, energy } = repeated.value;
  const value = {
    latency: pooled(timings),
    repeats: timings,
    loads: results,
    profile,
    pressure,
    energy,
  };
  return { kind: "done", value };
}

function late(seconds: number, left: number): Outcome<never> {
  const message = `left out: it takes some ${Math.ceil(seconds)} s, of ${Math.max(0, Math.floor(left))} s that are left`;
  return { kind: "failed", reason: "timeout", message };
}

interface Repeats {
  readonly timings: readonly Timing[];
  /** Seconds of a run, and of a process before its first. */
  readonly pace: { readonly run: number; readonly load: number };
  readonly pressure: number | null;
  readonly energy: number | null;
}

async function repeats(
  runner: Runner,
  subject: Subject,
  given: {
    readonly each: number;
    /** Whether there is time for another process that takes so long. */
    readonly goes: (seconds: number) => boolean;
    readonly now: () => number;
    readonly reach: (share: number) => void;
  },
): Promise<Outcome<Repeats>> {
  const { each, goes, now, reach } = given;
  let pace = { run: 0, load: 0 };
  let took = 0;
  const pressure = pressureWatch();
  const timings: Timing[] = [];
  const energies: number[] = [];
  for (let repeat = 0; repeat < REPEATS && (repeat === 0 || goes(took)); repeat += 1) {
    const from = now();
    const answer = await runner.throughput(subject, 1, each);
    took = now() - from;
    if (answer.kind === "failed") return answer;
    const run = Math.min(answer.value.timing.median, took / RUNS_COUNTED);
    pace = { run, load: Math.max(0, took - Math.max(each, RUNS_COUNTED * run)) };
    timings.push(answer.value.timing);
    if (answer.value.energy !== undefined) energies.push(answer.value.energy);
    reach((repeat + 1) / REPEATS);
  }
  const energy = energies.length === 0 ? null : sampleMedian(energies);
  return { kind: "done", value: { timings, pace, pressure: pressure(), energy } };
}

/** What the middle process shows; the least and the most of all of them. */
function pooled(timings: readonly Timing[]): Timing {
  const middle = (of: (each: Timing) => number) => sampleMedian(timings.map(of));
  return {
    median: middle(({ median }) => median),
    p95: middle(({ p95 }) => p95),
    p99: middle(({ p99 }) => p99),
    least: Math.min(...timings.map(({ least }) => least)),
    cpu: middle(({ cpu }) => cpu),
    runs: timings.reduce((sum, { runs }) => sum + runs, 0),
    bytesResident: Math.max(...timings.map(({ bytesResident }) => bytesResident)),
  };
}

async function profiled(
  runner: Runner,
  subject: Subject,
  reached: Reached | null,
): Promise<ModelTimes["profile"]> {
  const profile = await runner.profile(subject);
  const found = await measuredCeilings(runner, subject.session);
  if (profile.kind === "failed" || found.kind === "failed") return null;
  const ceilings = higher(found.value, reached);
  return { total: profile.value.total, operators: headroom(profile.value, ceilings), ceilings };
}

/** A ceiling is the best that was ever reached: other work only lowers what a short run shows. */
function higher(ceilings: Ceilings, reached: Reached | null): Ceilings {
  if (reached === null) return ceilings;
  const { fp32, int8 } = ceilings;
  return {
    ...ceilings,
    fp32: Math.max(fp32, reached.fp32),
    int8: Math.max(int8 ?? 0, reached.int8 ?? 0) || null,
  };
}
