/** The model of a question: a name of the catalogue, or one that the user gave. */
import {
  catalogue,
  decodeModelEntry,
  findModel,
  withNumerics,
  type Model,
  type ModelEntry,
} from "../../core/index.ts";
import { accepted } from "./refusal.ts";

const entries = catalogue.models as readonly ModelEntry[];

/** A model that was read from the user's files; numbered, since two may have one name. */
export interface OwnModel {
  readonly own: number;
  readonly model: Model;
}

export type ModelChoice = string | OwnModel;

export function modelOf(choice: ModelChoice): Model {
  return typeof choice === "string" ? modelNamed(choice) : choice.model;
}

function modelNamed(name: string): Model {
  const { entry, numerics } = accepted(findModel(entries, name));
  const model = accepted(decodeModelEntry(entry));
  return numerics === null ? model : accepted(withNumerics(model, numerics));
}
