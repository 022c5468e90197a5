/** A model as text of an address and back: its dimensions as JSON, deflated, in letters that an address takes. */
import { pathText, type Model } from "../../core/index.ts";
import { modelShape } from "./model-shape.ts";
import { Refusal } from "./refusal.ts";

/** Past every model that fits an address: what a few letters of a hostile link may unfold to at most. */
const BYTES_MAX = 4 * 2 ** 20;

export async function linkText(model: Model): Promise<string> {
  const deflated = through(JSON.stringify(model), new CompressionStream("deflate-raw"));
  let letters = "";
  for await (const part of deflated) for (const byte of part) letters += String.fromCharCode(byte);
  return btoa(letters).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** Refuses what is no model: a link may have been cut, or written by hand. */
export async function linkedModel(text: string): Promise<Model> {
  const json = await inflated(text)
    .then(JSON.parse)
    .catch(() => null);
  const { data, error } = modelShape.safeParse(json);
  if (data !== undefined) return data;
  const [issue] = error.issues;
  throw new Refusal({
    path: pathText(
      (issue?.path ?? []).map((step) => (typeof step === "number" ? step : String(step))),
    ),
    expected: "a model in the address, whole",
    got: issue?.message ?? text,
  });
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
