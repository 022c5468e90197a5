/** Lines of a file, one at a time, of a length that is bounded. */
import { closeSync, openSync, readSync } from "node:fs";
import { inputError } from "../input-error.ts";

const BUFFER_BYTES = 64 * 1024;
/** A line of a sweep is some kilobytes. */
const LINE_BYTES_MAX = 1_000_000;
const NEWLINE = 10;

export interface Line {
  readonly text: string;
  /** Bytes of the file up to and with its newline. */
  readonly end: number;
}

/** Whole lines only: what stands behind the last newline was not written to its end. Errors: one that is too long. */
export function* wholeLines(path: string): Generator<Line> {
  const file = openSync(path, "r");
  try {
    let rest = Buffer.alloc(0);
    let end = 0;
    const buffer = Buffer.alloc(BUFFER_BYTES);
    for (;;) {
      const bytes = readSync(file, buffer, 0, BUFFER_BYTES, null);
      if (bytes === 0) return;
      rest = Buffer.concat([rest, buffer.subarray(0, bytes)]);
      for (let at = rest.indexOf(NEWLINE); at >= 0; at = rest.indexOf(NEWLINE)) {
        end += at + 1;
        yield { text: rest.toString("utf8", 0, at), end };
        rest = rest.subarray(at + 1);
      }
      if (rest.length > LINE_BYTES_MAX) {
        throw inputError(path, `lines of at most ${LINE_BYTES_MAX} bytes`, rest.length);
      }
    }
  } finally {
    closeSync(file);
  }
}
