/**
 * The file of a sweep: a header, then a line a point in their order. It grows as `.part`, so that what
 * is there is always a beginning of the whole, and gets its name once it is complete.
 */
import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  renameSync,
  writeFileSync,
} from "node:fs";
import { z } from "zod";
import { decode } from "../../core/decode.ts";
import { parseJson } from "../files.ts";
import { accepted, InputError, inputError } from "../input-error.ts";
import { wholeLines, type Line } from "./lines.ts";
import { decodeLine, isOf, type SweepLine } from "./outcome.ts";
import { pointAt, type Study } from "./study.ts";

/** Which points a file holds: every `count`th, from `number` - 1 on. */
export interface Shard {
  readonly number: number;
  readonly count: number;
}

export interface Header {
  readonly kind: "sweep";
  readonly study: string;
  /** Of the study and of what stands behind it: equal digests have equal outcomes. */
  readonly digest: string;
  /** Of the whole study. */
  readonly points: number;
  readonly shard: Shard;
}

const shard = z
  .strictObject({ number: z.int().positive(), count: z.int().positive().max(10_000) })
  .refine(({ number, count }) => number <= count, { message: "a shard of those there are" });

const header: z.ZodType<Header> = z.strictObject({
  kind: z.literal("sweep"),
  study: z.string().max(100),
  digest: z.string().regex(/^[0-9a-f]{32}$/u),
  points: z.int().positive(),
  shard,
});

/** How many points a shard holds. */
export function shardCount({ points, shard: { number, count } }: Header): number {
  return Math.max(0, Math.ceil((points - (number - 1)) / count));
}

/** The point that stands at `place` of a shard. */
export function indexAt({ shard: { number, count } }: Header, place: number): number {
  return place * count + number - 1;
}

/** The header of the file at `path`, and then its lines. Errors: it is no file of a sweep. */
export function headed(path: string): { readonly header: Header; readonly rest: Generator<Line> } {
  const rest = wholeLines(path);
  const first = rest.next();
  if (first.done === true) throw inputError(path, "a header", "no whole line");
  const read = decode(header, parseJson(first.value.text, `${path}, line 1`));
  return { header: accepted(read, `${path}, line 1`), rest };
}

/** Errors: `got` is of another study, of another shard, or of a tenlane with other figures. */
export function refuseOther(path: string, expected: Header, got: Header): void {
  for (const field of ["study", "digest", "points"] as const) {
    if (expected[field] !== got[field]) {
      throw new InputError(path, {
        path: [field],
        expected: `${expected[field]}, or no such file`,
        got: String(got[field]),
      });
    }
  }
  const [own, other] = [expected, got].map(({ shard }) => `${shard.number}/${shard.count}`);
  if (own !== other) {
    throw new InputError(path, { path: ["shard"], expected: String(own), got: String(other) });
  }
}

/** A line of `study` that stands at `place` of its file. Errors: it is not of that point. */
export function readLine(
  { text }: Line,
  { path, study, header, place }: { path: string; study: Study; header: Header; place: number },
): SweepLine {
  const where = `${path}, line ${place + 2}`;
  const line = accepted(decodeLine(parseJson(text, where)), where);
  const point = pointAt(study, indexAt(header, place));
  if (isOf(point, line)) return line;
  throw inputError(where, `point ${point.index} of the study`, line.point);
}

export interface SweepFile {
  /** Lines that were there already. */
  readonly kept: number;
  readonly write: (line: SweepLine) => void;
  /** Gives the file its name. */
  readonly finish: () => void;
  /** Leaves it as it is, to go on with later. */
  readonly close: () => void;
}

/**
 * Opens the file of a sweep, or goes on with one that was left; `see` gets each line that was there.
 * A failed point, and all behind it, count as not there. Errors: a file of something else.
 */
export function sweepFile(
  path: string,
  { study, header, see }: { study: Study; header: Header; see: (line: SweepLine) => void },
): SweepFile {
  if (existsSync(path)) return completed(path, { study, header, see });
  const part = `${path}.part`;
  const [kept, bytes] = existsSync(part) ? beginning(part, { study, header, see }) : [0, 0];
  const file = openSync(part, "a");
  ftruncateSync(file, bytes);
  let end = bytes;
  const append = (value: unknown) => {
    const text = `${JSON.stringify(value)}\n`;
    writeFileSync(file, text);
    end += Buffer.byteLength(text);
  };
  if (bytes === 0) append(header);
  return {
    kept,
    write: append,
    finish: () => {
      const { size } = fstatSync(file);
      fsyncSync(file);
      closeSync(file);
      if (size !== end) throw inputError(part, `${end} bytes, as written`, size);
      renameSync(part, path);
    },
    close: () => closeSync(file),
  };
}

interface Opening {
  readonly study: Study;
  readonly header: Header;
  readonly see: (line: SweepLine) => void;
}

function completed(path: string, { study, header, see }: Opening): SweepFile {
  const found = headed(path);
  refuseOther(path, header, found.header);
  let place = 0;
  for (const line of found.rest) {
    see(readLine(line, { path, study, header, place }));
    place += 1;
  }
  if (place !== shardCount(header)) {
    throw inputError(path, `${shardCount(header)} points`, place);
  }
  return { kept: place, write: () => {}, finish: () => {}, close: () => {} };
}

/** Lines and bytes of a part that can be kept. */
function beginning(path: string, { study, header, see }: Opening): readonly [number, number] {
  const [first] = wholeLines(path);
  if (first === undefined) return [0, 0];
  const found = headed(path);
  refuseOther(path, header, found.header);
  let [place, bytes] = [0, first.end];
  for (const line of found.rest) {
    const read = readLine(line, { path, study, header, place });
    if (read.outcome.kind === "failed") break;
    see(read);
    [place, bytes] = [place + 1, line.end];
  }
  return [place, bytes];
}
