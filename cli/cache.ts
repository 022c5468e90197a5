/** Files fetched before, on disk. A reader never sees one half written. */
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { messageOf } from "./failure.ts";
import type { Shell } from "./shell.ts";

/** Where fetched files live: `XDG_CACHE_HOME`, else `~/.cache`. */
export function cacheFolder({ environment }: Shell): string {
  const { XDG_CACHE_HOME: own = "" } = environment;
  return join(own === "" ? join(homedir(), ".cache") : own, "tenlane");
}

/** The text kept at `path`, or null. */
export async function cached(path: string): Promise<string | null> {
  return readFile(path, "utf8").catch(() => null);
}

/** Keeps `text` at `path`: written beside it, then renamed, so that it appears whole or not at all. */
export async function keep(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const draft = `${path}.${process.pid}.part`;
  try {
    await writeFile(draft, text);
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw new Error(`${path} is not written: ${messageOf(error)}`, { cause: error });
  }
}
