/** What an address brings of the user's own, as text and back: JSON, deflated, in letters that an address takes. */
import type * as z from "zod/mini";
import { pathText } from "../../core/index.ts";
import { LINK_MAX } from "../own-models.ts";
import { Refusal } from "./refusal.ts";

/** Past every model that fits an address: what a few letters of a hostile link may unfold to at most. */
const BYTES_MAX = 4 * 2 ** 20;

export async function packed(value: unknown): Promise<string> {
  const deflated = through(JSON.stringify(value), new CompressionStream("deflate-raw"));
  let letters = "";
  for await (const part of deflated) for (const byte of part) letters += String.fromCharCode(byte);
  return btoa(letters).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** Refuses what has not the shape, `expected` in words: a link may have been cut, or written by hand. */
export async function unpacked<T>(
  text: string,
  shape: z.ZodMiniType<T>,
  expected: string,
): Promise<T> {
  if (text.length > LINK_MAX) {
    const got = `${text.length}`;
    throw new Refusal({ path: "", expected: `at most ${LINK_MAX} characters`, got });
  }
  const json: unknown = await inflated(text)
    .then(JSON.parse)
    .catch(() => null);
  const read = shape.safeParse(json);
  if (read.success) return read.data;
  const path = (read.error.issues[0]?.path ?? []).map((step) =>
    typeof step === "number" ? step : String(step),
  );
  throw new Refusal({
    path: pathText(path),
    expected,
    got: shortened(json, path) ?? text.slice(0, SHOWN),
  });
}

const SHOWN = 60;

/** What stands at `path`, in few letters; undefined where nothing could be read. */
function shortened(json: unknown, path: readonly (string | number)[]): string | undefined {
  if (json === null) return undefined;
  const found = path.reduce<unknown>(
    (value, step) =>
      typeof value === "object" && value !== null && Object.hasOwn(value, step)
        ? (value as Readonly<Record<string | number, unknown>>)[step]
        : undefined,
    json,
  );
  // JSON has no word for a number past all numbers, as 1e400 is read.
  const text = typeof found === "number" ? String(found) : JSON.stringify(found);
  return text === undefined ? "–" : text.slice(0, SHOWN);
}

async function inflated(text: string): Promise<string> {
  const letters = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  const bytes = Uint8Array.from(letters, (letter) => letter.charCodeAt(0));
  const decoder = new TextDecoder();
  let json = "";
  for await (const part of through(bytes, new DecompressionStream("deflate-raw"))) {
    json += decoder.decode(part, { stream: true });
    if (json.length > BYTES_MAX) throw new RangeError("unfolds without end");
  }
  return json;
}

function through(
  content: BlobPart,
  stream: CompressionStream | DecompressionStream,
): ReadableStream<Uint8Array> {
  return new Blob([content]).stream().pipeThrough(stream);
}
