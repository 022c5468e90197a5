/** What every request passes: who may ask, what the answer forbids a browser, how long taking it may last. */
import type { HttpBindings } from "@hono/node-server";
import type { Context, MiddlewareHandler as Middleware } from "hono";
import { refusal } from "./refusal.ts";

type Bound = { Bindings: HttpBindings };

const LOOPBACK: ReadonlySet<string> = new Set(["localhost", "127.0.0.1", "[::1]"]);

/** Whether only this machine reaches a server at `host`. */
export function isLoopback(host: string): boolean {
  return LOOPBACK.has(host) || host === "::1" || /^127(?:\.\d{1,3}){3}$/u.test(host);
}

/**
 * Refuses requests that a foreign page makes its visitor's browser send: under a foreign name that was pointed at this
 * machine (DNS rebinding), or from a foreign origin.
 */
export function knownAsker(host: string): Middleware<Bound> {
  return async (context, next) => {
    const asked = context.req.header("host") ?? "";
    const { hostname } = URL.canParse(`http://${asked}`) ? new URL(`http://${asked}`) : NOWHERE;
    if (isLoopback(host) && !LOOPBACK.has(hostname) && hostname !== host) {
      return context.json(
        refusal(["host"], "localhost, as this server is for it alone", asked),
        403,
      );
    }
    const origin = context.req.header("origin");
    if (origin !== undefined && !(URL.canParse(origin) && new URL(origin).host === asked)) {
      return context.json(refusal(["origin"], "the page of this server", origin), 403);
    }
    return next();
  };
}

const NOWHERE = { hostname: "" };

/** Headers for a browser; `policy` is that of the page. */
export function closedHeaders(policy: string): Middleware<Bound> {
  const headers = Object.entries({
    "content-security-policy": policy,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-embedder-policy": "require-corp",
    "cross-origin-resource-policy": "same-origin",
  });
  return async (context, next) => {
    await next();
    for (const [name, value] of headers) context.res.headers.set(name, value);
  };
}

/** Ends answers that nobody takes within `seconds`; those that are streamed call {@link takenWithin} at their end. */
export function takenInTime(seconds: number): Middleware<Bound> {
  return async (context, next) => {
    await next();
    const type = context.res.headers.get("content-type") ?? "";
    if (!type.startsWith("text/event-stream")) takenWithin(seconds, context);
  };
}

/** Ends the connection of an answer that is not taken; the answer alone may still wait behind others for one. */
export function takenWithin(seconds: number, { env }: Context<Bound>): void {
  const { incoming, outgoing } = env;
  const cut = setTimeout(() => incoming.socket.destroy(), seconds * 1000);
  outgoing.once("close", () => clearTimeout(cut));
}
