/**
 * Records of a CSV file as they stream in: quoted fields may hold commas, quotes and line ends.
 *
 * Source: RFC 4180, section 2; a lone LF or CR ends a record as well, and a byte order mark is skipped
 */

/** A field longer than this is a quote that never closed, not a figure. */
const FIELD_CHARACTERS_MAX = 1_000_000;

export interface CsvRecord {
  /** Line it starts on, from 1. */
  readonly line: number;
  readonly fields: readonly string[];
}

/** Each record of `chunks` in order; blank lines are none. Throws a `RangeError` on a field without end. */
export async function* csvRecords(
  chunks: AsyncIterable<string> | Iterable<string>,
): AsyncGenerator<CsvRecord> {
  const reader = new RecordReader();
  for await (const chunk of chunks) yield* reader.read(chunk);
  yield* reader.end();
}

class RecordReader {
  #fields: string[] = [];
  #field = "";
  /** `closing`: a quote inside a quoted field, which ends it or stands for one; `returned`: behind a CR, whose LF may follow. */
  #state: "start" | "bare" | "quoted" | "closing" | "returned" = "start";
  #line = 1;
  #first = 1;

  *read(chunk: string): Generator<CsvRecord> {
    let from = 0;
    while (from < chunk.length) {
      const end = this.#plainEnd(chunk, from);
      this.#field += chunk.slice(from, end);
      if (this.#field.length > FIELD_CHARACTERS_MAX) {
        throw new RangeError(
          `line ${this.#first}: a field of over ${FIELD_CHARACTERS_MAX} characters`,
        );
      }
      if (end > from && (this.#state === "start" || this.#state === "returned")) {
        this.#state = "bare";
      }
      if (end < chunk.length) {
        const record = this.#special(chunk.charAt(end));
        if (record !== null) yield record;
      }
      from = end + 1;
    }
  }

  *end(): Generator<CsvRecord> {
    const record = this.#recordEnd();
    if (record !== null) yield record;
  }

  /** Where the next character that may mean something stands. */
  #plainEnd(chunk: string, from: number): number {
    const special = this.#state === "quoted" ? QUOTED_SPECIAL : SPECIAL;
    special.lastIndex = from;
    return special.exec(chunk)?.index ?? chunk.length;
  }

  #special(character: string): CsvRecord | null {
    const isFollowing = character === "\n" && this.#state === "returned";
    if (character === "\n" && !isFollowing) this.#line += 1;
    if (this.#state === "quoted") {
      if (character === '"') this.#state = "closing";
      else this.#field += character;
      return null;
    }
    if (character === '"') {
      if (this.#state === "closing") this.#field += '"';
      this.#state = this.#state === "bare" ? "bare" : "quoted";
      return null;
    }
    if (character === ",") this.#fieldEnd();
    if (isFollowing) this.#state = "start";
    if (character === "\r") {
      this.#line += 1;
      const record = this.#recordEnd();
      this.#state = "returned";
      return record;
    }
    return character === "\n" && !isFollowing ? this.#recordEnd() : null;
  }

  #fieldEnd(): void {
    this.#fields.push(this.#field);
    this.#field = "";
    this.#state = "start";
  }

  #recordEnd(): CsvRecord | null {
    this.#fieldEnd();
    const fields = this.#fields;
    const line = this.#first;
    this.#fields = [];
    this.#first = this.#line;
    return fields.length === 1 && fields[0] === "" ? null : { line, fields };
  }
}

const SPECIAL = /[",\n\r\uFEFF]/g;
const QUOTED_SPECIAL = /["\n]/g;
