/** Request logs, read line by line: no more than a buffer is ever held. */
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { resolve } from "node:path";
import { StringDecoder } from "node:string_decoder";
import {
  lineReader,
  pathText,
  refuse,
  traceFormatOf,
  type Arrival,
  type TraceFormat,
} from "../core/index.ts";
import { kindOf } from "./files.ts";
import { InputError, inputError } from "./input-error.ts";
import type { Shell } from "./shell.ts";

/** Lines are cut off one by one: a list of them would outlive the nursery of the collector. */
const BUFFER_BYTES = 16 * 1024;
/** No line of a log is nearly as long; a file without line ends must not be held whole. Longer ones are passed over. */
const LINE_CHARACTERS_MAX = 1024 * 1024;
const BAD_NAMED_MAX = 10;

/** A log on disk that can be read again and again. */
export interface Replay {
  readonly format: TraceFormat;
  readonly requests: () => Generator<Arrival>;
  /** Share of the file that the latest reading has come through. */
  readonly share: () => number;
  /** Bad lines of the latest reading: how many, and the first of them with what was wrong. */
  readonly bad: () => BadLines;
}

export interface BadLines {
  readonly count: number;
  readonly named: readonly string[];
}

/** What {@link replayFrom} is asked; `most` requests at most. */
export interface ReplayQuestion {
  readonly file: string;
  readonly format?: TraceFormat | undefined;
  readonly isSkippingBad: boolean;
  readonly most: number;
}

/** Errors: no such file, an unknown format; while reading, a bad line unless those are skipped. */
export async function replayFrom(question: ReplayQuestion, shell: Shell): Promise<Replay> {
  const { file } = question;
  const path = resolve(shell.folder, file);
  const kind = await kindOf(path);
  if (kind !== "file") {
    throw inputError(file, "a request log", kind === null ? "nothing there" : "a folder");
  }
  const format = question.format ?? knownFormat(path, file);
  const state = { share: 0, bad: { count: 0, named: [] as string[] } };
  return {
    format,
    requests: () => requestsOf({ ...question, path, format }, state),
    share: () => state.share,
    bad: () => state.bad,
  };
}

function knownFormat(path: string, file: string): TraceFormat {
  const lines = linesOf(path, () => {});
  const first = lines.next();
  lines.return(undefined);
  const head = first.done === true ? "an empty file" : (first.value ?? TOO_LONG);
  const format = first.done === true ? null : traceFormatOf(head);
  if (format !== null) return format;
  throw inputError(file, "a log of Azure, BurstGPT or Mooncake", head);
}

const TOO_LONG = `a line of over ${LINE_CHARACTERS_MAX} characters`;

interface Reading {
  share: number;
  bad: { count: number; named: string[] };
}

function* requestsOf(
  {
    path,
    file,
    format,
    isSkippingBad,
    most,
  }: ReplayQuestion & { readonly path: string; readonly format: TraceFormat },
  state: Reading,
): Generator<Arrival> {
  const read = lineReader(format);
  state.bad = { count: 0, named: [] };
  let number = 0;
  let given = 0;
  for (const line of linesOf(path, (share) => (state.share = share))) {
    number += 1;
    const result = line === null ? refuse([], "a shorter line", TOO_LONG) : read(line);
    if (!result.ok) {
      if (!isSkippingBad) throw new InputError(`${file}, line ${number}`, result.error);
      state.bad.count += 1;
      if (state.bad.count > BAD_NAMED_MAX) continue;
      const { path: place, expected, got } = result.error;
      state.bad.named.push(`line ${number} ${pathText(place)}: expected ${expected}, got ${got}`);
    } else if (result.value !== null) {
      yield result.value;
      given += 1;
      if (given >= most) return;
    }
  }
}

/** The lines of a file, null for one that is too long, and the share read so far with each buffer. */
function* linesOf(path: string, reach: (share: number) => void): Generator<string | null> {
  const file = openSync(path, "r");
  try {
    const { size } = fstatSync(file);
    const buffer = Buffer.alloc(BUFFER_BYTES);
    const decoder = new StringDecoder("utf8");
    let rest = "";
    let isTooLong = false;
    let come = 0;
    for (;;) {
      const bytes = readSync(file, buffer, 0, BUFFER_BYTES, null);
      if (bytes === 0) break;
      come += bytes;
      reach(size > 0 ? Math.min(1, come / size) : 1);
      const text = rest + decoder.write(buffer.subarray(0, bytes));
      let from = 0;
      for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", from)) {
        yield isTooLong ? null : text.slice(from, text[end - 1] === "\r" ? end - 1 : end);
        isTooLong = false;
        from = end + 1;
      }
      isTooLong ||= text.length - from > LINE_CHARACTERS_MAX;
      rest = isTooLong ? "" : text.slice(from);
    }
    rest += decoder.end();
    if (isTooLong) yield null;
    else if (rest !== "") yield rest;
  } finally {
    closeSync(file);
  }
}
