/** One price of one instance, as a feed says it; the smallest that all feeds can say. */
export interface FeedPrice {
  readonly instance: string;
  readonly region: string;
  readonly way: "demand" | "spot" | "reserved";
  /** USD an hour. */
  readonly hourly: number;
}

/** What is wanted of a feed. */
export interface Wanted {
  readonly instances: ReadonlySet<string>;
  readonly regions: readonly string[];
}

/** Reads from the network; the address is an argument so that tests give their own. */
export type FeedReader = (base: string, wanted: Wanted) => AsyncIterable<FeedPrice>;

/** The outside failed in a way that a person can do something about. */
export class FeedError extends Error {
  override name = "FeedError";
}

/** Silence after which a feed is given up, ms: a list of hundreds of megabytes takes minutes. */
const PATIENCE = 60_000;

/** The body of a 200, part by part. Errors: {@link FeedError} with the address and what came instead. */
export async function* fetched(url: string, patience = PATIENCE): AsyncIterable<Uint8Array> {
  const stop = new AbortController();
  const silent = new Error(`nothing for ${patience / 1000} s`);
  const silence = setTimeout(() => stop.abort(silent), patience);
  let failure = "cannot be reached";
  try {
    const answer = await fetch(url, { signal: stop.signal });
    if (!answer.ok) throw new FeedError(`${url} answered ${answer.status}`);
    failure = "broke off";
    for await (const part of answer.body ?? []) {
      silence.refresh();
      yield part;
    }
  } catch (error) {
    if (error instanceof FeedError) throw error;
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    throw new FeedError(`${url} ${failure}: ${String(cause)}`);
  } finally {
    clearTimeout(silence);
    stop.abort();
  }
}

/** The body of a 200 as the JSON that it is. */
export async function fetchedJson(url: string): Promise<unknown> {
  const parts: Uint8Array[] = [];
  for await (const part of fetched(url)) parts.push(part);
  try {
    return JSON.parse(Buffer.concat(parts).toString("utf8"));
  } catch {
    throw new FeedError(`${url} is no JSON`);
  }
}
