/** Reads `catalogue/` as a stranger's work: schema first, then each rule; prints every complaint. */
import { exit } from "node:process";
import { decodeCatalogue, type Catalogue } from "../core/catalogue/index.ts";
import { catalogueFiles, catalogueJson } from "./_catalogue-files.ts";
import {
  implausibleFigures,
  misnamedFiles,
  missingDevices,
  oddRoundings,
  oddSparsity,
  sharedModelNames,
  sharedNames,
  unsortedFigures,
  unusedSources,
  wideSpreads,
} from "./_catalogue-rules.ts";

/** Everything wrong with the catalogue below `root`. */
export function complaints(root: URL): readonly string[] {
  const decoded = decodeCatalogue(catalogueJson(root));
  if (!decoded.ok) {
    const { path, expected, got } = decoded.error;
    return [`${path.join("/")}: expected ${expected}, got ${got}`];
  }
  const files = catalogueFiles(root).filter(({ folder }) => !OTHERS.has(folder));
  return [...misnamedFiles(files), ...RULES.flatMap((rule) => rule(decoded.value))];
}

/** Folders that their readers lint. */
const OTHERS: ReadonlySet<string> = new Set(["models", "engines"]);

const RULES: readonly ((catalogue: Catalogue) => readonly string[])[] = [
  unsortedFigures,
  unusedSources,
  sharedModelNames,
  sharedNames,
  missingDevices,
  oddRoundings,
  oddSparsity,
  implausibleFigures,
  wideSpreads,
];

if (import.meta.main) {
  const found = complaints(new URL("../catalogue/", import.meta.url));
  for (const complaint of found) console.error(complaint);
  exit(found.length === 0 ? 0 : 1);
}
