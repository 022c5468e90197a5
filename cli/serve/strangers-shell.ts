/** The shell of a question that came from elsewhere: no folder, no terminal, no files. */
import process from "node:process";
import type { Shell } from "../shell.ts";

const COLUMNS = 100;

export function strangersShell({
  documents,
  print,
  reached,
}: Required<Pick<Shell, "documents" | "print" | "reached">>): Shell {
  return {
    print,
    reached,
    documents,
    note: () => {},
    columns: COLUMNS,
    isColoured: false,
    isWatched: false,
    environment: process.env,
    folder: "/",
    interruption: () => new AbortController().signal,
  };
}
