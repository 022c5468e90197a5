/** What may be asked from elsewhere, over HTTP and by assistants: commands that compute and change nothing. */
import type { ZodType } from "zod";
import { decode } from "../../core/decode.ts";
import type { Result } from "../../core/result.ts";
import { COMMANDS } from "../commands.ts";
import { program } from "../program.ts";
import { errandOf, fieldsOf, questionSchema, type Errand, type Question } from "./question.ts";
import { strangersShell } from "./strangers-shell.ts";

/** By name, with the fields that are the command line's alone. */
const OFFERED: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    read: [],
    expand: [],
    estimate: [],
    plan: [],
    simulate: [],
    capacity: [],
    deadlines: [],
    sweep: ["workers", "shard"],
    cost: [],
    energy: [],
    invest: [],
    reliability: [],
    rightsize: [],
    prices: ["verb", "provider", "region"],
    catalogue: [],
    validate: [],
    claim: [],
  }),
);

export interface Verb {
  readonly name: string;
  readonly summary: string;
  readonly question: ZodType<Question>;
  /** Of the answer in JSON: the schema of the command's `--json`. */
  readonly answer: ZodType;
  /** `json` as a question. Errors: a field that is unknown, missing or of another kind. */
  readonly read: (json: unknown) => Result<Question>;
  readonly errand: (question: Question, isJson: boolean) => Errand;
}

/** Every verb by its name, in the order data flows. */
export async function verbs(): Promise<ReadonlyMap<string, Verb>> {
  const shell = strangersShell({ documents: new Map(), print: () => {}, reached: () => {} });
  const { commands } = await program(shell, ({ name }) => OFFERED.has(name));
  const found = new Map<string, Verb>();
  for (const { name, summary, schema } of COMMANDS) {
    const command = commands.find((each) => each.name() === name);
    const without = OFFERED.get(name);
    if (command === undefined || schema === undefined || without === undefined) continue;
    const fields = fieldsOf(command).filter((field) => !without.includes(field.name));
    const question = questionSchema(fields);
    found.set(name, {
      name,
      summary,
      question,
      answer: await schema(),
      read: (json) => decode(question, json),
      errand: (asked, isJson) => errandOf(name, fields, { question: asked, isJson }),
    });
  }
  return found;
}
