/** A server on a free port of loopback, for tests. */
import { request, type IncomingHttpHeaders } from "node:http";
import { running, type Running, type ServerQuestion } from "./server.ts";

export async function serverForTests(
  test: { readonly after: (end: () => Promise<void>) => void },
  given: Partial<ServerQuestion> = {},
): Promise<Running> {
  const server = await running({
    host: "127.0.0.1",
    port: 0,
    threads: 2,
    waitingMax: 512,
    seconds: 120,
    transferSeconds: 30,
    note: () => {},
    ...given,
  });
  test.after(() => server.close());
  return server;
}

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

interface Sent {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

/** One request with exactly these headers; `fetch` would write some of its own. */
export function replyTo(address: string, path: string, sent: Sent = {}): Promise<Reply> {
  const { method = "GET", headers = {}, body } = sent;
  const { hostname, port } = new URL(address);
  return new Promise((resolve, reject) => {
    const asked = request({ hostname, port, path, method, headers, agent: false }, (reply) => {
      let text = "";
      reply.setEncoding("utf8");
      reply.on("data", (part: string) => (text += part));
      reply.on("error", reject);
      reply.on("end", () =>
        resolve({ status: reply.statusCode ?? 0, headers: reply.headers, text }),
      );
    });
    asked.on("error", reject);
    asked.end(body);
  });
}

/** A question as its API takes it. */
export function asked(address: string, verb: string, question: unknown): Promise<Reply> {
  return replyTo(address, `/api/${verb}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(question),
  });
}

/** Waits until `holds`, and fails after `seconds`. */
export async function eventually(holds: () => boolean, seconds = 20): Promise<void> {
  const until = performance.now() + seconds * 1000;
  while (!holds()) {
    if (performance.now() > until) throw new Error(`not within ${seconds} s`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
