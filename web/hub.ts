/** Configurations of the Hugging Face Hub, through the page's own server: the page itself asks nobody else. */
import type { Refused } from "./worker/messages.ts";

/** The config.json of `id`, or why there is none. A page without a server has none. */
export async function hubConfig(id: string): Promise<Blob | Refused> {
  const refused = (expected: string, got: string): Refused => ({ path: id, expected, got });
  const [owner = "", name = "", ...more] = id.split("/").map(encodeURIComponent);
  if (owner === "" || name === "" || more.length > 0) return refused("owner/name", id);
  const answer = await fetch(new URL(`api/hub/${owner}/${name}`, document.baseURI)).catch(
    () => null,
  );
  const isServed = answer?.headers.get("content-type")?.startsWith("application/json") === true;
  if (answer === null || !isServed) return refused("a page that tenlane web serves", "none");
  if (answer.ok) return answer.blob();
  const { error } = (await answer.json()) as { readonly error: Refused };
  return refused(error.expected, error.got);
}
