/** The compiler takes the bundle's type from here: `scripts/build-catalogue.ts` checks that it holds. */
import type { Catalogue } from "./files.ts";

declare const bundle: Catalogue;
export = bundle;
