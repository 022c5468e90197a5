/** A model from files of the user, read in the browser: headers only, and nothing leaves it. */
import { parameterCount, readModel, type ByteSource, type Model } from "../../core/index.ts";
import { linkText } from "./link-model.ts";
import type { Parts } from "./messages.ts";
import { accepted, Refusal } from "./refusal.ts";

export interface ReadQuestion {
  /** Of one model: a file, or an index or first part with the others beside it. */
  readonly files: readonly File[];
}

export interface ReadView {
  readonly name: string;
  readonly model: Model;
  readonly parameters: number;
  /** The model as text of an address. */
  readonly link: string;
}

export async function* readAnswer({ files }: ReadQuestion): Parts<ReadView> {
  const first = mainOf(files);
  if (first === undefined) throw new Refusal({ path: "files", expected: "a file", got: "none" });
  const beside = async (name: string): Promise<ByteSource | null> => {
    const file = files.find((each) => each.name === name);
    return file === undefined ? null : sourceOf(file);
  };
  const model = accepted(await readModel({ bytes: sourceOf(first), source: first.name, beside }));
  const link = await linkText(model);
  yield { name: first.name, model, parameters: parameterCount(model).total, link };
}

/** A configuration says most, an index of parts comes next, then whatever was given first. */
function mainOf(files: readonly File[]): File | undefined {
  const named = (end: string): File | undefined => files.find(({ name }) => name.endsWith(end));
  return named("config.json") ?? named(".index.json") ?? files[0];
}

function sourceOf(file: File): ByteSource {
  return {
    size: file.size,
    read: async (offset, length) =>
      new Uint8Array(await file.slice(offset, offset + length).arrayBuffer()),
  };
}
