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

const PATIENCE = 60_000;

/** The body of a 200. Errors: {@link FeedError} with the address and what came instead. */
export async function fetched(url: string): Promise<Response> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(PATIENCE) }).catch(
    (error: unknown) => {
      const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
      throw new FeedError(`${url} cannot be reached: ${String(cause)}`);
    },
  );
  if (answer.ok) return answer;
  throw new FeedError(`${url} answered ${answer.status}`);
}
