/** Options of `simulate` as they stand in a study or a job: names without dashes, values as typed. */
import { Command, type Option } from "commander";
import { z } from "zod";
import { InputError } from "../input-error.ts";
import { addSimulateOptions, type SimulateOptions } from "../simulate-question.ts";

export type Flags = Readonly<Record<string, string | number | true>>;

/** Requests a second, or users in a closed loop. */
export type Load = { readonly rate: number } | { readonly users: number };

const FLAGS_MAX = 60;

export const flagsSchema: z.ZodType<Flags> = z
  .record(
    z.string().regex(/^[a-z][a-z-]{0,30}$/u),
    z.union([z.string().min(1).max(200), z.number(), z.literal(true)]),
  )
  .refine((flags) => Object.keys(flags).length <= FLAGS_MAX, {
    message: `at most ${FLAGS_MAX} options`,
  });

export const loadSchema: z.ZodType<Load> = z.union([
  z.strictObject({ rate: z.number().positive().max(1e9) }),
  z.strictObject({ users: z.int().positive().max(1e6) }),
]);

/** What a point says by itself, or what belongs to one run that somebody looks at. */
const APART: ReadonlySet<string> = new Set(
  "rate users seed seeds format skip-bad workload profile".split(" "),
);

function declared(): readonly Option[] {
  return addSimulateOptions(new Command()).options;
}

/** Options that read or write a file are of this machine, and stay outside. */
function isOpen(option: Option): boolean {
  return !option.flags.includes("<file>") && !APART.has(option.name());
}

/** The options of a run but for its load and seed. Errors: one that is unknown, wrong or missing. */
export function optionsFrom({ model, workload: _, ...flags }: Flags): {
  readonly model: string;
  readonly options: SimulateOptions;
} {
  if (model === undefined) throw refusal("model", "the name of a model", "nothing");
  const all = declared();
  const open = new Map(all.filter(isOpen).map((option) => [option.name(), option]));
  const given = Object.entries(flags).map(([name, value]) => {
    const option = open.get(name);
    if (option === undefined) throw refusal(name, `one of ${[...open.keys()].join(", ")}`, name);
    return [option.attributeName(), valueOf(option, value)] as const;
  });
  const missing = all.find((option) => option.mandatory && flags[option.name()] === undefined);
  if (missing !== undefined) throw refusal(missing.name(), missing.description, "nothing");
  const usual = all.map((option) => [option.attributeName(), option.defaultValue] as const);
  const known = [...usual, ...given].filter(([, value]) => value !== undefined);
  const options: unknown = { ...Object.fromEntries(known), seeds: 1 };
  return { model: String(model), options: options as SimulateOptions };
}

/** "4/s" as a rate, 8 as users. */
export function loadFrom(kind: "rate" | "users", value: string | number): Load {
  const option = declared().find((each) => each.name() === kind);
  const load = option === undefined ? NaN : Number(valueOf(option, value));
  return kind === "rate" ? { rate: load } : { users: load };
}

function valueOf(option: Option, value: string | number | true): unknown {
  const name = option.name();
  if (option.isBoolean() !== (value === true)) throw refusal(name, option.description, value);
  const { argChoices } = option;
  if (argChoices !== undefined && !argChoices.includes(String(value))) {
    throw refusal(name, `one of ${argChoices.join(", ")}`, value);
  }
  if (value === true) return value;
  if (argChoices !== undefined || option.parseArg === undefined) return String(value);
  return parsed(option, String(value));
}

function parsed(option: Option, text: string): unknown {
  try {
    return option.parseArg?.(text, undefined);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    throw refusal(option.name(), error.reason.expected, text);
  }
}

function refusal(name: string, expected: string, got: unknown): InputError {
  return new InputError(name, { path: [name], expected, got: JSON.stringify(got) });
}
