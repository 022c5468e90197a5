/** What the page may ask its worker: each verb's question and answer, plain data both. */
import type { ListsAnswer } from "./lists.ts";
import type { PlanQuestion, PlanView } from "./plan-verb.ts";

export interface Verbs {
  readonly lists: { readonly question: null; readonly answer: ListsAnswer };
  readonly plan: { readonly question: PlanQuestion; readonly answer: PlanView };
}

export type Verb = keyof Verbs;
