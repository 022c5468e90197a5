/**
 * One page over HTTP on the loopback, for Prometheus.
 *
 * Written on sockets, as Node's own server of HTTP takes 13 MB, a fifth of what a watch may take. It knows GET of
 * one path, answers and hangs up; whoever wants it elsewhere puts a proxy with a password before it.
 *
 * Source: RFC 9112, sections 3 (request line) and 6.3 (length of a message)
 */
import { createServer, type Socket } from "node:net";

const REQUEST_MAX = 8192;
const PATIENCE = 5000;

export interface Serving {
  readonly close: () => void;
}

/** Serves `text` at /metrics until closed. Errors: rejects where the port is taken. */
export function serving(port: number, text: () => string): Promise<Serving> {
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.on("close", () => open.delete(socket));
    socket.on("error", () => socket.destroy());
    socket.setTimeout(PATIENCE, () => socket.destroy());
    let request = "";
    socket.on("data", (part) => {
      request += part.toString("latin1");
      if (request.length > REQUEST_MAX) return void socket.destroy();
      if (request.includes("\r\n\r\n")) socket.end(answer(request, text));
    });
  });
  const close = () => {
    server.close();
    for (const socket of open) socket.destroy();
  };
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => resolve({ close }));
  });
}

function answer(request: string, text: () => string): string {
  const isKnown = /^GET \/metrics(?:\?\S*)? HTTP\/1\.[01]\r\n/u.test(request);
  const body = isKnown ? text() : "see /metrics\n";
  return [
    `HTTP/1.1 ${isKnown ? "200 OK" : "404 Not Found"}`,
    "Content-Type: text/plain; version=0.0.4; charset=utf-8",
    `Content-Length: ${Buffer.byteLength(body)}`,
    "Connection: close",
    "",
    body,
  ].join("\r\n");
}
