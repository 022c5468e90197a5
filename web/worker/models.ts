/** The model of a question: a name of the catalogue, or one that the user gave. */
import {
  catalogue,
  decodeModelEntry,
  findModel,
  withNumerics,
  type FoundModel,
  type Model,
  type ModelEntry,
} from "../../core/index.ts";
import { wholeCatalogue } from "./current-catalogue.ts";
import { accepted } from "./refusal.ts";

const entries = catalogue.models as readonly ModelEntry[];

/** A model that was read from the user's files; numbered, since two may have one name. */
export interface OwnModel {
  readonly own: number;
  readonly model: Model;
}

export type ModelChoice = string | OwnModel;

/** Refuses a name that means none, and one of a network where those cannot be loaded. */
export async function modelOf(choice: ModelChoice): Promise<Model> {
  return typeof choice === "string" ? modelNamed(choice) : choice.model;
}

/** Which kind a name means, before its figures are there. */
export function kindNamed(name: string): Model["kind"] {
  return isNetworkEntry(entryNamed(name).entry) ? "network" : "transformer";
}

export function isNetworkEntry({ network }: ModelEntry): boolean {
  return network !== undefined;
}

function entryNamed(name: string): FoundModel {
  return accepted(findModel(entries, name));
}

async function modelNamed(name: string): Promise<Model> {
  const { entry, numerics, input } = entryNamed(name);
  const model = accepted(decodeModelEntry(await wholeEntry(entry), input));
  return numerics === null ? model : accepted(withNumerics(model, numerics));
}

/** The worker starts without the figures of networks and encoders. */
async function wholeEntry(entry: ModelEntry): Promise<ModelEntry> {
  if (entry.config?.["model_type"] !== undefined) return entry;
  const models = (await wholeCatalogue()).models as readonly ModelEntry[];
  return models.find(({ id }) => id === entry.id) ?? entry;
}
