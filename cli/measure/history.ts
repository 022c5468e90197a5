/** Measurements, in a file of SQLite. */
import { mkdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { dataFolder } from "../data-folder.ts";
import { messageOf } from "../failure.ts";
import { inputError } from "../input-error.ts";
import type { Shell } from "../shell.ts";
import type { Measurement } from "./measurement.ts";

/** A measurement and the number it is known by. */
export interface Kept {
  readonly id: number;
  readonly measurement: Measurement;
}

export interface History {
  /** The number of what was kept. */
  readonly keep: (measurement: Measurement) => number;
  /** All, oldest first. */
  readonly all: () => readonly Kept[];
  readonly close: () => void;
}

export interface HistoryOptions {
  /** A file; false is none; absent is one among the user's data. */
  readonly history?: string | false;
}

const SCHEMA = `
  PRAGMA journal_mode = WAL;
  CREATE TABLE IF NOT EXISTS measurement
    (id INTEGER PRIMARY KEY, at TEXT NOT NULL, model TEXT NOT NULL, median REAL NOT NULL, record TEXT NOT NULL) STRICT;
`;

/** The history that is asked for, or why there is none. */
export async function openedHistory(
  { history }: HistoryOptions,
  shell: Pick<Shell, "environment" | "folder">,
): Promise<History | string> {
  if (history === false) return "--no-history";
  const sqlite = await import("node:sqlite").catch(() => null);
  if (sqlite === null)
    return `a history needs Node 22.13 or later, with node:sqlite; this is ${process.version}`;
  const file = fileOf(history, shell);
  try {
    return historyOf(new sqlite.DatabaseSync(made(file)));
  } catch (error) {
    return `${file}: ${messageOf(error)}`;
  }
}

function fileOf(history: string | undefined, shell: Pick<Shell, "environment" | "folder">): string {
  if (history !== undefined) return resolve(shell.folder, history);
  return join(dataFolder(shell), "measurements.sqlite");
}

function made(path: string): string {
  mkdirSync(dirname(path), { recursive: true });
  return path;
}

function historyOf(database: DatabaseSync): History {
  database.exec(SCHEMA);
  const insert = database.prepare(
    "INSERT INTO measurement (at, model, median, record) VALUES (?, ?, ?, ?)",
  );
  const select = database.prepare("SELECT id, record FROM measurement ORDER BY id");
  return {
    keep: (measurement) => {
      const { at, model, latency } = measurement;
      const record = JSON.stringify(measurement);
      return Number(insert.run(at, model.name, latency.median, record).lastInsertRowid);
    },
    all: () =>
      select.all().map(({ id, record }) => ({
        id: Number(id),
        measurement: JSON.parse(String(record)) as Measurement,
      })),
    close: () => database.close(),
  };
}

/** The measurement of that number. Errors: none has it. */
export function keptAs(all: readonly Kept[], text: string): Kept {
  const found = all.find(({ id }) => String(id) === text);
  if (found !== undefined) return found;
  const first = all[0]?.id;
  const known = first === undefined ? "none is kept" : `one of ${first} to ${all.at(-1)?.id}`;
  throw inputError("--compare", `a number of tenlane measure --list: ${known}`, text);
}
