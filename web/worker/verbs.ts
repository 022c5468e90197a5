/** What the page may ask its worker: each verb's question and answer, plain data both. */
import type { Model } from "../../core/index.ts";
import type { Machine } from "../road/own-device.ts";
import type { BatchesQuestion, BatchesView } from "./batches-verb.ts";
import type { ClaimView } from "./claim-verb.ts";
import type { DeviceRow } from "./devices-verb.ts";
import type { EntryView } from "./entry-verb.ts";
import type { ListsAnswer } from "./lists.ts";
import type { ModelQuestion, ModelView } from "./model-verb.ts";
import type { PlanQuestion, PlanView } from "./plan-verb.ts";
import type { ReadQuestion, ReadView } from "./read-verb.ts";
import type { SimulateQuestion, SimulateView } from "./simulate-verb.ts";
import type { WorthQuestion, WorthView } from "./worth-verb.ts";

export interface Verbs {
  readonly lists: { readonly question: null; readonly answer: ListsAnswer };
  readonly devices: { readonly question: null; readonly answer: readonly DeviceRow[] };
  readonly entry: { readonly question: { readonly device: string }; readonly answer: EntryView };
  readonly model: { readonly question: ModelQuestion; readonly answer: ModelView };
  readonly kind: {
    readonly question: { readonly name: string };
    readonly answer: Model["kind"];
  };
  readonly linked: { readonly question: { readonly text: string }; readonly answer: Model };
  readonly machine: { readonly question: { readonly text: string }; readonly answer: Machine };
  readonly read: { readonly question: ReadQuestion; readonly answer: ReadView };
  readonly claim: { readonly question: { readonly text: string }; readonly answer: ClaimView };
  readonly simulate: { readonly question: SimulateQuestion; readonly answer: SimulateView };
  readonly worth: { readonly question: WorthQuestion; readonly answer: WorthView };
  readonly batches: { readonly question: BatchesQuestion; readonly answer: BatchesView };
  readonly plan: { readonly question: PlanQuestion; readonly answer: PlanView };
}

export type Verb = keyof Verbs;
