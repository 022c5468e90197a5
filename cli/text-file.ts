/** A file that is written piece by piece. */
import { closeSync, openSync, writeSync } from "node:fs";

const BUFFER_CHARACTERS = 64 * 1024;

export interface TextFile {
  readonly write: (text: string) => void;
  readonly close: () => void;
}

/** Begins the file at `path` anew. */
export function textFile(path: string): TextFile {
  const file = openSync(path, "w");
  let pending = "";
  const flush = () => {
    writeSync(file, pending);
    pending = "";
  };
  return {
    write: (text) => {
      pending += text;
      if (pending.length > BUFFER_CHARACTERS) flush();
    },
    close: () => {
      flush();
      closeSync(file);
    },
  };
}
