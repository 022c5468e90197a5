/** A file that was written when the page was built, as the worker loads it. Refuses where it cannot be loaded. */
import { Refusal } from "./refusal.ts";

export async function pageFile<T>(path: string): Promise<T> {
  const refused = (got: string) => new Refusal({ path, expected: "a file of the page", got });
  const answer = await fetch(new URL(path, location.href)).catch((error: Error) => {
    throw refused(error.message);
  });
  if (!answer.ok) throw refused(`${answer.status} ${answer.statusText}`);
  return (await answer.json().catch((error: Error) => {
    throw refused(error.message);
  })) as T;
}
