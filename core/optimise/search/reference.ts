/** What a model answers when nothing rewrites it: what every candidate is judged against. */
import type { Outcome, Session, Tensors } from "../runner.ts";
import type { Ask } from "./ask.ts";

export interface Reference {
  readonly samples: readonly Tensors[];
  readonly outputs: readonly Tensors[];
}

const FIRST_SAMPLES = 4;
const SAMPLES_MAX = 48;
/** Of the budget, for the outputs of the reference. */
const BUDGET_SHARE = 0.06;
const OUTPUT_BYTES_MAX = 256e6;

/** Runs as many samples as a share of the budget allows, four at the least. */
export async function referenceOf(ask: Ask): Promise<Outcome<Reference>> {
  const { samples, now, budget } = ask;
  const first = samples.slice(0, FIRST_SAMPLES);
  const started = now();
  const answered = await unchangedOutputs(ask, ask.model, first);
  if (answered.kind === "failed") return answered;
  const spent = now() - started;
  const affordable = Math.floor((BUDGET_SHARE * budget) / (spent / first.length));
  const bytes = Object.values(answered.value[0] ?? {}).reduce((sum, x) => sum + x.bytes.length, 1);
  const count = Math.min(affordable, SAMPLES_MAX, Math.floor(OUTPUT_BYTES_MAX / bytes));
  const more = samples.slice(FIRST_SAMPLES, Math.max(FIRST_SAMPLES, count));
  const others = more.length === 0 ? null : await unchangedOutputs(ask, ask.model, more);
  if (others?.kind === "failed") return others;
  return {
    kind: "done",
    value: {
      samples: [...first, ...more],
      outputs: [...answered.value, ...(others?.value ?? [])],
    },
  };
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
