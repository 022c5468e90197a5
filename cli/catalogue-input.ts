/** The shipped catalogue, with a user's own entries where a file of them is given. */
import { Option } from "commander";
import { catalogue, extendCatalogue, type Catalogue } from "../core/index.ts";
import { documentOf } from "./documents.ts";
import { accepted } from "./input-error.ts";
import type { Shell } from "./shell.ts";

export function catalogueOption(): Option {
  return new Option(
    "--catalogue <file>",
    "add your own devices, prices and grids from a JSON file",
  );
}

export async function catalogueFrom(file: string | undefined, shell: Shell): Promise<Catalogue> {
  if (file === undefined) return catalogue;
  return accepted(extendCatalogue(catalogue, await documentOf(file, shell)), file);
}
