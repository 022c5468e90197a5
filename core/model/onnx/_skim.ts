/**
 * The structure of an ONNX file without its weights: the same protobuf message, large fields left out.
 *
 * Weights lie inside nested messages, so their enclosing lengths are written anew. Only bytes that are
 * kept are read, a window at a time: a file of gigabytes costs what its graph costs.
 *
 * Source: protobuf.dev, "Encoding" (wire format)
 */
import type { DescField, DescMessage } from "@bufbuild/protobuf";
import { ModelProtoSchema } from "onnx-buf";
import { ok, refuse, type DecodeError, type Result } from "../../result.ts";
import type { ByteSource } from "../byte-source.ts";

/** Fields longer than this are weights; shapes and axes that a graph computes with are shorter. */
const FIELD_BYTES_MAX = 8192;
const WINDOW_BYTES = 65_536;
/** Of a graph without weights. */
const KEPT_BYTES_MAX = 128e6;
/** Fields and messages in all: they bound what decoding allocates. */
const FIELDS_MAX = 3e6;
const MESSAGES_MAX = 600_000;
const DEPTH_MAX = 90;
const VARINT_BYTES_MAX = 10;
/** Of a tag and a length or value after it. */
const HEAD_BYTES_MAX = 20;

/** Errors: a field that outruns its message or the file, a wire type unknown to ONNX, too much of anything. */
export async function skim(source: ByteSource): Promise<Result<Uint8Array>> {
  const reader = new Skimmer(source);
  const bytes = await reader.message({ at: 0, end: source.size }, ModelProtoSchema, []);
  return reader.problem === null ? ok(bytes) : { ok: false, error: reader.problem };
}

type Path = readonly (string | number)[];

interface Range {
  readonly at: number;
  readonly end: number;
}

class Skimmer {
  readonly #source: ByteSource;
  #window: Uint8Array = new Uint8Array(0);
  #windowStart = 0;
  #at = 0;
  #fields = 0;
  #messages = 0;
  #keptBytes = 0;
  #problem: DecodeError | null = null;

  constructor(source: ByteSource) {
    this.#source = source;
  }

  get problem(): DecodeError | null {
    return this.#problem;
  }

  /** The message in a range; only what the window lacks is waited for, and neighbours are kept as one. */
  async message({ at, end }: Range, message: DescMessage, path: Path): Promise<Uint8Array> {
    if (path.length > DEPTH_MAX) this.#refuse(path, `at most ${DEPTH_MAX} nested messages`, "more");
    const known = fieldsOf(message);
    const seen = new Map<number, number>();
    const parts: Uint8Array[] = [];
    let run = at;
    this.#at = at;
    while (this.#at < end && this.#problem === null) {
      const start = this.#at;
      if (!this.#holds(start, HEAD_BYTES_MAX)) {
        parts.push(this.#kept(run, start, path));
        await this.#load(start, HEAD_BYTES_MAX);
        run = start;
      }
      const tag = this.#varint(end, () => path);
      const [number, wire] = [Math.floor(tag / 8), tag % 8];
      const field = known.get(number);
      const index = seen.get(number) ?? 0;
      seen.set(number, index + 1);
      const place = () => placeOf(field, index, path);
      this.#fields += 1;
      if (this.#fields > FIELDS_MAX) this.#refuse(place(), `at most ${FIELDS_MAX} fields`, "more");
      const tagEnd = this.#at;
      const last = wire === 2 ? this.#delimited(end, place) : this.#scalar(end, wire, place);
      const length = last - this.#at;
      if (wire === 2 && field?.message !== undefined) this.#countMessage(place);
      if (wire === 2 && field?.message !== undefined && length > 0) {
        parts.push(this.#kept(run, tagEnd, path));
        const inner = await this.message({ at: this.#at, end: last }, field.message, place());
        parts.push(varint(inner.length), inner);
        run = last;
      } else if (length > FIELD_BYTES_MAX) {
        parts.push(this.#kept(run, start, path));
        run = last;
      } else if (!this.#holds(start, last - start)) {
        parts.push(this.#kept(run, start, path));
        await this.#load(start, last - start);
        run = start;
      }
      this.#at = last;
    }
    parts.push(this.#kept(run, this.#at, path));
    return joined(parts);
  }

  #countMessage(place: () => Path): void {
    this.#messages += 1;
    if (this.#messages > MESSAGES_MAX) {
      this.#refuse(place(), `at most ${MESSAGES_MAX} messages`, "more");
    }
  }

  /** Where a field with a length ends. */
  #delimited(end: number, place: () => Path): number {
    const length = this.#varint(end, place);
    const last = this.#at + length;
    if (last > end) this.#refuse(place(), `${length} bytes`, end - this.#at);
    return last;
  }

  #scalar(end: number, wire: number, place: () => Path): number {
    const width = WIDTHS.get(wire);
    if (width === undefined)
      this.#refuse(place(), "a protobuf field of wire type 0, 1, 2 or 5", wire);
    if (width === 0) this.#varint(end, place);
    const last = this.#at + (width ?? 0);
    if (last > end) this.#refuse(place(), `${width} bytes`, end - this.#at);
    return last;
  }

  /** Up to 2^64, rounded past 2^53: lengths that large are refused, and other values only passed over. */
  #varint(end: number, place: () => Path): number {
    const most = Math.min(VARINT_BYTES_MAX, end - this.#at);
    const from = this.#at - this.#windowStart;
    let value = 0;
    for (let index = 0; index < most; index += 1) {
      const byte = this.#window[from + index] ?? 0;
      value += (byte & 0x7f) * 2 ** (7 * index);
      if (byte < 0x80) {
        this.#at += index + 1;
        return value;
      }
    }
    this.#refuse(place(), "a whole number that ends", `${most} bytes`);
    return 0;
  }

  #kept(at: number, end: number, path: Path): Uint8Array {
    this.#keptBytes += end - at;
    if (this.#keptBytes > KEPT_BYTES_MAX) {
      this.#refuse(path, `at most ${KEPT_BYTES_MAX} bytes besides weights`, "more");
    }
    return this.#window.slice(at - this.#windowStart, end - this.#windowStart);
  }

  #holds(at: number, length: number): boolean {
    const last = Math.min(at + length, this.#source.size);
    return at >= this.#windowStart && last <= this.#windowStart + this.#window.length;
  }

  async #load(at: number, length: number): Promise<void> {
    const wanted = Math.min(Math.max(length, WINDOW_BYTES), this.#source.size - at);
    this.#window = await this.#source.read(at, wanted);
    this.#windowStart = at;
    if (this.#window.length < wanted) this.#refuse([], `${wanted} bytes`, this.#window.length);
  }

  #refuse(path: Path, expected: string, got: unknown): void {
    this.#problem ??= refuse(path, expected, got).error;
  }
}

/** Bytes of a value by wire type; 0 is as many as it says itself. */
const WIDTHS: ReadonlyMap<number, number> = new Map([
  [0, 0],
  [1, 8],
  [5, 4],
]);

const FIELDS = new Map<DescMessage, ReadonlyMap<number, DescField>>();

function fieldsOf(message: DescMessage): ReadonlyMap<number, DescField> {
  const known = FIELDS.get(message) ?? new Map(message.fields.map((each) => [each.number, each]));
  FIELDS.set(message, known);
  return known;
}

/** Names down to a field, with its index among those of its name where there may be several. */
function placeOf(field: DescField | undefined, index: number, path: Path): Path {
  if (field === undefined) return path;
  return field.fieldKind === "list" ? [...path, field.name, index] : [...path, field.name];
}

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 0x80) {
    bytes.push((rest % 0x80) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  return Uint8Array.from([...bytes, rest]);
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
