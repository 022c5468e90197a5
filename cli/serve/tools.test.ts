import assert from "node:assert/strict";
import { once } from "node:events";
import { spawn } from "node:child_process";
import { after, before, test } from "node:test";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { ran } from "../_fake-shell.ts";
import { QUESTIONS } from "./_questions.ts";
import { verbs } from "./verbs.ts";

const MODEL = "Qwen/Qwen3-32B";

const client = new Client({ name: "test", version: "1" });
const noise: string[] = [];
before(async () => {
  const args = ["cli/main.ts", "mcp", "--workers", "1"];
  const transport = new StdioClientTransport({ command: process.execPath, args, stderr: "pipe" });
  transport.stderr?.on("data", (text: Buffer) => noise.push(text.toString()));
  // A line of standard output that is no message of the protocol arrives here.
  client.onerror = ({ message }) => noise.push(message);
  await client.connect(transport);
});
after(() => client.close());

async function called(name: string, given: Record<string, unknown>) {
  const result = await client.callTool({ name, arguments: given });
  const [part] = result.content as { type: string; text: string }[];
  return { isError: result.isError === true, text: part?.text ?? "" };
}

test("tenlane mcp lists every verb with a schema of its question", async () => {
  const { tools } = await client.listTools();
  assert.deepEqual(
    tools.map(({ name }) => name),
    [...(await verbs()).keys()],
  );
  for (const { inputSchema, description } of tools) {
    assert.equal(inputSchema.type, "object");
    assert.ok(description !== undefined && description.length > 20);
  }
  const plan = tools.find(({ name }) => name === "plan")!;
  assert.deepEqual(plan.inputSchema.required, ["model"]);
});

test("tenlane mcp is asked every verb here", async () => {
  assert.deepEqual(new Set(QUESTIONS.map(([verb]) => verb)), new Set((await verbs()).keys()));
});

for (const [verb, question, args] of QUESTIONS) {
  test(`tenlane mcp answers ${verb} of ${JSON.stringify(question).slice(0, 60)} as the command prints it, as text and as JSON`, async () => {
    assert.equal((await called(verb, question)).text, (await ran([verb, ...args])).out);
    const json = await called(verb, { ...question, json: true });
    assert.equal(json.text, (await ran([verb, ...args, "--json"])).out);
    assert.equal(json.isError, false);
  });
}

test("tenlane mcp refuses with path, expected and got, and stays up", async () => {
  const cases: readonly (readonly [string, Record<string, unknown>])[] = [
    ["plan", {}],
    ["plan", { model: MODEL, colour: "red" }],
    ["plan", { model: "/etc/passwd" }],
    ["plan", { model: MODEL, ttft: "500" }],
    ["plan", { model: MODEL, json: "yes" }],
    ["validate", { truth: ["/etc/passwd"] }],
    ["nothing", {}],
  ];
  for (const [verb, question] of cases) {
    const { isError, text } = await called(verb, question);
    assert.ok(isError, verb);
    assert.deepEqual(Object.keys(JSON.parse(text).error), ["path", "expected", "got"]);
  }
  assert.equal((await called("read", { model: MODEL })).isError, false);
});

test("tenlane mcp tells progress, and a cancelled call frees its thread", async () => {
  const question = { model: MODEL, device: "h100-sxm", tp: 2, rate: "4/s", requests: 1e9 };
  const leaving = new AbortController();
  let shares = 0;
  const call = client.callTool({ name: "simulate", arguments: question }, undefined, {
    signal: leaving.signal,
    onprogress: () => {
      shares += 1;
      if (shares === 3) leaving.abort("enough");
    },
  });
  await assert.rejects(call, /enough/u);
  // There is one thread: it answers again because the call it was at has ended.
  assert.equal((await called("read", { model: MODEL })).isError, false);
});

test("tenlane mcp writes nothing but messages to its output, and nothing else at all", () => {
  assert.deepEqual(noise, []);
});

test("tenlane mcp ends with 0 when its client goes, without a word", async () => {
  const child = spawn(process.execPath, ["cli/main.ts", "mcp"], {
    stdio: ["pipe", "pipe", "pipe"],
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (said += text));
  child.stdin.end();
  const [code] = (await once(child, "exit")) as [number];
  assert.equal(code, 0);
  assert.equal(said, "");
});
