/** Files on this machine. Heads of model files are read piece by piece, weights never. */
import { open, readFile, stat, type FileHandle } from "node:fs/promises";
import { isAbsolute, relative, resolve } from "node:path";
import type { ByteSource } from "../core/index.ts";
import { inputError } from "./input-error.ts";

/** A configuration is some kilobytes; a file this large is something else. */
const JSON_BYTES_MAX = 16e6;

/** The JSON of a file. Errors: no such file, too large, not JSON. */
export async function readJson(path: string): Promise<unknown> {
  const { size } = await stat(path).catch(() => refuseMissing(path));
  if (size > JSON_BYTES_MAX) throw inputError(path, `at most ${JSON_BYTES_MAX} bytes`, size);
  return parseJson(await readFile(path, "utf8"), path);
}

/** `text` as JSON; `input` names it in the error. */
export function parseJson(text: string, input: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw inputError(input, "JSON", error instanceof Error ? error.message : text);
  }
}

/** Opens files, by paths from a folder, as bytes that are read only where asked for. */
export type Opener = (path: string) => Promise<ByteSource | null>;

/** Runs `use` with an {@link Opener}; whatever it opened is closed at the end. */
export async function withFiles<T>(use: (opener: Opener) => Promise<T>): Promise<T> {
  const opened: FileHandle[] = [];
  try {
    return await use(async (path) => {
      const file = await open(path).catch(() => null);
      if (file === null) return null;
      opened.push(file);
      return sourceOf(file, (await file.stat()).size);
    });
  } finally {
    for (const file of opened) await file.close();
  }
}

function sourceOf(file: FileHandle, size: number): ByteSource {
  return {
    size,
    read: async (offset, length) => {
      const wanted = Math.max(0, Math.min(length, size - offset));
      const { buffer, bytesRead } = await file.read(Buffer.alloc(wanted), 0, wanted, offset);
      return buffer.subarray(0, bytesRead);
    },
  };
}

/** `name`, as a file inside `folder` names it. Errors: it leads out of the folder. */
export function inside(folder: string, name: string): string {
  const path = resolve(folder, name);
  const way = relative(folder, path);
  if (way !== "" && !way.startsWith("..") && !isAbsolute(way)) return path;
  throw inputError(folder, "names of files inside the folder", name);
}

/** Whether `path` is a file, a folder, or nothing. */
export async function kindOf(path: string): Promise<"file" | "folder" | null> {
  const found = await stat(path).catch(() => null);
  if (found === null) return null;
  return found.isDirectory() ? "folder" : "file";
}

function refuseMissing(path: string): never {
  throw inputError(path, "a file that can be read", "nothing there");
}
