/** The shipped catalogue, and the user's own machine where one was measured. */
import { catalogue, extendCatalogue, type Catalogue } from "../../core/index.ts";
import { accepted } from "./refusal.ts";

let extended: Catalogue = catalogue;

export function currentCatalogue(): Catalogue {
  return extended;
}

/** From now on `entries` are in the catalogue. Errors: they are not of its shape. */
export function extendBy(entries: unknown): void {
  extended = accepted(extendCatalogue(catalogue, entries));
}
