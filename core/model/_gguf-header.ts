/**
 * The header of a GGUF file: its metadata and the shapes of its tensors.
 *
 * Source: docs/gguf.md of ggml (versions 2 and 3).
 */
import { ok, refuse } from "../result.ts";
import type { Result } from "../result.ts";
import type { ByteSource } from "./byte-source.ts";
import { Cursor } from "./_cursor.ts";
import { GGUF_TYPES } from "./_gguf-types.ts";
import type { Tensor } from "./_tensors.ts";

/** A value of the metadata; of a list of strings, or a long list, only its length is kept. */
export type GgufValue = string | number | boolean | readonly number[] | { readonly length: number };

export interface GgufHeader {
  readonly metadata: ReadonlyMap<string, GgufValue>;
  readonly tensors: readonly Tensor[];
}

/** Tokenisers of 500,000 entries make headers of 30 MB; nothing makes them longer than this. */
const HEADER_BYTES_MAX = 2 ** 27;
const ENTRIES_MAX = 100_000;
const TENSORS_MAX = 1_000_000;
const KEPT_LENGTH_MAX = 10_000;
const KEPT_TEXT_MAX = 1_000;
const DIMENSIONS_MAX = 8;

export const GGUF_MAGIC = 0x46554747;

export async function ggufHeader(source: ByteSource): Promise<Result<GgufHeader>> {
  const cursor = new Cursor(source, HEADER_BYTES_MAX);
  const magic = await cursor.u32();
  if (magic !== GGUF_MAGIC) return refuse(["header", "magic"], "GGUF", magic);
  const version = await cursor.u32();
  if (version !== 2 && version !== 3) return refuse(["header", "version"], "2 or 3", version);
  const tensorCount = await count(cursor, { name: "tensorCount", most: TENSORS_MAX, least: 24 });
  const entryCount = await count(cursor, { name: "metadataCount", most: ENTRIES_MAX, least: 13 });
  const metadata = new Map<string, GgufValue>();
  for (let index = 0; index < entryCount && cursor.problem === null; index += 1) {
    const key = await shortText(cursor, ["metadata", index]);
    metadata.set(key, await metadataValue(cursor, key));
  }
  const tensors: Tensor[] = [];
  for (let index = 0; index < tensorCount && cursor.problem === null; index += 1) {
    tensors.push(await tensorEntry(cursor, index));
  }
  return cursor.problem === null ? ok({ metadata, tensors }) : { ok: false, error: cursor.problem };
}

/** A count that the rest of the file can hold, `least` bytes an item. */
async function count(
  cursor: Cursor,
  limits: { readonly name: string; readonly most: number; readonly least: number },
): Promise<number> {
  const value = await cursor.u64();
  const most = Math.min(limits.most, Math.floor(cursor.rest / limits.least) + 1);
  if (value <= most) return value;
  cursor.refuse([limits.name], `at most ${most} in a file of this size`, value);
  return 0;
}

async function shortText(cursor: Cursor, path: readonly (string | number)[]): Promise<string> {
  const length = await cursor.u64();
  if (length <= KEPT_TEXT_MAX) return cursor.text(length);
  cursor.refuse(path, `a name of at most ${KEPT_TEXT_MAX} bytes`, length);
  return "";
}

const STRING = 8;
const LIST = 9;
const WIDTHS: ReadonlyMap<number, { readonly width: 1 | 2 | 4 | 8; readonly signed: boolean }> =
  new Map([
    [0, { width: 1, signed: false }],
    [1, { width: 1, signed: true }],
    [2, { width: 2, signed: false }],
    [3, { width: 2, signed: true }],
    [4, { width: 4, signed: false }],
    [5, { width: 4, signed: true }],
    [6, { width: 4, signed: true }],
    [7, { width: 1, signed: false }],
    [10, { width: 8, signed: false }],
    [11, { width: 8, signed: true }],
    [12, { width: 8, signed: true }],
  ]);
const FLOAT32 = 6;

async function metadataValue(cursor: Cursor, key: string): Promise<GgufValue> {
  const type = await cursor.u32();
  if (type === STRING) return metadataText(cursor);
  if (type === LIST) return metadataList(cursor, key);
  return scalar(cursor, { type, key });
}

async function scalar(
  cursor: Cursor,
  given: { readonly type: number; readonly key: string },
): Promise<number> {
  const layout = WIDTHS.get(given.type);
  if (given.type === FLOAT32) return cursor.f32();
  if (layout !== undefined) return cursor.integer(layout.width, layout.signed);
  cursor.refuse(["metadata", given.key], "a type from 0 to 12", given.type);
  return 0;
}

/** Templates and licences are longer than any figure, and not kept. */
async function metadataText(cursor: Cursor): Promise<GgufValue> {
  const length = await cursor.u64();
  if (length <= KEPT_TEXT_MAX) return cursor.text(length);
  cursor.skip(length);
  return { length };
}

async function metadataList(cursor: Cursor, key: string): Promise<GgufValue> {
  const type = await cursor.u32();
  const length = await cursor.u64();
  const width = type === STRING ? 8 : WIDTHS.get(type)?.width;
  if (width === undefined || length * width > cursor.rest) {
    cursor.refuse(["metadata", key], "a list that the file can hold", { type, length });
    return { length: 0 };
  }
  if (type !== STRING && length > KEPT_LENGTH_MAX) {
    cursor.skip(length * width);
    return { length };
  }
  if (type === STRING) {
    await cursor.skipTexts(length);
    return { length };
  }
  const values: number[] = [];
  for (let index = 0; index < length && cursor.problem === null; index += 1) {
    values.push(await scalar(cursor, { type, key }));
  }
  return values;
}

async function tensorEntry(cursor: Cursor, index: number): Promise<Tensor> {
  const name = await shortText(cursor, ["tensors", index]);
  const dimensions = await cursor.u32();
  if (dimensions > DIMENSIONS_MAX) {
    cursor.refuse(["tensors", index], `at most ${DIMENSIONS_MAX} dimensions`, dimensions);
  }
  const shape: number[] = [];
  for (let axis = 0; axis < dimensions && cursor.problem === null; axis += 1) {
    shape.push(await cursor.u64());
  }
  const id = await cursor.u32();
  const type = GGUF_TYPES.get(id);
  await cursor.u64();
  const parameters = shape.reduce((product, size) => product * size, 1);
  if (type === undefined) cursor.refuse(["tensors", index, "type"], "a known tensor type", id);
  if (!Number.isSafeInteger(parameters)) {
    cursor.refuse(["tensors", index, "shape"], "a size below 2^53", shape);
  }
  const bytes = type === undefined ? 0 : (parameters / type.values) * type.bytes;
  return { name, shape, type: type?.name ?? "", parameters, bytes };
}
