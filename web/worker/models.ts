/** The model a question names, of the catalogue. */
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

export function modelNamed(name: string): Model {
  const { entry, numerics } = accepted(findModel(entries, name));
  const model = accepted(decodeModelEntry(entry));
  return numerics === null ? model : accepted(withNumerics(model, numerics));
}
