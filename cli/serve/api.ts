/** The HTTP API: each verb a POST of its question, answered with what the command line prints with `--json`. */
import type { HttpBindings } from "@hono/node-server";
import { Hono, type Context } from "hono";
import { bodyLimit } from "hono/body-limit";
import { streamSSE } from "hono/streaming";
import type { Desk } from "./desk.ts";
import { takenWithin } from "./guard.ts";
import { hubRoute } from "./hub-route.ts";
import type { Outcome } from "./outcome.ts";
import type { Question } from "./question.ts";
import { parsedBody } from "./body.ts";
import { refusal } from "./refusal.ts";
import { replyOf } from "./reply.ts";
import type { Verb } from "./verbs.ts";

type Bound = { Bindings: HttpBindings };

export interface ApiParts {
  readonly verbs: ReadonlyMap<string, Verb>;
  readonly desk: Desk;
  /** Of a question. */
  readonly bytesMax: number;
  /** To take an answer. */
  readonly seconds: number;
}

export function api({ verbs, desk, bytesMax, seconds }: ApiParts): Hono<Bound> {
  const routes = new Hono<Bound>();
  const isSmall = bodyLimit({
    maxSize: bytesMax,
    onError: (context) => context.json(refusal([], `at most ${bytesMax} bytes`, "more"), 413),
  });
  routes.get("/state", (context) => context.json(desk.state()));
  routes.get("/hub/:owner/:name", hubRoute());
  const catalogue = verbs.get("catalogue");
  if (catalogue !== undefined) {
    routes.get("/catalogue/:entry?", (context) => {
      const entry = context.req.param("entry");
      const asked = { ...context.req.query(), ...(entry === undefined ? {} : { entry }) };
      return answered(context, { verb: catalogue, json: asked, desk, seconds });
    });
  }
  for (const verb of verbs.values()) {
    routes.post(`/${verb.name}`, isSmall, async (context) => {
      if (!/^application\/json\b/u.test(context.req.header("content-type") ?? "")) {
        const got = context.req.header("content-type") ?? "none";
        return context.json(refusal(["content-type"], "application/json", got), 415);
      }
      const read = parsedBody(await context.req.text());
      if ("error" in read) return context.json(read, 400);
      return answered(context, { verb, json: read.json, desk, seconds });
    });
  }
  return routes;
}

interface Asked extends Pick<ApiParts, "desk" | "seconds"> {
  readonly verb: Verb;
  readonly json: unknown;
}

/** The answer, or its progress and then the answer where events are wanted. Who leaves is no longer computed for. */
async function answered(
  context: Context<Bound>,
  { verb, json, desk, seconds }: Asked,
): Promise<Response> {
  const read = verb.read(json);
  if (!read.ok) {
    const { path, expected, got } = read.error;
    return context.json(refusal(path, expected, got), 400);
  }
  const question = read.value;
  const leaving = new AbortController();
  context.env.outgoing.once("close", () => leaving.abort());
  const hearing = { reached: (_share: number): void => {} };
  const pending = desk.ask(verb.errand(question, true), {
    signal: leaving.signal,
    reached: (share) => hearing.reached(share),
  });
  const wantsEvents = (context.req.header("accept") ?? "").includes("text/event-stream");
  const early = wantsEvents ? await Promise.race([pending, afterThis()]) : await pending;
  if (early !== null) return whole(context, early, question);
  return streamSSE(context, async (stream) => {
    let isWriting = false;
    hearing.reached = (share) => {
      if (isWriting) return;
      isWriting = true;
      const written = stream.writeSSE({ event: "progress", data: JSON.stringify({ share }) });
      void written.finally(() => (isWriting = false));
    };
    const outcome = await pending;
    hearing.reached = () => {};
    takenWithin(seconds, context);
    const { status, body } = replyOf(outcome, question);
    await stream.writeSSE({ event: status === 200 ? "answer" : "error", data: body });
  });
}

/** What is refused at once has settled by then. */
function afterThis(): Promise<null> {
  return new Promise((resolve) => setImmediate(() => resolve(null)));
}

function whole(context: Context, outcome: Outcome, question: Question): Response {
  const { status, body } = replyOf(outcome, question);
  const headers: Record<string, string> = { "content-type": "application/json; charset=utf-8" };
  if (outcome.kind === "busy") headers["retry-after"] = String(outcome.seconds);
  return context.body(body, status, headers);
}
