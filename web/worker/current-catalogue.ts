/** The shipped catalogue, and the user's own machine where one was measured. */
import { catalogue, extendCatalogue, type Catalogue, type SiteChoice } from "../../core/index.ts";
import { OWN_MACHINE, OWN_VENDOR } from "../own-machine.ts";
import { pageFile } from "./page-file.ts";
import { accepted } from "./refusal.ts";

let own: unknown = {};
let extended: Catalogue = catalogue;
let whole: Promise<Catalogue> | null = null;

/** What the worker starts with: enough to plan for any transformer (`scripts/_light-catalogue.ts`). */
export function currentCatalogue(): Catalogue {
  return extended;
}

/** With all that stands in it. Refuses where it cannot be loaded; asked again, it is loaded again. */
export async function wholeCatalogue(): Promise<Catalogue> {
  whole ??= loaded();
  try {
    return await whole;
  } catch (error) {
    whole = null;
    throw error;
  }
}

/** Of a search: the user's own machine is in it where it is asked for, so that a link that does not name it needs none. */
export function catalogueFor({ devices = [], vendors = [] }: SiteChoice): Catalogue {
  const isAsked = devices.includes(OWN_MACHINE) || vendors.includes(OWN_VENDOR);
  return isAsked ? extended : catalogue;
}

/** From now on `entries` are in the catalogue. Errors: they are not of its shape. */
export function extendBy(entries: unknown): void {
  extended = accepted(extendCatalogue(catalogue, entries));
  own = entries;
  whole = null;
}

/** Written when the page is built. */
async function loaded(): Promise<Catalogue> {
  return accepted(extendCatalogue(await pageFile<Catalogue>("data/catalogue.json"), own));
}
