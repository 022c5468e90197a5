/** Configurations of the Hub for the page, which asks nobody but its own server. */
import type { Context } from "hono";
import { hubJson, isHubId } from "../hub.ts";
import { InputError } from "../input-error.ts";
import { refusal } from "./refusal.ts";
import { strangersShell } from "./strangers-shell.ts";

/** Requests to the Hub under way. */
const OPEN_MAX = 8;

/** Answers `/hub/<owner>/<name>` with the model's config.json, from the cache where it was fetched before. */
export function hubRoute(): (context: Context) => Promise<Response> {
  const shell = strangersShell({ documents: new Map(), print: () => {}, reached: () => {} });
  let open = 0;
  return async (context) => {
    const { owner, name } = context.req.param();
    const id = `${owner}/${name}`;
    if (!isHubId(id)) return context.json(refusal(["id"], "owner/name", id), 400);
    if (open >= OPEN_MAX) {
      return context.json(refusal([], "a question again in 1 s", "too many at once"), 503, {
        "retry-after": "1",
      });
    }
    open += 1;
    return hubJson(id, "config.json", shell)
      .then((json) =>
        context.body(JSON.stringify(json), 200, { "content-type": "application/json" }),
      )
      .catch((error: unknown) => {
        if (!(error instanceof InputError)) throw error;
        const { expected, got } = error.reason;
        return context.json(refusal(["id"], expected, got), got === "404" ? 404 : 502);
      })
      .finally(() => (open -= 1));
  };
}
