/** A study: options of `simulate`, laid out as a grid of plans, loads and seeds. */
import { z } from "zod";
import { decode } from "../../core/decode.ts";
import type { Workload } from "../../core/index.ts";
import { documentOf } from "../documents.ts";
import { idleOption } from "../idle-option.ts";
import { accepted, InputError } from "../input-error.ts";
import type { Shell } from "../shell.ts";
import { workloadFrom } from "../workload-options.ts";
import { flagsSchema, loadFrom, optionsFrom, type Flags, type Load } from "./flags.ts";

/** One way to serve a model: what decides it, but for the load and the draws. */
export interface Plan {
  readonly options: Flags;
  readonly workload: Workload;
  /** Entries that are added to the shipped catalogue. */
  readonly catalogue?: unknown;
  /** Of whoever asks, as it was saved. */
  readonly profile?: unknown;
}

export interface Study {
  readonly name: string;
  readonly plans: readonly (Plan & { readonly name: string })[];
  readonly loads: readonly Load[];
  /** The first of the seeds, which follow one another, and how many there are. */
  readonly seed: number;
  readonly seeds: number;
}

/** One run of a study. */
export interface Point {
  readonly index: number;
  readonly plan: Plan & { readonly name: string };
  readonly planIndex: number;
  readonly load: Load;
  readonly seed: number;
}

const POINTS_MAX = 1_000_000;
const LOADS_MAX = 1000;

const name = z.string().min(1).max(100);

const file = z
  .strictObject({
    name,
    about: z.string().max(1000).exactOptional(),
    options: flagsSchema.default({}),
    plans: z
      .array(z.intersection(z.looseObject({ name }), flagsSchema))
      .min(1)
      .max(1000),
    rates: z.array(z.string().max(40)).min(1).max(LOADS_MAX).exactOptional(),
    users: z.array(z.int().positive()).min(1).max(LOADS_MAX).exactOptional(),
    seed: z.int().min(0).max(1e9).default(1),
    seeds: z.int().min(1).max(100_000).default(1),
  })
  .refine(({ rates, users }) => (rates === undefined) !== (users === undefined), {
    message: '"rates" or "users", and not both',
  });

interface Added {
  readonly catalogue?: unknown;
  readonly profile?: unknown;
  /** What all plans run on, whatever the file says. */
  readonly device?: string;
  readonly shell: Shell;
}

/** The study in the file at `path`. Errors: a field that is wrong, with its place. */
export async function studyFrom(path: string, { shell, device, ...added }: Added): Promise<Study> {
  const read = accepted(decode(file, await documentOf(path, shell)), path);
  const { options, plans, rates, users, seed, seeds } = read;
  const kind = rates === undefined ? "users" : "rate";
  const loads = (rates ?? users ?? []).map((load, index) =>
    placed(path, [rates === undefined ? "users" : "rates", index], () => loadFrom(kind, load)),
  );
  const study = {
    name: read.name,
    plans: await Promise.all(
      plans.map(async ({ name, ...own }, index) => {
        const flags: Flags = { ...options, ...own, ...(device === undefined ? {} : { device }) };
        placed(path, ["plans", index], () => optionsFrom(flags));
        const idle = idleOption("simulate", { ...flags, [kind]: true });
        if (idle !== null) {
          throw refusal(path, ["plans", index, idle.name], idle.expected, idle.got);
        }
        const { workload: named = "chat", ...rest } = flags;
        const workload = await workloadFrom({ workload: String(named) }, shell);
        return { name, options: rest, workload, ...added };
      }),
    ),
    loads,
    seed,
    seeds,
  };
  refuseTwins(study, path);
  const count = pointCount(study);
  if (count <= POINTS_MAX) return study;
  throw refusal(path, [], `at most ${POINTS_MAX} points`, count);
}

export function pointCount({ plans, loads, seeds }: Study): number {
  return plans.length * loads.length * seeds;
}

/** Seeds change fastest, then loads, then plans: runs of one plan lie side by side. */
export function pointAt(study: Study, index: number): Point {
  const { plans, loads, seeds } = study;
  const planIndex = Math.floor(index / (loads.length * seeds));
  const plan = plans[planIndex];
  const load = loads[Math.floor(index / seeds) % loads.length];
  if (plan === undefined || load === undefined) throw new RangeError(`no point ${index}`);
  return { index, plan, planIndex, load, seed: study.seed + (index % seeds) };
}

function refuseTwins({ plans, loads }: Study, path: string): void {
  const names = plans.map((plan) => plan.name);
  const twin = names.findIndex((name, index) => names.indexOf(name) !== index);
  if (twin >= 0) throw refusal(path, ["plans", twin, "name"], "a name of its own", names[twin]);
  const texts = loads.map((load) => JSON.stringify(load));
  const again = texts.findIndex((text, index) => texts.indexOf(text) !== index);
  if (again >= 0) throw refusal(path, ["loads", again], "each load once", texts[again]);
}

/** What `read` gives; what it refuses is said to stand at `place`. */
function placed<T>(input: string, place: readonly (string | number)[], read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const { path, expected, got } = error.reason;
    const named = path.length > 0 ? path : [error.input];
    throw new InputError(input, { path: [...place, ...named], expected, got });
  }
}

function refusal(
  input: string,
  path: readonly (string | number)[],
  expected: string,
  got: unknown,
): InputError {
  return new InputError(input, { path, expected, got: String(got) });
}
