/** JSON that an option names: a file of this machine, or a document that came with the question. */
import { resolve } from "node:path";
import { readJson } from "./files.ts";
import { inputError } from "./input-error.ts";
import type { Shell } from "./shell.ts";

/** The JSON that `name` stands for. Errors: no such file or document, not JSON. */
export async function documentOf(name: string, shell: Shell): Promise<unknown> {
  const { documents, folder } = shell;
  if (documents === undefined) return readJson(resolve(folder, name));
  if (documents.has(name)) return documents.get(name);
  throw inputError(name, "a known name, or the document itself", name);
}
