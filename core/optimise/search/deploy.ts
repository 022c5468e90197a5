/** How many copies of a model, of how many threads, on what batch: items a second of the whole machine. */
import type { Seconds } from "../../units.ts";
import type { HostTensor, Tensors, Throughput } from "../runner.ts";
import type { Ask } from "./ask.ts";
import type { Pace } from "./pace.ts";

export interface Deployment {
  readonly candidate: string;
  readonly instances: number;
  readonly threads: number;
  readonly batch: number;
  readonly itemsPerSecond: number;
  /** Of one run, which is one batch. */
  readonly median: Seconds;
  readonly p95: Seconds;
  readonly bytesResident: number;
  /** Whether its 95 % end keeps to the limit asked for. */
  readonly isWithin: boolean;
}

interface Setting {
  readonly instances: number;
  readonly threads: number;
  readonly batch: number;
}

const BATCHES = [1, 4, 8, 16];

/** Copies that fill the cores, one by one to all in one, each with batches where the graph leaves the batch open. */
export function settings(cores: number, isBatched: boolean): readonly Setting[] {
  const counts = Array.from({ length: cores }, (_, index) => index + 1).filter(
    (threads) => cores % threads === 0,
  );
  return counts.flatMap((threads) =>
    (isBatched ? BATCHES : [1]).map((batch) => ({ instances: cores / threads, threads, batch })),
  );
}

/** `count` samples as one, along the first axis; null where an input has none. */
export function batchOf(samples: readonly Tensors[], count: number): Tensors | null {
  const [first] = samples;
  if (first === undefined) return null;
  const chosen = Array.from({ length: count }, (_, index) => samples[index % samples.length] ?? {});
  const batch: Record<string, HostTensor> = {};
  for (const name of Object.keys(first)) {
    const tensor = stacked(chosen.flatMap((sample) => sample[name] ?? []));
    if (tensor === null) return null;
    batch[name] = tensor;
  }
  return batch;
}

function stacked(parts: readonly HostTensor[]): HostTensor | null {
  const [first] = parts;
  const [size, ...rest] = first?.dims ?? [];
  if (first === undefined || size === undefined) return null;
  const bytes = new Uint8Array(parts.reduce((sum, each) => sum + each.bytes.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part.bytes, at);
    at += part.bytes.length;
  }
  return { type: first.type, dims: [size * parts.length, ...rest], bytes };
}

interface Candidate {
  readonly name: string;
  readonly model: Uint8Array;
}

/**
 * Rates of `candidates` at every setting by successive halving: all for a short time, the better half for twice as
 * long, to the last two.
 *
 * Source: Jamieson and Talwalkar 2016, "Non-stochastic best arm identification and hyperparameter optimization"
 */
export async function deployments(
  ask: Ask,
  candidates: readonly Candidate[],
  { pace, budget }: { readonly pace: Pace; readonly budget: Seconds },
): Promise<readonly Deployment[]> {
  const found = new Map<string, Deployment>();
  let arms = affordable(settings(ask.cores, isBatched(ask)), candidates.length, {
    pace,
    budget,
  }).flatMap((setting) => candidates.map((candidate) => ({ candidate, setting })));
  const rounds = Math.max(1, Math.ceil(Math.log2(arms.length / 2)) + 1);
  while (arms.length > 0) {
    const each = Math.max(0.5, budget / rounds / arms.length);
    for (const { candidate, setting } of arms) {
      ask.note(`${candidate.name}: ${settingText(setting)}`, 0.9);
      const rate = await measured(ask, candidate, setting, each);
      if (rate !== null) found.set(keyOf(candidate.name, setting), rate);
    }
    const rateOf = (arm: (typeof arms)[number]) => {
      const rate = found.get(keyOf(arm.candidate.name, arm.setting));
      return rate?.isWithin === true ? rate.itemsPerSecond : 0;
    };
    if (arms.length <= 2) break;
    arms = arms.toSorted((a, b) => rateOf(b) - rateOf(a)).slice(0, Math.ceil(arms.length / 2));
  }
  return [...found.values()].toSorted((a, b) => b.itemsPerSecond - a.itemsPerSecond);
}

/** Settings of small batches first, as many as `count` candidates have time for in a first round of two; all copies alone at the least. */
function affordable(
  all: readonly Setting[],
  count: number,
  { pace, budget }: { readonly pace: Pace; readonly budget: Seconds },
): readonly Setting[] {
  let spent = 0;
  return all
    .toSorted((a, b) => a.batch - b.batch)
    .filter(({ batch }) => {
      spent += count * (pace.load + 2 * batch * pace.run);
      return batch === 1 || spent <= budget / 2;
    });
}

export function settingText({ instances, threads, batch }: Setting): string {
  return `${instances} × ${threads} thread${threads === 1 ? "" : "s"}, batch ${batch}`;
}

function keyOf(name: string, setting: Setting): string {
  return `${name}: ${settingText(setting)}`;
}

async function measured(
  ask: Ask,
  { name, model }: Candidate,
  setting: Setting,
  budget: Seconds,
): Promise<Deployment | null> {
  const { instances, threads, batch } = setting;
  const feed = batchOf(ask.samples, batch);
  if (feed === null) return null;
  const subject = { model, session: { ...ask.session, threads }, feeds: [feed], items: batch };
  const answer = await ask.runner.throughput(subject, instances, budget);
  return answer.kind === "failed" ? null : deployment(ask, name, setting, answer.value);
}

function deployment(
  { latencyMax = Infinity }: Ask,
  candidate: string,
  setting: Setting,
  { itemsPerSecond, timing }: Throughput,
): Deployment {
  const { median, p95, bytesResident } = timing;
  const isWithin = p95 <= latencyMax;
  return { candidate, ...setting, itemsPerSecond, median, p95, bytesResident, isWithin };
}

/** Whether every input leaves its first axis open, which is then the batch. */
function isBatched({ graph }: Ask): boolean {
  const held = new Set(graph.initializer.map(({ name }) => name));
  const inputs = graph.input.filter(({ name }) => !held.has(name));
  return inputs.every(({ type }) => {
    if (type?.value.case !== "tensorType") return false;
    const [first] = type.value.value.shape?.dim ?? [];
    return first !== undefined && first.value.case !== "dimValue";
  });
}
