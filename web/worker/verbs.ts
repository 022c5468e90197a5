/** What the page may ask its worker: each verb's question and answer, plain data both. */
import type { DeviceRow } from "./devices-verb.ts";
import type { EntryView } from "./entry-verb.ts";
import type { ListsAnswer } from "./lists.ts";
import type { ModelQuestion, ModelView } from "./model-verb.ts";
import type { PlanQuestion, PlanView } from "./plan-verb.ts";

export interface Verbs {
  readonly lists: { readonly question: null; readonly answer: ListsAnswer };
  readonly devices: { readonly question: null; readonly answer: readonly DeviceRow[] };
  readonly entry: { readonly question: { readonly device: string }; readonly answer: EntryView };
  readonly model: { readonly question: ModelQuestion; readonly answer: ModelView };
  readonly plan: { readonly question: PlanQuestion; readonly answer: PlanView };
}

export type Verb = keyof Verbs;
