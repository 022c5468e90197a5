/**
 * What was read, in a file of SQLite.
 *
 * A write-ahead log: what was committed outlives SIGKILL. A series is stored once and its values beside it.
 * A file that cannot grow, as on a full disk, gives up its oldest part and takes the sample; a write that fails even
 * so is told, and the next is tried.
 */
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { messageOf } from "../failure.ts";
import type { Point } from "./forecast.ts";
import { seriesOf, type Sample } from "./reading.ts";

export interface History {
  /** Null, or why the sample is lost. */
  readonly keep: (sample: Sample) => string | null;
  /** Readings of a name by their series, oldest first; evenly thinned to some hundreds. */
  readonly read: (name: string) => ReadonlyMap<string, readonly Point[]>;
  readonly close: () => void;
}

const SCHEMA = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = NORMAL;
  PRAGMA cache_size = -1024;
  PRAGMA busy_timeout = 2000;
  CREATE TABLE IF NOT EXISTS series (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
  CREATE TABLE IF NOT EXISTS reading
    (at INTEGER NOT NULL, series INTEGER NOT NULL REFERENCES series, value REAL NOT NULL) STRICT;
  CREATE INDEX IF NOT EXISTS reading_at ON reading (at);
`;

const PAGE = 4096;
/** Of what is stored, the oldest part that makes room. */
const ROOM = 10;

/** Of a series that is read back. */
const POINTS_MAX = 500;

/** Errors: throws where this Node has no SQLite, or the file cannot be opened. */
export async function openHistory(path: string, sizeMax: number): Promise<History> {
  const { DatabaseSync } = await import("node:sqlite").catch(() => {
    throw new Error(
      `--history needs Node 22.13 or later, with node:sqlite; this is ${process.version}`,
    );
  });
  mkdirSync(dirname(path), { recursive: true });
  const database = new DatabaseSync(path);
  database.exec(`${SCHEMA} PRAGMA max_page_count = ${Math.max(16, Math.floor(sizeMax / PAGE))};`);
  const known = new Map<string, number>();
  const named = database.prepare(
    "INSERT INTO series (name) VALUES (?) ON CONFLICT (name) DO UPDATE SET name = name RETURNING id",
  );
  const insert = database.prepare("INSERT INTO reading (at, series, value) VALUES (?, ?, ?)");
  const oldest = database.prepare(
    `DELETE FROM reading WHERE rowid <= (SELECT min(rowid) + (max(rowid) - min(rowid)) / ${ROOM} FROM reading)`,
  );
  const idOf = (name: string): number => {
    const id = known.get(name) ?? Number(named.get(name)?.["id"]);
    known.set(name, id);
    return id;
  };
  const write = (work: () => void): string | null => {
    try {
      database.exec("BEGIN IMMEDIATE");
      work();
      database.exec("COMMIT");
      return null;
    } catch (error) {
      known.clear();
      if (database.isTransaction) database.exec("ROLLBACK");
      return messageOf(error);
    }
  };
  const store = ({ at, readings }: Sample) =>
    write(() => {
      for (const each of readings) insert.run(at, idOf(seriesOf(each)), each.value);
    });
  const keep = (sample: Sample): string | null => {
    const why = store(sample);
    if (why === null || write(() => void oldest.run()) !== null) return why;
    return store(sample);
  };
  const past = database.prepare(
    `SELECT series.name name, avg(at) at, avg(value) value FROM reading JOIN series ON series.id = series
     WHERE series.name = ?1 OR series.name LIKE ?1 || '{%'
     GROUP BY series.name, at / max(1, ((SELECT max(at) - min(at) FROM reading) / ${POINTS_MAX})) ORDER BY at`,
  );
  const read = (name: string) => {
    const found = new Map<string, Point[]>();
    for (const row of past.all(name)) {
      const series = String(row["name"]);
      const points = found.get(series) ?? [];
      points.push({ at: Number(row["at"]), value: Number(row["value"]) });
      found.set(series, points);
    }
    return found;
  };
  return { keep, read, close: () => database.close() };
}
