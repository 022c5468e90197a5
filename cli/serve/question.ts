/**
 * A command's arguments and options as the fields of one JSON object, and such an object as a command line. Both come
 * from what the command declares, so that a question over HTTP is the question of the command line.
 */
import type { Command, Option } from "commander";
import * as z from "zod";
import { listFlag } from "../flags.ts";

/** A document given in place of its name: a model's config.json, a workload, a profile, entries of a catalogue. */
type Document = Readonly<Record<string, unknown>>;
type Value = string | number | boolean | readonly string[] | Document;
export type Question = Readonly<Record<string, Value | undefined>>;

/** What a thread is asked: a command line, and the only documents it may read. */
export interface Errand {
  readonly args: readonly string[];
  readonly documents: Readonly<Record<string, unknown>>;
}

interface Field {
  readonly name: string;
  readonly schema: z.ZodType<Value>;
  readonly isRequired: boolean;
  /** Words of the command line; those of an argument stand after all options. */
  readonly words: (value: Value) => readonly string[];
  readonly isArgument: boolean;
}

const TEXT_MAX = 300;
const LIST_MAX = 100;

/** Named by text, or given whole. */
const DOCUMENTS: ReadonlySet<string> = new Set(["model", "draftModel", "workload"]);
/** Files on the command line; documents and nothing else where the question comes from elsewhere. */
const ONLY_DOCUMENTS: ReadonlySet<string> = new Set(
  "catalogue profile scenario study usage".split(" "),
);
/** Of the command line alone: how it prints, and what only files have. */
const LEFT_OUT: ReadonlySet<string> = new Set(["json", "verbose", "dim", "format", "skipBad"]);

const text = z.string({ error: "a text" }).max(TEXT_MAX, `at most ${TEXT_MAX} characters`);
const quantity = z.union([text, z.number()], { error: "a number, or a text with its unit" });
const count = z.int({ error: "a whole number" });
const document: z.ZodType<Document> = z.record(z.string(), z.unknown(), { error: "an object" });
const named = z.union([text, document], { error: "a name, or the document itself" });
const list = z.union([text, z.array(text).max(LIST_MAX)], { error: "a text, or a list of texts" });

/** The fields of a question to `command`, in its order. */
export function fieldsOf(command: Command): readonly Field[] {
  const asked = command.registeredArguments.map((argument): Field => {
    const name = argument.name();
    return {
      name,
      schema: described(documentSchema(name) ?? text, argument.description),
      isRequired: argument.required,
      words: (value) => [wordOf(name, value)],
      isArgument: true,
    };
  });
  return [...asked, ...command.options.filter(isOffered).map(optionField)];
}

/** An option that names a file of this machine, or another machine, is none of a stranger's. */
function isOffered(option: Option): boolean {
  const name = option.attributeName();
  if (LEFT_OUT.has(name)) return false;
  return !/<(?:file|folder|url|address)/u.test(option.flags) || ONLY_DOCUMENTS.has(name);
}

function optionField(option: Option): Field {
  const name = option.attributeName();
  return {
    name,
    schema: described(schemaOf(option), option.description),
    isRequired: option.mandatory,
    words: (value) => optionWords(option, value),
    isArgument: false,
  };
}

function schemaOf(option: Option): z.ZodType<Value> {
  const name = option.attributeName();
  if (option.isBoolean() || option.negate) return z.boolean({ error: "true or false" });
  const given = documentSchema(name);
  if (given !== undefined) return given;
  if (option.parseArg === listFlag) return list;
  return /<(?:n|tokens)>/u.test(option.flags) ? count : quantity;
}

function documentSchema(name: string): z.ZodType<Value> | undefined {
  if (ONLY_DOCUMENTS.has(name)) return document;
  return DOCUMENTS.has(name) ? named : undefined;
}

function described(schema: z.ZodType<Value>, about: string): z.ZodType<Value> {
  return about === "" ? schema : schema.describe(about);
}

/** Each with its value behind `=`, so that no value is taken for an option. */
function optionWords(option: Option, value: Value): readonly string[] {
  const { long, negate } = option;
  if (typeof value === "boolean") return value === negate ? [] : [`${long}`];
  const values: readonly Value[] = Array.isArray(value) ? value : [value];
  return values.map((each) => `${long}=${wordOf(option.attributeName(), each)}`);
}

/** No name of a catalogue has brackets: a document is found by the field it came in. */
function wordOf(name: string, value: Value): string {
  return typeof value === "object" ? documentName(name) : String(value);
}

function documentName(name: string): string {
  return `(${name})`;
}

/** What a question may say: these fields and no others. */
export function questionSchema(fields: readonly Field[]): z.ZodType<Question> {
  const shape = Object.fromEntries(
    fields.map(({ name, schema, isRequired }) => [name, isRequired ? schema : schema.optional()]),
  );
  const names = fields.map(({ name }) => name).join(", ");
  const error = names === "" ? "an object without fields" : `an object of ${names}`;
  return z.strictObject(shape, { error });
}

/** The command line that asks `question` of the command `name`; `isJson` asks for JSON. */
export function errandOf(
  name: string,
  fields: readonly Field[],
  { question, isJson }: { readonly question: Question; readonly isJson: boolean },
): Errand {
  const words = (isArgument: boolean) =>
    fields
      .filter((field) => field.isArgument === isArgument)
      .flatMap((field) => {
        const value = question[field.name];
        return value === undefined ? [] : field.words(value);
      });
  const documents = Object.entries(question).filter(
    ([, value]) => typeof value === "object" && !Array.isArray(value),
  );
  return {
    args: [name, ...words(false), ...(isJson ? ["--json"] : []), "--", ...words(true)],
    documents: Object.fromEntries(documents.map(([key, value]) => [documentName(key), value])),
  };
}

/** The field that `input`, as the command line names it, came from; null where it is none. */
export function fieldOf(input: string, question: Question): string | null {
  const found = Object.keys(question).find(
    (name) => question[name] === input || documentName(name) === input,
  );
  const flag = /^--(?:no-)?([a-z-]+)/u.exec(input)?.[1];
  if (found !== undefined || flag === undefined) return found ?? null;
  return flag.replaceAll(/-([a-z])/gu, (_, letter: string) => letter.toUpperCase());
}
