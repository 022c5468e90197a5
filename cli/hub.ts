/** Configurations of the Hugging Face Hub, fetched once and kept on disk. */
import { join } from "node:path";
import { cached, cacheFolder, keep } from "./cache.ts";
import { parseJson } from "./files.ts";
import { inputError } from "./input-error.ts";
import type { Shell } from "./shell.ts";

const ENDPOINT = "https://huggingface.co";
const TIMEOUT_MILLISECONDS = 20_000;
const BYTES_MAX = 16e6;

/** `owner/name`, each of letters, digits, dots, dashes and underscores, none of them only dots. */
const HUB_ID = /^(?!\.+\/)[\w.-]{1,96}\/(?!\.+$)[\w.-]{1,96}$/u;

export function isHubId(text: string): boolean {
  return HUB_ID.test(text);
}

/**
 * The JSON of `file` of a model on the Hub.
 *
 * `HF_ENDPOINT` names a mirror, `HF_TOKEN` opens gated models.
 * Errors: no such model, no right to read it, no connection; each says what to do.
 */
export async function hubJson(id: string, file: string, shell: Shell): Promise<unknown> {
  const { HF_ENDPOINT: endpoint = ENDPOINT, HF_TOKEN: token = "" } = shell.environment;
  const place = new URL(`${id}/resolve/main/${file}`, `${endpoint.replace(/\/+$/u, "")}/`);
  const kept = join(cacheFolder(shell), "hub", encodeURIComponent(place.host), id, file);
  const known = await cached(kept);
  if (known !== null) return parseJson(known, kept);
  const text = await fetchText(place, token === "" ? {} : { authorization: `Bearer ${token}` });
  const json = parseJson(text, place.href);
  await keep(kept, text);
  return json;
}

async function fetchText(place: URL, headers: Record<string, string>): Promise<string> {
  const signal = AbortSignal.timeout(TIMEOUT_MILLISECONDS);
  const response = await fetch(place, { headers, signal }).catch((error: unknown) => {
    throw inputError(place.href, OFFLINE, reasonOf(error));
  });
  if (!response.ok) throw inputError(place.href, meaning(response.status), response.status);
  return bounded(response, place);
}

const OFFLINE =
  "an answer of the Hub; without a connection, give a config.json on disk or a model of `tenlane catalogue --list models`";

function meaning(status: number): string {
  if (status === 401 || status === 403)
    return "the right to read it; accept its licence on the Hub and set HF_TOKEN";
  if (status === 404)
    return "a model of the Hub with a config.json; check the spelling of owner/name";
  return "status 200; try again later, or give a config.json on disk";
}

/** The body, read piece by piece so that an endless one ends here. */
async function bounded(response: Response, place: URL): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > BYTES_MAX) throw inputError(place.href, `at most ${BYTES_MAX} bytes`, size);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
