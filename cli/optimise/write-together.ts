/** Files that appear whole and together: written beside their place first, then renamed. */
import { rename, rm, writeFile } from "node:fs/promises";
import process from "node:process";

export interface Written {
  readonly path: string;
  readonly content: Uint8Array | string;
}

/** Paths of the files written. A failure leaves none behind that was not there. */
export async function writeTogether(files: readonly Written[]): Promise<readonly string[]> {
  const drafts = files.map(({ path, content }) => ({
    path,
    content,
    draft: `${path}.${process.pid}.part`,
  }));
  try {
    for (const { draft, content } of drafts) await writeFile(draft, content);
    for (const { draft, path } of drafts) await rename(draft, path);
  } finally {
    for (const { draft } of drafts) await rm(draft, { force: true });
  }
  return files.map(({ path }) => path);
}
