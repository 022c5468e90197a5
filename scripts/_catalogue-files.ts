/** The files of `catalogue/` read into one value. */
import { existsSync, readdirSync, readFileSync } from "node:fs";

/** Folders of the catalogue, by the part of the bundle that they become. */
const FOLDERS = {
  accelerators: "accelerators/",
  systems: "systems/",
  prices: "prices/",
  grids: "grids/",
  power: "power/",
  models: "models/",
  engines: "engines/",
  claims: "claims/",
} as const;

/** A file of the catalogue: its name without the extension, and what it holds. */
export interface CatalogueFile {
  readonly folder: keyof typeof FOLDERS;
  readonly name: string;
  readonly json: unknown;
}

/** Every file below `root`, in the order of folder and name. */
export function catalogueFiles(root: URL): readonly CatalogueFile[] {
  return Object.entries(FOLDERS).flatMap(([folder, path]) => {
    const directory = new URL(path, root);
    if (!existsSync(directory)) return [];
    const names = readdirSync(directory).filter((name) => name.endsWith(".json"));
    return names.toSorted().map((name) => ({
      folder: folder as keyof typeof FOLDERS,
      name: name.replace(/\.json$/u, ""),
      json: JSON.parse(readFileSync(new URL(name, directory), "utf8")) as unknown,
    }));
  });
}

/** The catalogue as one value, not yet checked. */
export function catalogueJson(root: URL): Readonly<Record<string, unknown>> {
  const files = catalogueFiles(root);
  const parts = Object.keys(FOLDERS).map((folder) => [
    folder,
    files.filter((file) => file.folder === folder).map((file) => file.json),
  ]);
  const sources: unknown = JSON.parse(readFileSync(new URL("sources.json", root), "utf8"));
  return { sources, ...Object.fromEntries(parts) };
}

/** One entry a line: compact to load, and a changed device is a changed line to review. */
export function bundleText(json: Readonly<Record<string, unknown>>): string {
  const parts = Object.entries(json).map(
    ([name, part]) => `${JSON.stringify(name)}:${lines(part)}`,
  );
  return `{${parts.join(",\n")}}\n`;
}

function lines(part: unknown): string {
  if (!Array.isArray(part)) return JSON.stringify(part);
  return part.length === 0
    ? "[]"
    : `[\n${part.map((entry) => JSON.stringify(entry)).join(",\n")}\n]`;
}
