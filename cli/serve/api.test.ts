import assert from "node:assert/strict";
import { mkdtempSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Validator } from "@seriousme/openapi-schema-validator";
import fc from "fast-check";
import study from "../../examples/sweep/study.json" with { type: "json" };
import config from "../fixtures/qwen3-32b.json" with { type: "json" };
import { ran } from "../_fake-shell.ts";
import { COMMANDS } from "../commands.ts";
import { program } from "../program.ts";
import { QUESTIONS } from "./_questions.ts";
import { asked, replyTo, serverForTests, type Reply } from "./_server.ts";
import type { Running } from "./server.ts";
import { strangersShell } from "./strangers-shell.ts";
import { verbs } from "./verbs.ts";

/** A Hub that knows one model. */
const hub = createServer((request, reply) => {
  reply.statusCode = request.url === "/some/model/resolve/main/config.json" ? 200 : 404;
  reply.end(reply.statusCode === 200 ? JSON.stringify(config) : "");
});

let server: Running;
const ends: (() => Promise<void>)[] = [];
before(async () => {
  await new Promise<void>((resolve) => hub.listen(0, "127.0.0.1", resolve));
  process.env["HF_ENDPOINT"] = `http://127.0.0.1:${(hub.address() as AddressInfo).port}`;
  process.env["XDG_CACHE_HOME"] = mkdtempSync(join(tmpdir(), "tenlane-"));
  server = await serverForTests({ after: (end) => ends.push(end) });
});
after(async () => {
  for (const end of ends) await end();
  hub.close();
});

const MODEL = "Qwen/Qwen3-32B";

for (const [verb, question, args] of QUESTIONS) {
  test(`POST /api/${verb} of ${JSON.stringify(question).slice(0, 100)} is byte for byte what the command prints with --json`, async () => {
    const { status, text, headers } = await asked(server.address, verb, question);
    const printed = await ran([verb, ...args, "--json"]);
    assert.equal(printed.status, 0, printed.err);
    assert.equal(status, 200, text);
    assert.equal(text, printed.out);
    assert.match(headers["content-type"] ?? "", /^application\/json/u);
  });
}

test("POST /api/read of a config.json itself answers as the command does for the file", async () => {
  const { text } = await asked(server.address, "read", { model: config });
  const printed = await ran(["read", "cli/fixtures/qwen3-32b.json", "--json"]);
  assert.deepEqual(JSON.parse(text).parameters, JSON.parse(printed.out).parameters);
});

test("GET /api/catalogue/<entry> and its query answer as the POST does", async () => {
  const entry = await replyTo(server.address, "/api/catalogue/h100-sxm");
  assert.equal(entry.text, (await asked(server.address, "catalogue", { entry: "h100-sxm" })).text);
  const list = await replyTo(server.address, "/api/catalogue?list=grids");
  assert.equal(list.text, (await asked(server.address, "catalogue", { list: "grids" })).text);
});

test("POST /api/simulate as events tells growing shares, then the answer that it gives as JSON", async () => {
  const question = {
    model: MODEL,
    device: "h100-sxm",
    tp: 2,
    rate: "4/s",
    requests: 20_000,
    seeds: 1,
  };
  const { text, headers } = await replyTo(server.address, "/api/simulate", {
    method: "POST",
    headers: { "content-type": "application/json", accept: "text/event-stream" },
    body: JSON.stringify(question),
  });
  assert.match(headers["content-type"] ?? "", /^text\/event-stream/u);
  const events = text
    .trimEnd()
    .split("\n\n")
    .map((event) => {
      const lines = event.split("\n");
      const body = lines.filter((line) => line.startsWith("data: ")).map((line) => line.slice(6));
      return { name: lines[0]?.slice("event: ".length), body: body.join("\n") };
    });
  const shares = events.slice(0, -1).map(({ name, body }) => {
    assert.equal(name, "progress");
    return JSON.parse(body).share as number;
  });
  assert.ok(shares.length > 0);
  assert.deepEqual(
    shares,
    shares.toSorted((a, b) => a - b),
  );
  assert.equal(events.at(-1)?.name, "answer");
  const whole = await asked(server.address, "simulate", question);
  assert.deepEqual(JSON.parse(events.at(-1)?.body ?? ""), JSON.parse(whole.text));
});

const REFUSED: readonly (readonly [
  verb: string,
  question: unknown,
  path: string,
  expected: RegExp,
])[] = [
  ["plan", {}, "model", /a name/u],
  ["plan", [], "", /an object of model/u],
  ["plan", null, "", /an object/u],
  ["plan", { model: MODEL, ttft: "500" }, "ttft", /time/u],
  ["plan", { model: MODEL, ttft: ["500ms"] }, "ttft", /a number, or a text with its unit/u],
  ["plan", { model: MODEL, device: ["h100-sxm", 7] }, "device", /a text/u],
  ["plan", { model: MODEL, device: "nothing" }, "device", /device/u],
  ["plan", { model: MODEL, rate: "1/s", users: 3 }, "", /options that fit/u],
  ["plan", { model: MODEL, colour: "red" }, "", /an object of model/u],
  ["plan", JSON.parse('{"model": "x", "__proto__": {"a": 1}}'), "", /an object of model/u],
  ["plan", { model: { architectures: ["Nothing"], model_type: "nothing" } }, "model", /./u],
  ["plan", { model: MODEL, workload: "nothing" }, "", /a known name, or the document/u],
  [
    "plan",
    { model: MODEL, catalogue: { accelerators: [{ kind: "car" }] } },
    "catalogue.accelerators",
    /./u,
  ],
  ["plan", { model: "x".repeat(1000) }, "model", /./u],
  ["plan", { model: "no/such" }, "", /a model of the Hub/u],
  ["estimate", { model: MODEL }, "device", /a number, or a text/u],
  ["estimate", { model: MODEL, device: "--help" }, "device", /device/u],
  ["estimate", { model: "--help", device: "h100-sxm" }, "model", /./u],
  ["estimate", { model: MODEL, device: "h100-sxm", tp: 1.5 }, "tp", /whole number/u],
  ["estimate", { model: MODEL, device: "h100-sxm", tp: 0 }, "tp", /whole number from 1/u],
  ["validate", { truth: ["/etc/passwd"] }, "", /an object of family/u],
  ["simulate", { model: MODEL, device: "h100-sxm", replay: "/etc/passwd" }, "", /an object of/u],
  ["simulate", { model: MODEL, device: "h100-sxm", trace: "/tmp/x" }, "", /an object of/u],
  ["plan", { model: MODEL, profile: "/etc/passwd" }, "profile", /an object/u],
  ["plan", { model: "/etc/passwd" }, "model", /./u],
  ["deadlines", { scenario: "examples/scenarios/driving.json" }, "scenario", /an object/u],
  ["deadlines", { scenario: {} }, "scenario", /./u],
  ["rightsize", { usage: "/etc/passwd" }, "usage", /an object/u],
  ["sweep", { study: "/etc/passwd" }, "study", /an object/u],
  ["sweep", { study, queue: "redis://127.0.0.1" }, "", /an object of study, device, catalogue/u],
  ["sweep", { study, out: "/tmp/x" }, "", /an object of study, device, catalogue/u],
  ["sweep", { study, merge: "/tmp" }, "", /an object of study, device, catalogue/u],
  [
    "sweep",
    { study: { ...study, options: { ...study.options, model: "/etc/passwd" } } },
    "",
    /a file that can be read/u,
  ],
  [
    "sweep",
    { study: { ...study, options: { ...study.options, replay: "/etc/passwd" } } },
    "study",
    /one of/u,
  ],
  ["prices", { verb: "refresh" }, "", /an object of today/u],
  ["prices", { feed: "http://127.0.0.1:1" }, "", /an object of today/u],
  ["invest", { machine: "8 x h100-sxm", plot: "/tmp/x" }, "", /an object of/u],
  ["read", { model: "cli/fixtures/qwen3-32b.json" }, "model", /./u],
  ["read", { model: "." }, "model", /./u],
];

function errorOf({ text }: Reply): { path: (string | number)[]; expected: string; got: string } {
  return JSON.parse(text).error;
}

for (const [verb, question, path, expected] of REFUSED) {
  const shown = JSON.stringify(question).slice(0, 80);
  test(`POST /api/${verb} of ${shown} is refused with 400 and path, expected, got`, async () => {
    const reply = await asked(server.address, verb, question);
    assert.equal(reply.status, 400, reply.text.slice(0, 300));
    const error = errorOf(reply);
    assert.ok(error.path.join(".").startsWith(path), error.path.join("."));
    assert.match(error.expected, expected);
    assert.equal(typeof error.got, "string");
    assert.doesNotMatch(reply.text, /node_modules|\.ts:|root:/u);
  });
}

test("an API answers any body with JSON: an answer, or a refusal without a stack", async () => {
  const names = [...(await verbs()).keys()].filter((name) => name !== "validate");
  const word = fc.oneof(
    fc.string(),
    fc.constantFrom("model", "device", "rate", "catalogue", "(model)", "--json"),
  );
  const question = fc.dictionary(word, fc.oneof(fc.jsonValue(), word), { maxKeys: 5 });
  const body = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.json(),
    question.map((given) => JSON.stringify(given)),
    question.map((given) => JSON.stringify({ ...given, model: MODEL, device: "h100-sxm" })),
    fc.constantFrom(
      "[".repeat(100_000),
      '{"model":'.repeat(50_000),
      `{"model":${"[".repeat(9000)}${"]".repeat(9000)}}`,
      "\0",
      "\u{feff}{}",
    ),
  );
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...names), body, async (verb, text) => {
      const reply = await replyTo(server.address, `/api/${verb}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: text,
      });
      assert.ok([200, 400].includes(reply.status), `${reply.status} ${reply.text.slice(0, 300)}`);
      if (reply.status === 400)
        assert.deepEqual(Object.keys(errorOf(reply)), ["path", "expected", "got"]);
      else JSON.parse(reply.text);
    }),
    { numRuns: 150 },
  );
  assert.equal((await asked(server.address, "read", { model: MODEL })).status, 200);
});

test("an API takes JSON alone, and no more of it than a megabyte", async () => {
  const post = (type: string, body: string) =>
    replyTo(server.address, "/api/plan", {
      method: "POST",
      headers: { "content-type": type },
      body,
    });
  assert.equal((await post("text/plain", "{}")).status, 415);
  assert.equal((await post("application/json", `"${"x".repeat(1024 * 1024)}"`)).status, 413);
});

test("an API is closed to foreign names and foreign pages", async () => {
  const { port } = new URL(server.address);
  const as = async (headers: Record<string, string>) =>
    (await replyTo(server.address, "/api/state", { headers })).status;
  assert.equal(await as({ host: `evil.example:${port}` }), 403);
  assert.equal(await as({ host: "127.0.0.1.evil.example" }), 403);
  assert.equal(await as({ host: `localhost:${port}` }), 200);
  assert.equal(await as({ host: `localhost:${port}`, origin: "https://evil.example" }), 403);
  assert.equal(await as({ host: `localhost:${port}`, origin: "null" }), 403);
  assert.equal(await as({ host: `localhost:${port}`, origin: `http://localhost:${port}` }), 200);
});

test("GET /api/hub/<owner>/<name> is the model's config.json, or what the Hub said", async () => {
  const found = await replyTo(server.address, "/api/hub/some/model");
  assert.equal(found.status, 200);
  assert.deepEqual(JSON.parse(found.text), config);
  const missing = await replyTo(server.address, "/api/hub/no/such");
  assert.equal(missing.status, 404);
  assert.match(errorOf(missing).expected, /a model of the Hub with a config\.json/u);
  for (const id of ["%2e%2e/x", "a%2Fb/c", "a/.."]) {
    const { status } = await replyTo(server.address, `/api/hub/${id}`);
    assert.ok([400, 404].includes(status), `${id}: ${status}`);
  }
});

test("the API's description is valid OpenAPI and lists every verb, its question and its answer", async () => {
  const { text } = await replyTo(server.address, "/openapi.json");
  const description = JSON.parse(text);
  const { valid, errors } = await new Validator().validate(structuredClone(description));
  assert.ok(valid, String(JSON.stringify(errors)).slice(0, 1000));
  for (const { name, read } of (await verbs()).values()) {
    const { requestBody, responses } = description.paths[`/api/${name}`].post;
    assert.equal(requestBody.content["application/json"].schema.additionalProperties, false);
    assert.ok(responses["200"].content["application/json"].schema);
    assert.equal(read({ "no such field": 1 }).ok, false);
  }
  const references = [...text.matchAll(/"\$ref":"([^"]+)"/gu)].map(([, target]) => target);
  assert.deepEqual([...new Set(references)], ["#/components/schemas/Refusal"]);
});

test("no verb takes an option of a kind that this list does not know, so that none reaches a file unseen", async () => {
  const shell = strangersShell({ documents: new Map(), print: () => {}, reached: () => {} });
  const { commands } = await program(shell, ({ name }) =>
    COMMANDS.some((each) => each.name === name),
  );
  const offered = await verbs();
  const kinds = commands
    .filter((command) => offered.has(command.name()))
    .flatMap(({ options }) => options.map(({ flags }) => /<([^>]+)>/u.exec(flags)?.[1] ?? ""));
  const known = [
    "",
    "file",
    "file.csv...",
    "folder",
    "url",
    "address",
    "i/n",
    "date",
    "date",
    "price",
    "hours",
    "shares",
    "g",
    "name=size",
    "n",
    "tokens",
    "name",
    "names",
    "time",
    "rate",
    "share",
    "rent",
    "power",
    "run",
    "stage",
    "money",
    "ratio",
  ];
  const words = [
    "what",
    "how",
    "whose",
    "id",
    "kind",
    "status",
    "two",
    "place",
    "law",
    "shape",
    "r",
    "phase",
    "model",
    "devices",
  ];
  for (const kind of new Set(kinds)) assert.ok([...known, ...words].includes(kind), kind);
});
