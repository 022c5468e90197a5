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
  /** Seconds for all of it, about. */
  readonly budget: number;
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
  /** Null where the engine keeps no profile. */
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

export async function measureModel(
  runner: Runner,
  question: Question,
): Promise<Outcome<ModelTimes>> {
  const { model, session, feeds, loads, budget, reach } = question;
  const subject = { model, session, feeds };
  const shares = loads.length > 0 ? LATENCY_SHARE : 1;
  const repeated = await repeats(runner, subject, (budget * shares) / REPEATS, (done) =>
    reach(done * 0.4),
  );
  if (repeated.kind === "failed") return repeated;
  const results: LoadResult[] = [];
  for (const { feeds: batch, ...load } of loads) {
    const own = {
      model,
      session: { ...session, threads: load.threads },
      feeds: batch,
      items: load.batch,
    };
    const time = (budget * (1 - shares)) / loads.length;
    results.push({ ...load, result: await runner.throughput(own, load.instances, time) });
    reach(0.4 + (0.4 * results.length) / loads.length);
  }
  const profile = await profiled(runner, subject, question.reached);
  reach(1);
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

interface Repeats {
  readonly timings: readonly Timing[];
  readonly pressure: number | null;
  readonly energy: number | null;
}

async function repeats(
  runner: Runner,
  subject: Subject,
  budget: number,
  reach: (share: number) => void,
): Promise<Outcome<Repeats>> {
  const pressure = pressureWatch();
  const timings: Timing[] = [];
  const energies: number[] = [];
  for (let repeat = 0; repeat < REPEATS; repeat += 1) {
    const answer = await runner.throughput(subject, 1, budget);
    if (answer.kind === "failed") return answer;
    timings.push(answer.value.timing);
    if (answer.value.energy !== undefined) energies.push(answer.value.energy);
    reach((repeat + 1) / REPEATS);
  }
  const energy = energies.length === 0 ? null : sampleMedian(energies);
  return { kind: "done", value: { timings, pressure: pressure(), energy } };
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
