import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import { test, type TestContext } from "node:test";
import { emptyFolder, ran } from "./_fake-shell.ts";
import { isHubId } from "./hub.ts";

const CONFIG = readFileSync("cli/fixtures/qwen3-32b.json", "utf8");

interface Hub {
  readonly environment: Record<string, string>;
  readonly requests: IncomingMessage[];
}

async function hub(t: TestContext, status: number, body: string): Promise<Hub> {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    response.writeHead(status).end(body);
  });
  await new Promise<void>((listening) => void server.listen(0, "127.0.0.1", listening));
  t.after(() => void server.close());
  const address = server.address();
  assert.ok(address !== null && typeof address === "object");
  const endpoint = `http://127.0.0.1:${address.port}/`;
  return { environment: { HF_ENDPOINT: endpoint, XDG_CACHE_HOME: emptyFolder() }, requests };
}

test("tenlane read of a Hub id fetches its config.json once", async (t) => {
  const { environment, requests } = await hub(t, 200, CONFIG);
  const first = await ran(["read", "someone/new-model", "--json"], { environment });
  assert.equal(first.status, 0, first.err);
  assert.equal(requests[0]?.url, "/someone/new-model/resolve/main/config.json");
  assert.deepEqual(await ran(["read", "someone/new-model", "--json"], { environment }), first);
  assert.equal(requests.length, 1);
});

test("tenlane read sends HF_TOKEN to the Hub", async (t) => {
  const { environment, requests } = await hub(t, 200, CONFIG);
  await ran(["read", "someone/gated"], { environment: { ...environment, HF_TOKEN: "hf_x" } });
  assert.equal(requests[0]?.headers.authorization, "Bearer hf_x");
});

test("tenlane read of a model that is not on the Hub ends with 2 and keeps nothing", async (t) => {
  const { environment } = await hub(t, 404, "no");
  const { status, err } = await ran(["read", "someone/nothing"], { environment });
  assert.equal(status, 2);
  assert.match(err, /check the spelling/u);
  assert.deepEqual(readdirSync(environment["XDG_CACHE_HOME"] ?? ""), []);
});

test("tenlane read of an answer that is not JSON ends with 2 and keeps nothing", async (t) => {
  const { environment } = await hub(t, 200, "<html>");
  assert.equal((await ran(["read", "someone/broken"], { environment })).status, 2);
  assert.deepEqual(readdirSync(environment["XDG_CACHE_HOME"] ?? ""), []);
});

test("tenlane read of an answer without end ends with 2", async (t) => {
  const { environment } = await hub(t, 200, "x".repeat(17e6));
  const { status, err } = await ran(["read", "someone/endless"], { environment });
  assert.equal(status, 2);
  assert.match(err, /at most 16000000 bytes/u);
});

test("tenlane read without a connection says what to do instead", async () => {
  const environment = { HF_ENDPOINT: "http://127.0.0.1:9", XDG_CACHE_HOME: emptyFolder() };
  const { status, err } = await ran(["read", "someone/new-model"], { environment });
  assert.equal(status, 2);
  assert.match(err, /give a config\.json on disk/u);
});

test("isHubId() accepts an owner and a name, and no path", () => {
  assert.ok(isHubId("Qwen/Qwen3-32B"));
  for (const text of ["Qwen3", "../Qwen3", "a/..", "./a", "a/b/c", "a/b?c", "a/%2e"]) {
    assert.ok(!isHubId(text), text);
  }
});
