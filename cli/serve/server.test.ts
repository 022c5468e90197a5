import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { request } from "node:http";
import { connect } from "node:net";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";
import { ran } from "../_fake-shell.ts";
import { watchedSchema } from "../schemas/watch.ts";
import { asked, eventually, replyTo, serverForTests } from "./_server.ts";
import { pageFiles } from "./page-files.ts";

const LONG = { model: "Qwen/Qwen3-32B", device: "h100-sxm", tp: 2, rate: "4/s", requests: 1e9 };
const SHORT = { model: "Qwen/Qwen3-32B" };

/** A client that asks a question and can vanish. */
function vanishing(address: string, question: unknown, accept = "*/*"): () => void {
  const { hostname, port } = new URL(address);
  const path = "/api/simulate";
  const headers = { "content-type": "application/json", accept };
  const client = request({ hostname, port, path, method: "POST", headers, agent: false });
  client.on("error", () => {});
  client.end(JSON.stringify(question));
  return () => void client.destroy();
}

test("a server whose clients vanish computes for none of them, those that wait included", async (t) => {
  const { address, desk } = await serverForTests(t, { threads: 1 });
  const leave = ["*/*", "text/event-stream", "*/*", "*/*", "text/event-stream"].map((accept) =>
    vanishing(address, LONG, accept),
  );
  await eventually(() => desk.state().computing === 1 && desk.state().waiting === 4);
  for (const one of leave) one();
  await eventually(() => desk.state().waiting === 0);
  assert.equal((await asked(address, "read", SHORT)).status, 200);
  assert.deepEqual(desk.state(), { computing: 0, waiting: 0, answered: 1 });
});

test("GET /api/watch reads the sensors for this machine alone, at most once a second", async (t) => {
  const { address } = await serverForTests(t, { threads: 1 });
  const first = await replyTo(address, "/api/watch");
  assert.equal(first.status, 200);
  const watched = watchedSchema.parse(JSON.parse(first.text)) as {
    at: number;
    readings: unknown[];
  };
  assert.ok(watched.readings.length > 0);
  assert.ok(Math.abs(watched.at - Date.now()) < 60_000);
  const again = await Promise.all([1, 2, 3].map(() => replyTo(address, "/api/watch")));
  assert.ok(new Set(again.map(({ text }) => JSON.parse(text).at)).size <= 2);
  const open = await serverForTests(t, { threads: 1, host: "0.0.0.0" });
  const { port } = new URL(open.address);
  assert.equal((await replyTo(`http://127.0.0.1:${port}/`, "/api/watch")).status, 404);
});

test("a server with all threads at work and a full queue answers 503 and when to ask again", async (t) => {
  const { address, desk } = await serverForTests(t, { threads: 1, waitingMax: 1 });
  const leave = [vanishing(address, LONG), vanishing(address, LONG)];
  await eventually(() => desk.state().waiting === 1);
  for (const accept of ["*/*", "text/event-stream"]) {
    const { status, headers, text } = await replyTo(address, "/api/read", {
      method: "POST",
      headers: { "content-type": "application/json", accept },
      body: JSON.stringify(SHORT),
    });
    assert.equal(status, 503);
    assert.ok(Number(headers["retry-after"]) >= 1);
    assert.match(JSON.parse(text).error.expected, /again in \d+ s/u);
  }
  assert.equal((await replyTo(address, "/api/state")).status, 200);
  for (const one of leave) one();
  await eventually(() => desk.state().waiting + desk.state().computing <= 1);
  assert.equal((await asked(address, "read", SHORT)).status, 200);
});

test("a question that computes past the time limit is ended with 504, and the next is answered", async (t) => {
  const { address } = await serverForTests(t, { threads: 1, seconds: 4 });
  const { status, text } = await asked(address, "simulate", LONG);
  assert.equal(status, 504);
  assert.match(JSON.parse(text).error.expected, /within 4 s/u);
  assert.equal((await asked(address, "read", SHORT)).status, 200);
});

const SLOW: readonly (readonly [what: string, text: string])[] = [
  ["nothing", ""],
  ["half a header", "POST /api/plan HTTP/1.1\r\nhost: localhost\r\nx-slow: "],
  [
    "half a body",
    'POST /api/plan HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{"model"',
  ],
];

for (const [what, text] of SLOW) {
  test(`a client that sends ${what} and goes on slowly is cut off, and reaches no thread`, async (t) => {
    const { address, desk } = await serverForTests(t, { transferSeconds: 1 });
    const socket = connect(Number(new URL(address).port), "127.0.0.1");
    socket.on("error", () => {});
    socket.write(text);
    const drip = setInterval(() => text !== "" && socket.write(" "), 200);
    const started = performance.now();
    socket.resume();
    await once(socket, "close");
    clearInterval(drip);
    assert.ok(performance.now() - started < 10_000);
    assert.deepEqual(desk.state(), { computing: 0, waiting: 0, answered: 0 });
  });
}

test("a client that takes no answer is cut off", async (t) => {
  const { address, desk } = await serverForTests(t, { transferSeconds: 1 });
  const question = { list: "prices" };
  const whole = (await asked(address, "catalogue", question)).text.length;
  const body = JSON.stringify(question);
  const one = `POST /api/catalogue HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
  const count = 400;
  const socket = connect(Number(new URL(address).port), "127.0.0.1");
  const closed = new Promise((resolve) => {
    socket.on("error", () => {}).once("close", resolve);
  });
  socket.pause();
  socket.write(one.repeat(count));
  await eventually(() => desk.state().answered > 3);
  // Until nothing more is answered: the buffers between are full, and the client was cut off.
  for (let before = 0; before < desk.state().answered;) {
    before = desk.state().answered;
    await new Promise((resolve) => setTimeout(resolve, 4000));
  }
  let taken = 0;
  socket.on("data", (bytes: Buffer) => (taken += bytes.length)).resume();
  await closed;
  assert.ok(taken < whole * count, `${taken} of ${whole * count} bytes`);
});

test("the page is served with types, tags, gzip and a policy at least as strict as its own", async (t) => {
  const { files } = await pageFiles();
  if (files.size === 0) return t.skip("dist/web is not built");
  const { address } = await serverForTests(t);
  for (const [path, { type, bytes }] of files) {
    const { status, headers } = await replyTo(address, path);
    assert.equal(status, 200);
    assert.equal(headers["content-type"], type);
    assert.notEqual(type, "application/octet-stream", path);
    assert.equal(Number(headers["content-length"]), bytes.length);
    assert.match(
      String(headers["content-security-policy"]),
      /default-src 'none'.*connect-src 'self'.*frame-ancestors 'none'/u,
    );
    assert.equal(headers["x-content-type-options"], "nosniff");
    const again = await replyTo(address, path, {
      headers: { "if-none-match": `"x", ${headers.etag}` },
    });
    assert.equal(again.status, 304);
    assert.equal(again.text, "");
  }
  const packed = await fetch(new URL("/main.js", address));
  assert.equal(packed.headers.get("content-encoding"), "gzip");
  assert.equal(await packed.text(), readFileSync("dist/web/main.js", "utf8"));
  assert.ok(gunzipSync(await files.get("/main.js")!.packed()).length > 0);
});

test("no path leads out of the page", async (t) => {
  const { address } = await serverForTests(t);
  const paths = [
    "/../package.json",
    "/..%2fpackage.json",
    "/%2e%2e/package.json",
    "/chunks/../../cli/main.js",
    "/\\..\\package.json",
    "/main.js%00",
    "//etc/passwd",
    "/nothing",
  ];
  for (const path of paths) {
    const { status, text } = await replyTo(address, path);
    assert.ok([400, 404].includes(status), `${path}: ${status}`);
    assert.doesNotMatch(text, /"dependencies"|root:/u);
  }
});

test("tenlane serve on a port that is taken, or an address of another machine, ends with 2", async (t) => {
  const { address } = await serverForTests(t);
  const { port } = new URL(address);
  const taken = await ran(["serve", "--port", port]);
  assert.equal(taken.status, 2);
  assert.match(taken.err, /a port that is free/u);
  const foreign = await ran(["serve", "--port", "0", "--host", "192.0.2.1"]);
  assert.equal(foreign.status, 2);
  assert.match(foreign.err, /an address of this machine/u);
  assert.equal((await ran(["serve", "--port", "70000"])).status, 2);
});

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  test(`tenlane serve --json on ${signal} answers what it was asked, prints its count and ends with 0`, async () => {
    const args = ["cli/main.ts", "serve", "--port", "0", "--json"];
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
    const closed = once(child, "close");
    let out = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (out += text));
    const [note] = (await once(child.stderr.setEncoding("utf8"), "data")) as [string];
    const address = /http:\/\/\S+?\//u.exec(note)?.[0] ?? "";
    const answer = asked(address, "read", SHORT);
    await new Promise((resolve) => setTimeout(resolve, 500));
    child.kill(signal);
    assert.equal((await answer).status, 200);
    const [code] = (await closed) as [number];
    assert.equal(code, 0);
    assert.deepEqual(JSON.parse(out), { kind: "serve", address, answered: 1 });
  });
}
