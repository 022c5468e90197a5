/** The server: the page, the API, and the limits that keep strangers from costing anything. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener, type HttpBindings } from "@hono/node-server";
import { Hono } from "hono";
import { inputError } from "../input-error.ts";
import { api } from "./api.ts";
import { desk, type Desk, type DeskLimits } from "./desk.ts";
import { closedHeaders, isLoopback, knownAsker, takenInTime } from "./guard.ts";
import { openApi } from "./openapi.ts";
import { pageFiles } from "./page-files.ts";
import { pageRoutes } from "./page-routes.ts";
import { refusal } from "./refusal.ts";
import { verbs } from "./verbs.ts";
import { watchRoute } from "./watch-route.ts";

export interface ServerQuestion extends DeskLimits {
  readonly host: string;
  /** 0 for any that is free. */
  readonly port: number;
  /** For a request to arrive whole, and for an answer to be taken. */
  readonly transferSeconds: number;
  readonly note: (text: string) => void;
}

export interface Running {
  readonly address: string;
  readonly desk: Desk;
  /** Answers what has been asked, for a while, and ends. */
  readonly close: () => Promise<void>;
}

const BODY_BYTES_MAX = 1024 * 1024;
const CONNECTIONS_MAX = 1024;
const KEEP_ALIVE_MILLISECONDS = 5000;
const LOOK_MILLISECONDS = 1000;
/** For answers under way when the server is stopped. */
const CLOSE_MILLISECONDS = 5000;

/** Listens. Errors: the port is taken, the host is none of this machine. */
export async function running(question: ServerQuestion): Promise<Running> {
  const { host, port, note } = question;
  const seats = desk(question);
  const app = await application(question, seats, note);
  const patience = question.transferSeconds * 1000;
  const server = createServer(
    {
      headersTimeout: patience,
      requestTimeout: patience,
      keepAliveTimeout: KEEP_ALIVE_MILLISECONDS,
      connectionsCheckingInterval: Math.min(LOOK_MILLISECONDS, patience),
    },
    getRequestListener(app.fetch, { overrideGlobalObjects: false }),
  );
  server.maxConnections = CONNECTIONS_MAX;
  await listening(server, host, port);
  const { port: given } = server.address() as AddressInfo;
  const name = host.includes(":") ? `[${host}]` : host;
  return {
    address: `http://${name}:${given}/`,
    desk: seats,
    close: async () => {
      await closed(server);
      await seats.close();
    },
  };
}

async function application(
  { host, transferSeconds: seconds }: ServerQuestion,
  seats: Desk,
  note: (text: string) => void,
): Promise<Hono<{ Bindings: HttpBindings }>> {
  const page = await pageFiles();
  const offered = await verbs();
  const description = openApi(offered);
  const app = new Hono<{ Bindings: HttpBindings }>();
  app.use(closedHeaders(page.policy), takenInTime(seconds), knownAsker(host));
  // Whoever reaches it from elsewhere learns nothing of the machine.
  if (isLoopback(host)) app.get("/api/watch", watchRoute());
  app.get("/openapi.json", (context) => context.json(description));
  app.route("/api", api({ verbs: offered, desk: seats, bytesMax: BODY_BYTES_MAX, seconds }));
  app.route("/", pageRoutes(page));
  app.notFound((context) => {
    const expected = "the page, /openapi.json, or a path that it lists";
    return context.json(refusal(["path"], expected, context.req.path), 404);
  });
  app.onError((error, context) => {
    note(`failure: ${error.message}\n`);
    return context.json(refusal([], "an answer", "a failure"), 500);
  });
  return app;
}

function listening(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", ({ code = "" }: NodeJS.ErrnoException) => {
      const isHost = ["EADDRNOTAVAIL", "ENOTFOUND", "EAI_AGAIN"].includes(code);
      reject(
        isHost
          ? inputError("--host", "an address of this machine", host)
          : inputError("--port", "a port that is free and allowed", `${port} (${code})`),
      );
    });
    server.listen(port, host, () => resolve());
  });
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => server.closeAllConnections(), CLOSE_MILLISECONDS);
    server.close(() => {
      clearTimeout(cut);
      resolve();
    });
    server.closeIdleConnections();
  });
}
