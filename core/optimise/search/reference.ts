/** How long a model takes, and what it answers when nothing rewrites it: what every candidate is judged against. */
import type { Outcome, Session, Tensors } from "../runner.ts";
import type { Ask } from "./ask.ts";
import type { Pace } from "./pace.ts";

export interface Reference {
  /** The bytes that answered. */
  readonly model: Uint8Array;
  readonly samples: readonly Tensors[];
  readonly outputs: readonly Tensors[];
}

/** At the least: one where runs are longer than this share of the budget, which only equal outputs pass the guard by. */
const SAMPLES_LEAST = 2;
const RUN_SHARE = 0.02;
const SAMPLES_MAX = 48;
/** Of the budget, for the outputs of the reference. */
const BUDGET_SHARE = 0.06;
const OUTPUT_BYTES_MAX = 256e6;

/** By one process and its first run; a model that does not run is for its reference to report. */
export async function paceOf({ runner, model, session, samples, now }: Ask): Promise<Pace> {
  const started = now();
  const seen = await runner.throughput({ model, session, feeds: samples.slice(0, 1) }, 1, 0);
  const spent = now() - started;
  const run = seen.kind === "failed" ? 0 : Math.min(seen.value.timing.median, spent);
  return { run, load: spent - run };
}

/** Runs as many samples as a share of the budget allows, one or two at the least. */
export async function referenceOf(ask: Ask, pace: Pace): Promise<Outcome<Reference>> {
  const { samples, model, now, budget } = ask;
  const started = now();
  const first = samples.slice(0, pace.run > RUN_SHARE * budget ? 1 : SAMPLES_LEAST);
  const answered = await unchangedOutputs(ask, model, first);
  if (answered.kind === "failed") return answered;
  const each = Math.max(1e-6, (now() - started - pace.load) / first.length);
  const bytes = Object.values(answered.value[0] ?? {}).reduce((sum, x) => sum + x.bytes.length, 1);
  const affordable = Math.floor((BUDGET_SHARE * budget) / each);
  const count = Math.min(affordable, SAMPLES_MAX, Math.floor(OUTPUT_BYTES_MAX / bytes));
  return extended(ask, { model, samples: first, outputs: answered.value }, count);
}

/** The same model's answers to `count` samples, or to as many as there are. */
export async function extended(
  ask: Ask,
  reference: Reference,
  count: number,
): Promise<Outcome<Reference>> {
  const { model, samples, outputs } = reference;
  const more = ask.samples.slice(samples.length, count);
  if (more.length === 0) return { kind: "done", value: reference };
  const others = await unchangedOutputs(ask, model, more);
  if (others.kind === "failed") return others;
  const all = { samples: [...samples, ...more], outputs: [...outputs, ...others.value] };
  return { kind: "done", value: { model, ...all } };
}

/** Outputs with the engine's own rewrites switched off. */
export function unchangedOutputs(
  ask: Ask,
  model: Uint8Array,
  samples: readonly Tensors[],
): Promise<Outcome<readonly Tensors[]>> {
  return readOutputs(ask, { model, samples, session: { ...ask.session, optimises: false } });
}

/** Outputs that the caller reads. */
export async function readOutputs(
  { runner, outputs, cores }: Ask,
  asked: {
    readonly model: Uint8Array;
    readonly samples: readonly Tensors[];
    readonly session: Session;
  },
): Promise<Outcome<readonly Tensors[]>> {
  const session = { ...asked.session, threads: cores };
  const answered = await runner.outputs(asked.model, asked.samples, session);
  if (answered.kind === "failed" || outputs === undefined) return answered;
  const kept = (each: Tensors) =>
    Object.fromEntries(Object.entries(each).filter(([name]) => outputs.includes(name)));
  return { kind: "done", value: answered.value.map(kept) };
}
